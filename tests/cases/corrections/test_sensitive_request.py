"""A22: another year, or a second change within 30 days, is decided by nobody alone."""

from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone

from backoffice.outbox.dispatch import dispatch_due
from backoffice.sms.models import Message
from cases.models import Approval, Case
from drivers.models import Correction, Driver
from drivers.services import correct, undo

OLD, OTHER_YEAR, OTHER_DAY = "1980-05-03", "1981-05-03", "1980-05-13"
DOORS = ["desk", "birthdate", "driver"]
PEOPLE = ["agent", "lead", "superuser"]
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


@pytest.fixture
def through(identified, stand_at, driver, client):
    """through("desk", person, "1981-05-03"): type it there; the response."""

    def post(door, person, birthdate, **more):
        client.force_login(person)
        typed = {"birthdate": birthdate, "reason": "가입 시 잘못 입력"} | more
        if door == "driver":
            stored = Driver.objects.get(pk=driver.pk)
            names = ("version", "service_type", "affiliation", "company")
            shown = {name: getattr(stored, name) for name in names}
            return client.post(f"/admin/drivers/driver/{driver.pk}/change/", shown | typed)
        case = identified(by=person)
        if door == "birthdate":
            url = f"/admin/cases/case/{case.pk}/birthdate/"
            return client.post(url, {"version": case.version} | typed)
        stand_at("birthdate-corrected", case)
        url = f"/admin/cases/case/{case.pk}/desk/answer/"
        return client.post(url, {"step": "birthdate-corrected", "last": 0} | typed)

    return post


def waits_for_a_lead(person, door):
    correction, approval = Correction.objects.latest("pk"), Approval.objects.get()
    assert (correction.state, correction.requested_by) == ("requested", person)
    assert (approval.kind, approval.state) == ("sensitive_correction", "pending")
    assert (approval.requested_by, approval.correction) == (person, correction)
    assert (approval.case is None) == (door == "driver")
    if approval.case:
        assert approval.case.state == "diagnosing"


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("who", PEOPLE)
def test_reading_a22_nobody_changes_the_year_alone(through, door, who, standing, sent, request):
    person = request.getfixturevalue(who)

    response = through(door, person, OTHER_YEAR)

    assert response.status_code == 302
    dispatch_due()
    assert standing() == ("requested", OLD, 0)
    assert sent == []
    waits_for_a_lead(person, door)


@pytest.fixture
def before(driver, agent):
    """before(29 * DAY): the birthdate was corrected so long ago."""

    def change(ago, *, to=date(1980, 5, 4)):
        with time_machine.travel(timezone.now() - ago, tick=False):
            return correct(driver, "birthdate", to, reason="먼저", by=agent)

    return change


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("who", PEOPLE)
def test_reading_a22_nobody_changes_it_a_second_time_alone(through, before, door, who, request):
    person = request.getfixturevalue(who)
    before(29 * DAY)

    through(door, person, OTHER_DAY)

    assert Driver.objects.get().birthdate == date(1980, 5, 4)
    assert Message.objects.count() == 1
    waits_for_a_lead(person, door)


def test_reading_a22_an_undone_one_counts_and_its_undoing_does_not(
    through, before, agent, other_agent
):
    first = before(29 * DAY)
    undo(first, by=other_agent, reason="다른 기사였음")
    assert Driver.objects.get().birthdate == date(1980, 5, 3)

    through("driver", agent, OTHER_DAY)

    waits_for_a_lead(agent, "driver")


def test_reading_a22_the_undoing_by_itself_is_no_change_of_the_last_days(
    through, before, agent, other_agent, standing
):
    undo(before(31 * DAY), by=other_agent, reason="다른 기사였음")

    through("driver", agent, OTHER_DAY)

    assert standing()[:2] == ("applied", OTHER_DAY)


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("ago", [None, 30 * DAY + MINUTE])
def test_reading_a22_what_is_neither_is_decided_alone(through, before, door, ago, agent, standing):
    if ago:
        before(ago)

    through(door, agent, OTHER_DAY)

    assert standing()[:2] == ("applied", OTHER_DAY)
    assert not Approval.objects.exists()


@pytest.mark.parametrize("state", ["requested", "cancelled", "rejected"])
def test_reading_a22_what_was_never_applied_is_not_counted(
    through, before, agent, state, standing
):
    Correction.objects.filter(pk=before(DAY).pk).update(state=state, applied_at=None)
    Correction.objects.filter(state="requested").update(state="cancelled")
    Driver.objects.update(birthdate=date(1980, 5, 3))

    through("driver", agent, OTHER_DAY)

    assert standing()[:2] == ("applied", OTHER_DAY)


def test_reading_a22_the_days_are_a_setting(through, before, agent, settings, standing):
    settings.SECOND_CORRECTION_DAYS = 3
    before(4 * DAY)

    through("driver", agent, OTHER_DAY)

    assert standing()[:2] == ("applied", OTHER_DAY)


def test_reading_a22_a_scheduled_change_of_the_year_is_asked_for_as_well(desk, agent, standing):
    made = desk("change-scheduled").do(birthdate=OTHER_YEAR, reason="빠른 로그인 요청")

    assert made.stands_at == "lead-awaited"
    assert standing() == ("requested", OLD, 0)
    waits_for_a_lead(agent, "desk")


@pytest.mark.parametrize("door", DOORS)
def test_reading_a22_no_field_put_in_by_hand_helps(through, door, superuser, standing):
    by_hand = {"state": "applied", "is_approved": "on", "approval": "1", "undoes": "1"}
    times = {"apply_at": "2020-01-01", "applied_at": "2020-01-01"}

    through(door, superuser, OTHER_YEAR, **by_hand, **times)

    assert standing() == ("requested", OLD, 0)


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("second", [OTHER_YEAR, OTHER_DAY])
def test_rule_4_2_while_it_waits_no_other_is_taken(through, door, second, agent, lead, standing):
    through("driver", agent, OTHER_YEAR)

    through(door, lead, second)

    assert standing() == ("requested", OLD, 0)
    assert (Correction.objects.count(), Approval.objects.count()) == (1, 1)


@pytest.mark.parametrize("who", ["privacy_officer", "administrator"])
@pytest.mark.parametrize("page", ["cases/case/{case}/birthdate", "drivers/driver/{driver}/change"])
def test_who_corrects_nothing_asks_for_nothing(identified, who, page, signed_in, request):
    case = identified()
    url = f"/admin/{page.format(case=case.pk, driver=case.driver_id)}/"

    client = signed_in(request.getfixturevalue(who))
    response = client.post(url, {"version": 0, "birthdate": OTHER_YEAR, "reason": "통화"})

    assert response.status_code == 403
    assert not Correction.objects.exists()


def test_reading_a22_the_case_is_not_closed_while_it_waits(through, agent, client):
    through("birthdate", agent, OTHER_YEAR)
    case = Case.objects.get()
    typed = {"version": case.version, "resolution": "guided"}

    client.post(f"/admin/cases/case/{case.pk}/move/close/", typed)

    assert Case.objects.get().state == "diagnosing"
