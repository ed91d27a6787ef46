"""Acts that wait: for a team lead, or for the driver's next log-in."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from backoffice.audit.models import AccessRecord
from backoffice.sms.models import Message
from backoffice.workflow.transitions import TransitionRefused
from cases import approvals
from cases.models import Case, Walk
from drivers import services
from drivers.models import Correction, Driver
from drivers.verification import take_event
from tests.cases.playbooks.walking import all_rows, answer, back, book, here

KNOWN = {"name": "홍길동", "vehicle_no": "서울12바3456"}
OLD, SAME_YEAR, OTHER_YEAR = date(1980, 5, 3), date(1980, 3, 5), date(1981, 5, 3)


@pytest.fixture
def verified(at, agent):
    """verified("change-scheduled"): the case stands there; the caller is the driver."""

    def make(step, *, call_back=True):
        case = at("q4", "identity")
        answer(case, by=agent, details=KNOWN | {"call_back_answered": call_back})
        Walk.objects.update(step=book("q4").published.steps.get(key=step))
        return case

    return make


@pytest.fixture
def change(agent):
    """change(case, date): do the act at hand, with a reason."""
    return lambda case, day: answer(case, by=agent, details={"birthdate": day, "reason": "통화"})


def decide(case, verdict, lead):
    return approvals.decide(case.latest_approval, verdict, by=lead, reason="서류 확인")


def log_in(driver, at):
    take_event(event_id=uuid4(), kind="login.succeeded", phone=driver.phone, occurred_at=at)


def stands(case):
    return here(case), Case.objects.get(pk=case.pk).state, Driver.objects.get().birthdate


@pytest.mark.parametrize("step", ["birthdate-corrected", "change-scheduled"])
def test_reading_a22_a_sensitive_change_waits_for_a_lead(verified, change, agent, step):
    case = verified(step)

    change(case, OTHER_YEAR)

    assert stands(case) == ("lead-awaited", "diagnosing", OLD)
    assert case.answers.get(step__key=step).value == "asked"
    answer(case, "again", by=agent)
    back(case, by=agent)
    with pytest.raises(TransitionRefused):  # what a lead was asked is not taken back
        back(case, by=agent)
    assert stands(case) == ("lead-awaited", "diagnosing", OLD)
    assert Message.objects.count() == 0


@pytest.mark.parametrize(
    ("step", "leads_to", "birthdate", "texts"),
    [
        ("birthdate-corrected", "text-announced", OTHER_YEAR, 1),
        ("change-scheduled", "registered-date-wanted", OLD, 0),
    ],
)
def test_reading_a22_a_lead_agrees(
    verified, change, agent, lead, step, leads_to, birthdate, texts
):
    case = verified(step)
    change(case, OTHER_YEAR)

    decide(case, "approve", lead)
    answer(case, "again", by=agent)

    assert stands(case) == (leads_to, "info_corrected", birthdate)
    assert Message.objects.count() == texts


def test_reading_a22_a_lead_does_not_agree(verified, change, agent, lead):
    case = verified("birthdate-corrected")
    change(case, OTHER_YEAR)

    decide(case, "reject", lead)
    answer(case, "again", by=agent)

    assert stands(case) == ("refused-by-lead", "diagnosing", OLD)
    assert Correction.objects.get().state == "rejected"


def test_reading_a22_a_request_that_ended_is_made_anew(verified, change, agent):
    case = verified("birthdate-corrected")
    change(case, OTHER_YEAR)

    case.driver.company = "새길택시"
    case.driver.save()
    answer(case, "again", by=agent)

    assert case.latest_approval.state == "void"
    assert Correction.objects.get().state == "cancelled"
    change(case, OTHER_YEAR)
    assert case.approvals.filter(state="pending").count() == 1


def test_rule_4_6_a_scheduled_change_is_applied_at_the_log_in(verified, change, agent):
    case = verified("change-scheduled")

    change(case, SAME_YEAR)
    assert stands(case) == ("registered-date-wanted", "info_corrected", OLD)
    answer(case, "not_needed", by=agent)
    answer(case, "next", by=agent)
    assert here(case) == "log-in-awaited"
    log_in(case.driver, timezone.now() - timedelta(hours=1))  # of before it was scheduled
    answer(case, "again", by=agent)
    assert (*stands(case), Message.objects.count()) == (
        "log-in-awaited",
        "info_corrected",
        OLD,
        0,
    )

    log_in(case.driver, timezone.now())
    answer(case, "again", by=agent)

    assert stands(case) == ("login-after-change", "info_corrected", SAME_YEAR)
    assert Message.objects.get().correction == Correction.objects.get()


def test_rule_4_6_or_when_its_time_has_come(verified, change):
    case = verified("change-scheduled")
    change(case, SAME_YEAR)
    assert services.apply_due() == 0

    Correction.objects.update(apply_at=timezone.now())

    assert [services.apply_due(), services.apply_due()] == [1, 0]
    assert (Driver.objects.get().birthdate, Message.objects.count()) == (SAME_YEAR, 1)
    assert Case.objects.get(pk=case.pk).state == "info_corrected"


def test_rule_4_6_the_registered_date_is_told_and_recorded(verified, change, agent):
    case = verified("change-scheduled")
    change(case, SAME_YEAR)
    answer(case, "tell", by=agent)

    answer(case, by=agent, details={"reason": "날짜를 모름"})

    assert here(case) == "log-in-now"
    told = AccessRecord.objects.get(action="reveal")
    assert (told.driver, told.by, told.detail["reason"]) == (case.driver, agent, "날짜를 모름")
    assert "1980" not in str(told.detail)


@pytest.mark.parametrize("refused", ["no call-back", "expired", "no reason"])
def test_rule_4_6_otherwise_nothing_is_scheduled(verified, change, agent, refused):
    case = verified("change-scheduled", call_back=refused != "no call-back")
    if refused == "expired":
        case.identity_checks.update(expires_at=timezone.now())
    before = all_rows()

    with pytest.raises(TransitionRefused):
        answer(
            case,
            by=agent,
            details={"birthdate": SAME_YEAR, "reason": "" if refused == "no reason" else "통화"},
        )

    assert (all_rows(), here(case)) == (before, "change-scheduled")


@pytest.mark.parametrize("refused", ["no call-back", "expired", "no reason", "applied"])
def test_rule_4_6_otherwise_nothing_is_told(verified, change, agent, refused):
    case = verified("change-scheduled")
    change(case, SAME_YEAR)
    answer(case, "tell", by=agent)
    if refused == "no call-back":
        case.identity_checks.update(call_back_answered=False)
    if refused == "expired":
        case.identity_checks.update(expires_at=timezone.now())
    if refused == "applied":
        log_in(case.driver, timezone.now())
    before = all_rows()

    with pytest.raises(TransitionRefused):
        answer(case, by=agent, details={"reason": " " if refused == "no reason" else "모름"})

    assert (all_rows(), here(case)) == (before, "registered-date-told")
