"""The open desk keeps asking: did somebody go on, and who else is there?"""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from backoffice.audit.models import AccessRecord
from backoffice.sms.models import Message
from backoffice.workflow.transitions import perform
from cases import approvals
from cases.models import Case, Presence, Walk
from cases.models.presence import STILL_THERE
from cases.playbooks import engine
from tests.cases.playbooks.walking import answer, back, book

SECOND = timedelta(seconds=1)
MOST = 7  # queries of one round: session, person, permissions, mark, texts, presence, others


def url(case):
    return f"/admin/cases/case/{case.pk}/desk/"


@pytest.fixture
def watch():
    """watch(agent, case): a person's open desk; called, it asks how things stand."""

    def open_desk(person, case):
        client = Client()
        client.force_login(person)
        return lambda: client.get(f"{url(case)}live/")

    return open_desk


@pytest.fixture
def case(make_case, agent):
    """A case in which the first question is being walked."""
    case = make_case("start")
    engine.begin(case, book("q1"), by=agent)
    return case


def others(ask):
    return ask().json()["others"]


def mark(ask):
    return ask().json()["mark"]


def test_two_agents_see_each_other(watch, case, agent, other_agent):
    ours, theirs = watch(agent, case), watch(other_agent, case)

    assert [others(ours), others(theirs), others(ours)] == [[], ["김상담"], ["이응대"]]
    assert others(theirs) == ["김상담"]


def test_nobody_sees_himself_twice_nor_who_is_at_another_case(
    watch, case, make_case, agent, other_agent
):
    others(watch(other_agent, make_case("start")))
    others(watch(agent, case))

    assert others(watch(agent, case)) == []
    assert Presence.objects.filter(case=case).count() == 1


def test_who_left_disappears(watch, case, agent, other_agent):
    ours, now = watch(agent, case), timezone.now()
    with time_machine.travel(now, tick=False) as clock:
        others(watch(other_agent, case))
        clock.shift(STILL_THERE)
        assert others(ours) == ["이응대"]

        clock.shift(SECOND)

        assert others(ours) == []


def test_who_opens_another_case_leaves_no_rows_behind(watch, case, make_case, agent):
    others(watch(agent, case))

    with time_machine.travel(timezone.now() + STILL_THERE + SECOND):
        others(watch(agent, make_case("start")))

    assert Presence.objects.filter(user=agent).exclude(case=case).count() == 1
    assert not Presence.objects.filter(case=case).exists()


def test_the_mark_is_the_pages_as_long_as_nothing_happens(
    watch, case, agent, other_agent, signed_in
):
    page = signed_in(agent).get(url(case)).content.decode()
    shown = re.search(r'data-mark="([^"]+)"', page)[1]

    theirs = watch(other_agent, case)

    assert [mark(watch(agent, case)), mark(theirs), mark(theirs)] == [shown] * 3


@pytest.mark.parametrize("decided", [False, True])
def test_the_mark_is_the_pages_also_with_a_request_and_a_post(
    watch, escalated, agent, lead, signed_in, decided
):
    case = escalated(by=agent)
    if decided:
        approvals.decide(case.approvals.get(), "approve", by=lead, reason="확인함")
    page = signed_in(agent).get(url(case)).content.decode()

    assert case.agit_posts.exists() == decided
    assert mark(watch(agent, case)) == re.search(r'data-mark="([^"]+)"', page)[1]


def test_the_mark_tells_what_became_of_a_post(watch, escalated, agent, lead):
    case = escalated(agent)
    approvals.decide(case.latest_approval, "approve", by=lead, reason="확인", version=None)
    ask = watch(agent, case)
    before = mark(ask)

    case.agit_posts.update(state="failed")  # by the worker; the case stays as it is

    assert mark(ask) != before


def test_the_page_is_told_when_a_text_goes_on(watch, corrected, agent, signed_in):
    case = corrected()
    page = signed_in(agent).get(url(case)).content.decode()
    shown = re.search(r'data-texts="([^"]+)"', page)[1]
    ask = watch(agent, case)
    assert ask().json()["texts"] == shown

    Message.objects.filter(case=case).update(state="accepted")

    assert ask().json()["texts"] not in {shown, ""}


@pytest.fixture
def happenings(case, agent, other_agent, lead):
    return {
        "an answer": lambda: answer(case, "yes", by=other_agent),
        "an answer taken back": lambda: back(case, by=other_agent),
        "a move": lambda: perform(case, "hand_over", by=lead, to=other_agent),
        "the end": lambda: perform(case, "close", by=other_agent, resolution="no_response"),
    }


@pytest.mark.parametrize("what", ["an answer", "an answer taken back", "a move", "the end"])
def test_the_mark_tells_that_something_happened(watch, case, agent, happenings, what):
    ask = watch(agent, case)
    if what == "an answer taken back":
        answer(case, "yes", by=agent)
    before = mark(ask)

    happenings[what]()

    assert mark(ask) != before
    assert mark(ask) == mark(ask)


@pytest.mark.parametrize("moves", [(), ("start",)], ids=["new", "started"])
def test_the_mark_tells_that_a_walk_began(watch, make_case, agent, other_agent, moves):
    case = make_case(*moves)
    ask = watch(agent, case)
    before = mark(ask)

    engine.begin(case, book("q2"), by=other_agent)

    assert mark(ask) != before


def test_the_mark_tells_an_answer_that_leads_back_to_its_step(
    watch, corrected, agent, other_agent
):
    """The page is stale all the same: its next answer would be refused."""
    case, version = corrected(), book("q4").published
    step = version.steps.get(key="notice-awaited")
    Walk.objects.create(case=case, version=version, step=step)
    ask = watch(agent, case)
    before = mark(ask)

    answer(case, "again", by=other_agent)

    assert mark(ask) != before


@pytest.mark.parametrize("who", ["privacy_officer", "administrator"])
def test_who_does_not_work_on_cases_is_told_nothing(watch, case, who, request):
    response = watch(request.getfixturevalue(who), case)()

    assert response.status_code == 403
    assert not Presence.objects.exists()


def test_a_stranger_is_sent_to_sign_in(case, client):
    response = client.get(f"{url(case)}live/")

    assert (response.status_code, response.url.split("?")[0]) == (302, "/admin/login/")
    assert not Presence.objects.exists()


def test_a_case_that_is_not_there(agent, signed_in):
    assert signed_in(agent).get("/admin/cases/case/999999/desk/live/").status_code == 404


def test_asking_is_no_look_at_the_driver_and_is_not_kept_by_the_browser(watch, case, agent):
    ask = watch(agent, case)
    before = AccessRecord.objects.count(), Case.objects.get(pk=case.pk).version

    response = ask()

    assert (AccessRecord.objects.count(), Case.objects.get(pk=case.pk).version) == before
    assert "no-store" in response["Cache-Control"]
    assert set(response.json()) == {"mark", "texts", "others"}


def test_the_queries_are_few_and_do_not_grow_with_the_people(watch, case, agent, make_user):
    ask, counts = watch(agent, case), []
    ask()
    for place in range(3):
        with CaptureQueriesContext(connection) as captured:
            ask()
        counts.append(len(captured))
        others(watch(make_user("agent", f"agent{place}"), case))

    assert len(others(ask)) == 3
    assert len(set(counts)) == 1
    assert counts[0] <= MOST, counts
