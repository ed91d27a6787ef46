"""Beginning a walk, answering its steps, taking an answer back, and how it ends."""

import pytest

from backoffice.workflow.transitions import TransitionRefused, perform
from cases.models import Answer, Case, Walk
from cases.playbooks import engine
from tests.cases.playbooks.walking import answer, ask, back, book, check, close, draft, here, say


def values(case):
    held = case.answers.filter(taken_back_at=None).order_by("pk")
    return [f"{step} {value}" for step, value in held.values_list("step__key", "value")]


@pytest.fixture
def published(lead):
    return lambda *steps, **more: perform(draft(*steps, **more), "publish", by=lead)


@pytest.fixture
def small(published):
    """Three questions, with checks between them and at the end."""
    return published(
        ask("one", {"a": "fact", "b": "end"}),
        check("fact", "recontact", {"first": "fact2", "again": "end"}),
        check("fact2", "channel", {"phone": "two", "mail": "end"}),
        ask("two", {"a": "three", "b": "end"}),
        say("three", "end"),
        close(),
    ).playbook


# begin


def test_beginning_starts_a_new_case(make_case, agent, stored):
    case = make_case()

    walk = engine.begin(case, book("q1"), by=agent)

    assert stored(case).state == "diagnosing"
    assert stored(case).owner == agent
    assert list(case.changes.values_list("transition", flat=True)) == ["open", "start"]
    assert here(case) == walk.step.key == "phone-number-right"
    assert values(case) == ["channel phone", "presented-number matches", "locked no"]
    assert not case.answers.exclude(by=None).exists()


@pytest.mark.parametrize("state", ["diagnosing", "info_corrected", "escalated", "closed"])
def test_where_a_walk_can_begin(make_case, agent, state, stored):
    case = make_case("start")
    Case.objects.update(state=state)
    may = state in {"diagnosing", "info_corrected"}

    if may:
        engine.begin(case, book("q2"), by=agent)
    else:
        with pytest.raises(TransitionRefused):
            engine.begin(case, book("q2"), by=agent)

    assert Walk.objects.count() == may
    assert stored(case).state == state


@pytest.mark.parametrize("key", ["q3", "q4"])
def test_rule_1_9_a_walk_begins_in_a_case_of_its_type_alone(make_case, agent, key, signed_in):
    """By the type the contacts are counted. The desk offers no other, but an old page may."""
    case = make_case("start")
    client = signed_in(agent)
    client.cookies["django_language"] = "en"

    page = f"/admin/cases/case/{case.pk}/desk/begin/"
    response = client.post(page, {"playbook": key}, follow=True)

    assert "This playbook is for cases of another type." in response.content.decode()
    assert not Walk.objects.exists()


@pytest.mark.parametrize("other", ["q1", "q2"])
def test_one_walk_at_a_time(make_case, agent, other):
    case = make_case()
    engine.begin(case, book("q1"), by=agent)

    with pytest.raises(TransitionRefused):
        engine.begin(case, book(other), by=agent)

    assert Walk.objects.count() == 1


def test_a_case_that_rests_on_nothing_does_not_begin(make_case, agent, stored):
    case = make_case()
    Case.objects.update(driver=None, presented_phone="")

    with pytest.raises(TransitionRefused):
        engine.begin(case, book("q1"), by=agent)

    assert stored(case).state == "new"


def test_without_a_published_version_nothing_begins(make_case, agent, stored):
    case = make_case()

    with pytest.raises(TransitionRefused):
        engine.begin(case, draft(close()).playbook, by=agent)

    assert (stored(case).state, Walk.objects.count()) == ("new", 0)


@pytest.mark.parametrize("who", ["privacy_officer", "administrator"])
def test_who_may_not(make_case, agent, who, request, small):
    person = request.getfixturevalue(who)
    new, case = make_case(), make_case()
    engine.begin(case, small, by=agent)
    answer(case, "a", by=agent)
    answers = Answer.objects.count()

    for attempt in (
        lambda: engine.begin(new, small, by=person),
        lambda: answer(case, "a", by=person),
        lambda: back(case, by=person),
    ):
        with pytest.raises(TransitionRefused):
            attempt()

    assert (Answer.objects.count(), here(case), here(new)) == (answers, "two", None)


def test_the_topic_of_the_case_says_which_playbooks_are_offered(make_case):
    offered = engine.playbook_for(make_case())

    assert [each.key for each in offered] == ["q1", "q2"]


# take


def test_an_answer_leads_over_the_checks_to_the_next_step(make_case, agent, small):
    case = make_case()
    engine.begin(case, small, by=agent)

    answer(case, "a", by=agent)

    assert here(case) == "two"
    assert values(case) == ["one a", "fact first", "fact2 phone"]
    people = case.answers.order_by("pk").values_list("by", flat=True)
    assert list(people) == [agent.pk, None, None]


@pytest.mark.parametrize(
    "page",
    [{"step": "two"}, {"step": ""}, {"last": 99999}, {"last": -1}, {"value": "c"}, {"value": ""}],
    ids=str,
)
def test_a_stale_page_or_a_foreign_value_changes_nothing(make_case, agent, small, page):
    case = make_case()
    engine.begin(case, small, by=agent)

    with pytest.raises(TransitionRefused):
        answer(case, **({"value": "a"} | page), by=agent)

    assert (here(case), Answer.objects.count()) == ("one", 0)


def test_the_choice_of_another_step_is_a_foreign_value(make_case, agent, small):
    case = make_case()
    engine.begin(case, small, by=agent)
    answer(case, "a", by=agent)

    with pytest.raises(TransitionRefused):
        answer(case, "first", by=agent)

    assert here(case) == "two"


def test_a_double_click_has_one_effect(make_case, agent, published):
    case = make_case()
    loop = published(ask("one", {"a": "one", "b": "end"}), close()).playbook
    engine.begin(case, loop, by=agent)
    page = {"step": "one", "last": 0}

    answer(case, "a", by=agent, **page)
    with pytest.raises(TransitionRefused):  # the step is the same one again
        answer(case, "a", by=agent, **page)

    assert values(case) == ["one a"]


def test_without_a_walk_nothing_is_answered_or_taken_back(make_case, agent):
    case = make_case("start")

    with pytest.raises(TransitionRefused):
        engine.take(case, "a", by=agent, step="one", last=0)
    with pytest.raises(TransitionRefused):
        engine.take_back(case, by=agent, last=0)


def test_a_running_walk_keeps_its_version(make_case, agent, small, published):
    case, later = make_case(), make_case()
    first = engine.begin(case, small, by=agent).version

    second = published(ask("one", {"a": "end", "z": "end"}), close())
    answer(case, "a", by=agent)

    assert engine.open_walk(case).version == first
    assert here(case) == "two"
    assert engine.begin(later, small, by=agent).version == second
