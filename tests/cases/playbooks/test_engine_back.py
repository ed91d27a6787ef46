"""Taking the latest answer back: while nothing left the house by it, on a fresh page."""

from datetime import timedelta

import pytest
from django.utils import timezone

from backoffice.workflow.transitions import TransitionRefused, perform
from cases.models import Answer
from cases.playbooks import engine
from tests.cases.playbooks.walking import answer, ask, back, check, close, compare, do, draft, here


@pytest.fixture
def case(make_case, agent, lead):
    """Two questions with checks between, a comparison, a call-back, and once more."""
    version = draft(
        ask("one", {"a": "fact", "b": "end"}),
        check("fact", "recontact", {"first": "fact2", "again": "end"}),
        check("fact2", "channel", {"phone": "said", "mail": "end"}),
        compare("said", "phone", {"match": "later", "mismatch": "end"}),
        do("later", "call_back", {"done": "fact3"}),
        check("fact3", "channel", {"phone": "two", "mail": "end"}),
        ask("two", {"a": "one", "b": "end"}),
        close(),
    )
    case = make_case()
    engine.begin(case, perform(version, "publish", by=lead).playbook, by=agent)
    return case


def call_back(case, agent):
    details = {"at": timezone.now() + timedelta(hours=1), "reason": "재통화"}
    return answer(case, by=agent, details=details)


def held(case):
    kept = case.answers.filter(taken_back_at=None).order_by("pk")
    return list(kept.values_list("step__key", flat=True))


def refused(act):
    before = list(Answer.objects.values())
    with pytest.raises(TransitionRefused):
        act()
    assert list(Answer.objects.values()) == before


def test_one_step_over_the_automatic_checks(case, agent):
    answer(case, "a", by=agent)

    walk = back(case, by=agent)

    assert walk.step.key == here(case) == "one"
    assert held(case) == []
    assert case.answers.count() == 3  # kept, and marked
    answer(case, "b", by=agent)
    assert here(case) == "end"


def test_a_comparison_is_taken_back(case, agent):
    answer(case, "a", by=agent)
    answer(case, by=agent, said=case.driver.phone)
    assert here(case) == "later"

    back(case, by=agent)

    assert here(case) == "said"
    assert held(case) == ["one", "fact", "fact2"]
    back(case, by=agent)
    assert here(case) == "one"


def test_what_was_done_is_not_taken_back(case, agent):
    answer(case, "a", by=agent)
    answer(case, by=agent, said=case.driver.phone)
    call_back(case, agent)
    assert here(case) == "two"

    refused(lambda: back(case, by=agent))

    answer(case, "b", by=agent)
    back(case, by=agent)
    assert here(case) == "two"
    refused(lambda: back(case, by=agent))
    assert here(case) == "two"


def test_nothing_to_take_back(case, agent):
    refused(lambda: back(case, by=agent))

    answer(case, "a", by=agent)
    back(case, by=agent)
    refused(lambda: back(case, by=agent))


def test_the_checks_at_the_start_are_nobodys_to_take_back(make_case, agent, lead):
    case = make_case()
    version = draft(
        check("fact", "channel", {"phone": "one", "mail": "end"}),
        ask("one", {"a": "end", "b": "end"}),
        close(),
    )
    engine.begin(case, perform(version, "publish", by=lead).playbook, by=agent)

    refused(lambda: back(case, by=agent))

    assert held(case) == ["fact"]


def test_a_stale_page_takes_nothing_back(case, agent, other_agent):
    answer(case, "a", by=agent)
    page = engine.last_answer(engine.open_walk(case))
    answer(case, by=other_agent, said=case.driver.phone)

    refused(lambda: engine.take_back(case, by=agent, last=page))

    assert here(case) == "later"


def test_a_double_click_goes_one_step_back(case, agent):
    answer(case, "a", by=agent)
    answer(case, by=agent, said=case.driver.phone)
    page = engine.last_answer(engine.open_walk(case))

    engine.take_back(case, by=agent, last=page)
    refused(lambda: engine.take_back(case, by=agent, last=page))

    assert here(case) == "said"


def test_an_answer_on_a_page_from_before_the_way_back_is_refused(case, agent):
    answer(case, "a", by=agent)
    back(case, by=agent)
    answer(case, "a", by=agent)
    page = engine.last_answer(engine.open_walk(case))
    back(case, by=agent)

    refused(lambda: engine.take(case, "b", by=agent, step="one", last=page))


def test_what_is_read_after_the_way_back_is_read_anew(case, agent):
    answer(case, "a", by=agent)
    back(case, by=agent)
    type(case).objects.update(recontact_no=1)

    answer(case, "a", by=agent)

    assert here(case) == "end"
