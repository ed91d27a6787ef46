"""A22: another year, or a second change within the days set, takes a team lead's word."""

import re
from datetime import date, timedelta

import pytest

from backoffice.sms.models import Message
from drivers.models import Correction, Driver

OLD, REAL, OTHER_YEAR = date(1980, 5, 3), "1980-05-13", "1981-05-03"


@pytest.fixture
def asked(offered):
    """asked(): the driver says another year; the agent has asked a lead."""

    def make(birthdate=OTHER_YEAR, **more):
        made = offered(**more).answer("agreed")
        return made.do(birthdate=birthdate, reason="신분증과 다름")

    return make


def birthdate():
    return Driver.objects.get().birthdate


def test_reading_a22_another_year_is_only_asked_for(asked, agent):
    made = asked()

    approval = made.case.approvals.get()
    assert (approval.kind, approval.state) == ("sensitive_correction", "pending")
    assert (approval.requested_by, approval.correction.state) == (agent, "requested")
    assert (birthdate(), made.case.state, Message.objects.count()) == (OLD, "diagnosing", 0)
    assert made.choices == {"again", "later"}
    assert made.answer("again").stands_at == "lead-awaited"
    for resolution in ("guided", "corrected"):
        made.move("close", resolution=resolution)
    assert made.case.state == "diagnosing"


def test_reading_a22_a_lead_agrees_and_the_text_leaves(asked, decide, lead):
    made = asked()

    decide(made, "approve")

    assert (birthdate(), made.case.state) == (date(1981, 5, 3), "info_corrected")
    assert Correction.objects.get().state == "applied"
    assert Message.objects.get().correction == Correction.objects.get()
    assert made.case.changes.latest("pk").by == lead
    assert made.look().answer("again").stands_at == "text-announced"


def test_reading_a22_a_lead_does_not_agree(asked, decide):
    made = asked()

    decide(made, "reject", reason="증빙 없음")

    assert (birthdate(), made.case.state, Message.objects.count()) == (OLD, "diagnosing", 0)
    assert Correction.objects.get().state == "rejected"
    assert made.look().answer("again").stands_at == "refused-by-lead"
    assert made.choices == {"department", "stop"}
    assert made.answer("stop").do().case.resolution == "guided"


@pytest.mark.parametrize(("days", "is_asked"), [(29, True), (31, False)])
def test_reading_a22_a_second_change_within_thirty_days(
    corrected_call, call, clock, days, is_asked
):
    corrected_call()
    clock.shift(timedelta(days=days))
    made = call("q4").answer("none", "yes").compare("010-0000-1234").compare("1980-05-03")
    made.identify().compare("1980-05-03").answer("agreed")

    made.do(birthdate="1980-05-03", reason="처음 것이 맞음")

    assert made.stands_at == ("lead-awaited" if is_asked else "text-announced")
    assert birthdate() == (date(1980, 5, 13) if is_asked else OLD)
    assert Message.objects.count() == (1 if is_asked else 2)


@pytest.mark.parametrize("verdict", ["approve", "reject"])
def test_reading_a22_nobody_but_a_lead_decides(asked, decide, verdict, everybody_else):
    made = asked()

    statuses = [decide(made, verdict, by=person).status_code for person in everybody_else]

    assert statuses == [403] * 4
    assert (birthdate(), Correction.objects.get().state) == (OLD, "requested")


@pytest.mark.parametrize("who", ["lead", "superuser"])
def test_reading_a22_nor_the_lead_who_asked(asked, decide, who, request):
    person = request.getfixturevalue(who)
    made = asked(by=person)

    decide(made, "approve", by=person)

    assert made.case.latest_approval.state == "pending"
    assert (birthdate(), Correction.objects.get().state) == (OLD, "requested")


def test_reading_a22_the_lead_is_not_shown_the_dates(asked, signed_in, lead):
    asked()

    page = signed_in(lead).get("/admin/cases/approval/queue/").content.decode()
    page = re.sub(r'(value|data-since)="\w{10,}"', "", page)  # digits by chance

    assert not [each for each in ("1980", "1981", "800503", "810503") if each in page]
