"""A22: a request that rests on what is not so any more ends by itself, and so does its change."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from backoffice.workflow.transitions import perform
from cases.models import Approval, Case
from cases.services import check_identity
from cases.tasks import sweep_approvals
from drivers.models import Correction, Driver
from drivers.phones import parse_phone
from drivers.services import apply_due, correct
from drivers.verification import take_event

NOON = datetime(2026, 3, 2, 3, tzinfo=UTC)
OLD, NEW = "1980-05-03", "1981-05-03"
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
PENDING = ("pending", "requested", OLD, 0)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOON, tick=False) as travelled:
        yield travelled


@pytest.fixture
def on_page(driver, agent):
    """A birthdate with another year was asked for on the driver's own page."""

    def ask():
        birthdate = driver.birthdate.replace(year=1981)
        correct(driver, "birthdate", birthdate, reason="가입 시 잘못 입력", by=agent)
        return Approval.objects.get()

    return ask


@pytest.fixture
def ended(standing):
    """ended(): state of the request, of its correction, birthdate on record, texts."""
    return lambda: (Approval.objects.get().state, *standing())


@pytest.fixture
def save_page(signed_in, agent, driver):
    """save_page(company="…"): somebody saves the driver's page."""

    def save(**typed):
        stored = Driver.objects.get(pk=driver.pk)
        names = ("version", "service_type", "affiliation", "company")
        shown = {name: getattr(stored, name) for name in names}
        page = f"/admin/drivers/driver/{driver.pk}/change/"
        assert signed_in(agent).post(page, shown | typed).status_code == 302

    return save


@pytest.fixture
def approve(signed_in, lead):
    def post(approval):
        version = Approval.objects.get(pk=approval.pk).version
        typed = {"version": version, "verdict": "approve", "reason": "서류 확인"}
        return signed_in(lead).post(f"/admin/cases/approval/{approval.pk}/decide/", typed)

    return post


@pytest.mark.parametrize("door", ["case", "page"])
@pytest.mark.parametrize("what", ["company", "phone", "withdraw", "suspend"])
def test_reading_a22_void_when_the_record_changes(
    asked, on_page, save_page, driver, lead, ended, door, what
):
    asked() if door == "case" else on_page()

    {
        "company": lambda: save_page(company="새길택시"),
        "phone": lambda: correct(
            driver, "phone", parse_phone("010-0000-9999"), reason="서류", by=lead
        ),
        "withdraw": lambda: perform(driver, "withdraw", by=lead, reason="탈퇴 요청"),
        "suspend": lambda: perform(driver, "suspend", by=lead, reason="확인 중"),
    }[what]()

    assert ended() == ("void", "cancelled", OLD, 0)
    assert Correction.objects.earliest("pk").changes.latest("pk").by is None


def test_reading_a22_not_void_when_the_page_is_saved_as_it_was(on_page, save_page, ended):
    on_page()

    save_page()

    assert ended() == PENDING


def test_reading_a22_what_the_login_service_reports_changes_no_record(
    on_page, driver, approve, ended
):
    approval = on_page()

    for place, kind in enumerate(["code.mismatch"] * 11 + ["login.succeeded"]):
        take_event(event_id=f"{place}", kind=kind, phone=driver.phone, occurred_at=NOON)

    assert ended() == PENDING
    approve(approval)
    assert ended() == ("approved", "applied", NEW, 1)


@pytest.mark.parametrize("how", ["by the sweep", "by the decision"])
def test_reading_a22_void_when_the_identity_check_expires(asked, approve, clock, ended, how):
    approval = asked()
    clock.shift(15 * MINUTE - timedelta(seconds=1))
    sweep_approvals()
    assert ended() == PENDING

    clock.shift(timedelta(seconds=1))

    sweep_approvals() if how == "by the sweep" else approve(approval)
    assert ended() == ("void", "cancelled", OLD, 0)
    assert Case.objects.get().state == "diagnosing"


def test_reading_a22_void_when_a_later_check_fails(asked, agent, ended):
    asked()

    check_identity(Case.objects.get(), {"name": "고길동"}, call_back_answered=True, by=agent)

    assert ended() == ("void", "cancelled", OLD, 0)


def test_reading_a22_no_identity_check_holds_for_the_drivers_page(on_page, clock, ended):
    on_page()
    clock.shift(23 * HOUR)

    sweep_approvals()

    assert ended() == PENDING


@pytest.mark.parametrize("how", ["by the sweep", "by the decision"])
def test_reading_a22_expires_after_a_day(on_page, approve, clock, ended, how):
    approval = on_page()
    clock.shift(24 * HOUR)

    sweep_approvals() if how == "by the sweep" else approve(approval)

    assert ended() == ("expired", "cancelled", OLD, 0)
    assert [sweep_approvals()["ended"] for _time in range(2)] == [0, 0]


@pytest.mark.parametrize("door", ["case", "page"])
@pytest.mark.parametrize("how", ["by the sweep", "by the decision"])
def test_reading_a22_void_when_who_asked_takes_the_change_back(
    asked, on_page, approve, agent, signed_in, ended, door, how
):
    approval = asked() if door == "case" else on_page()
    correction = Correction.objects.get()
    typed = {"version": correction.version, "reason": "기사님이 취소 요청"}
    signed_in(agent).post(f"/admin/drivers/correction/{correction.pk}/move/cancel/", typed)

    sweep_approvals() if how == "by the sweep" else approve(approval)

    assert ended() == ("void", "cancelled", OLD, 0)


def test_reading_a22_what_ended_leaves_the_way_free(on_page, driver, agent, save_page, standing):
    on_page()
    save_page(company="새길택시")

    correct(driver, "birthdate", driver.birthdate.replace(year=1981), reason="서류", by=agent)

    assert standing() == ("requested", OLD, 0)
    assert Approval.objects.pending().count() == 1


@pytest.mark.parametrize("how", ["the log-in", "the hour"])
def test_reading_a22_an_approved_schedule_waits_for_the_log_in(
    desk, approve, log_in, clock, ended, how
):
    """4.6 and A22 together: the lead approves, and then it is as with any scheduled change."""
    made = desk("change-scheduled").do(birthdate=NEW, reason="빠른 로그인 요청")
    clock.shift(MINUTE)
    approve(Approval.objects.get())
    assert ended() == ("approved", "scheduled", OLD, 0)
    assert made.look().answer("again").stands_at == "registered-date-wanted"

    if how == "the log-in":
        log_in(timezone.now())
    else:
        clock.shift(24 * HOUR)
        apply_due()

    assert ended() == ("approved", "applied", NEW, 1)
