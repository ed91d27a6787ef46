"""An open page of a lead keeps asking how many wait, and whether it still shows them."""

from datetime import timedelta

import pytest

from backoffice.audit.models import AccessRecord
from cases import approvals
from tests.cases.approvals.conftest import KINDS
from tests.records import change_record

LIVE = "/admin/cases/approval/queue/live/"


@pytest.fixture
def live(signed_in, lead):
    return lambda person=None: signed_in(person or lead).get(LIVE).json()


def test_it_counts_what_waits_but_for_ones_own(waiting, live, lead, other_lead, superuser):
    waiting(), waiting(by=lead), waiting(by=superuser)

    assert [live(each)["count"] for each in (lead, superuser, other_lead)] == [2, 2, 3]


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_request_changes_the_mark(waiting, live, kind):
    before = live()

    waiting(kind)

    assert live()["mark"] != before["mark"]
    assert live()["count"] == 1


def test_ones_own_request_changes_the_mark_too(waiting, live, lead):
    """It stands on the page, with a sentence."""
    before = live()

    waiting(by=lead)

    assert live()["mark"] != before["mark"]


@pytest.mark.parametrize("verdict", ["approve", "reject"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_decision_changes_the_mark(waiting, live, other_lead, kind, verdict):
    approval = waiting(kind)
    before = live()

    approvals.decide(approval, verdict, by=other_lead, reason="확인함")

    assert live()["mark"] != before["mark"]
    assert live()["count"] == 0


def test_what_ends_by_itself_changes_the_mark(clock, waiting, live):
    void, expired = waiting(), waiting("code_read_out")
    marks = [live()["mark"]]

    change_record(void.driver_id)
    marks.append(live()["mark"])
    clock.shift(timedelta(minutes=3))
    approvals.sweep()
    marks.append(live()["mark"])

    assert expired.pk
    assert len(set(marks)) == 3


def test_one_that_ends_while_another_comes_changes_the_mark(waiting, live, other_lead):
    approval = waiting()
    before = live()

    approvals.decide(approval, "approve", by=other_lead, reason="확인함")
    waiting()

    assert live()["count"] == before["count"]
    assert live()["mark"] != before["mark"]


def test_a_code_to_be_read_changes_the_mark_until_it_is_too_late(
    clock, waiting, live, lead, other_lead
):
    approval = waiting("code_read_out")
    approvals.decide(approval, "approve", by=lead, reason="확인함")
    to_read = live(lead)["mark"]

    assert live(other_lead)["mark"] != to_read
    clock.shift(timedelta(minutes=3, seconds=1))

    assert live(lead)["mark"] == live(other_lead)["mark"] != to_read


def test_where_nothing_happens_the_mark_stays(clock, waiting, live, signed_in, lead):
    waiting()

    first = live()
    clock.shift(timedelta(hours=5))

    assert live() == first
    page = signed_in(lead).get("/admin/cases/approval/queue/")
    assert page.context["mark"] == first["mark"]


def test_it_tells_nothing_of_anybody_and_is_not_on_record(waiting, signed_in, lead):
    approval = waiting(reason="매우 급함")

    response = signed_in(lead).get(LIVE)

    assert set(response.json()) == {"mark", "count"}
    text = response.content.decode()
    assert approval.case.number not in text
    assert not any(each in text for each in ("홍", "010", "급함", "agent"))
    assert "no-store" in response["Cache-Control"]
    assert not AccessRecord.objects.filter(action__in=["list", "view", "search"], by=lead).exists()


@pytest.mark.parametrize("who", ["agent", "privacy_officer", "administrator"])
def test_nobody_else_is_told(waiting, signed_in, who, request):
    waiting()

    assert signed_in(request.getfixturevalue(who)).get(LIVE).status_code == 403


def test_who_is_not_signed_in_is_told_nothing(client, db):
    assert client.get(LIVE).status_code == 302
