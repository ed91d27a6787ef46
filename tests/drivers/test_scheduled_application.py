"""4.6 with A18: a scheduled change is applied at the log-in, or at its hour, and told once."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine

from backoffice.audit.models import AccessRecord
from backoffice.outbox.dispatch import dispatch_due
from backoffice.sms.models import Message
from drivers.models import Correction, Driver
from drivers.phones import parse_phone
from drivers.services import correct
from drivers.tasks import sweep
from drivers.verification import take_event

NOON = datetime(2026, 3, 2, 3, tzinfo=UTC)
OLD, NEW = date(1980, 5, 3), date(1980, 5, 13)
SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)
OWN = "010-0000-1234"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOON, tick=False) as travelled:
        yield travelled


@pytest.fixture
def scheduled(driver, agent):
    """A change that waits for the driver's log-in since noon."""
    return correct(
        driver, "birthdate", NEW, reason="빠른 로그인 요청", by=agent, apply_at=NOON + DAY
    )


def happened(kind="login.succeeded", *, after=MINUTE, phone=OWN, event_id=None):
    """The login service reports something, now, that happened so long after noon."""
    take_event(
        event_id=event_id or str(uuid4()),
        kind=kind,
        phone=parse_phone(phone),
        occurred_at=NOON + after,
    )


def outcome():
    """State of the correction, birthdate on record, texts."""
    return (
        Correction.objects.get(field="birthdate").state,
        Driver.objects.order_by("pk").first().birthdate,
        Message.objects.count(),
    )


WAITS, APPLIED = ("scheduled", OLD, 0), ("applied", NEW, 1)


def test_rule_4_6_nothing_is_changed_or_told_at_the_scheduling(scheduled, driver, sent):
    dispatch_due()

    assert outcome() == WAITS
    assert sent == []
    assert Driver.objects.get().version == driver.version
    assert not AccessRecord.objects.filter(action="edit").exists()


def test_rule_4_6_the_log_in_applies_it_and_the_text_leaves_once(scheduled, clock, sent):
    clock.shift(MINUTE)

    happened("login.succeeded")
    dispatch_due()
    dispatch_due()

    assert outcome() == APPLIED
    assert [(each.to, each.kind) for each in sent] == [("01000001234", "LMS")]
    message = Message.objects.get()
    assert (message.template.key, message.correction) == ("birthdate_changed", scheduled)
    correction = Correction.objects.get()
    assert correction.applied_at == NOON + MINUTE
    assert AccessRecord.objects.filter(action="edit", driver=scheduled.driver).count() == 1
    moves = correction.changes.order_by("pk").values_list("transition", "by")
    assert list(moves) == [("schedule", None), ("apply", None)]


def test_rule_4_6_a_log_in_of_before_that_is_reported_late_does_not(scheduled):
    happened(after=-SECOND)
    assert outcome() == WAITS

    happened(after=-DAY)
    assert outcome() == WAITS


def test_rule_4_6_nor_one_of_before_that_comes_after_its_hour(scheduled, clock):
    clock.shift(DAY)

    happened(after=-MINUTE)

    assert outcome() == WAITS  # the sweep is what the clock rings


@pytest.mark.parametrize("kind", ["code.sent", "code.mismatch", "code.match", "login.failed"])
def test_rule_4_6_nothing_but_a_log_in_does(scheduled, kind):
    happened(kind)

    assert outcome() == WAITS


@pytest.mark.parametrize("phone", ["010-0000-5678", "010-0000-9999"])
def test_rule_4_6_nor_somebody_elses(scheduled, make_driver, phone):
    make_driver(phone="+821000005678")

    happened(phone=phone)

    assert outcome() == WAITS


def test_rule_4_6_log_ins_that_repeat_apply_once(scheduled, clock):
    clock.shift(5 * MINUTE)

    for _time in range(3):
        happened(event_id="same")
        happened(after=2 * MINUTE)

    assert outcome() == APPLIED


def test_rule_4_6_a_log_in_under_an_id_that_said_something_else_does_not(scheduled):
    happened("code.sent", event_id="same")

    happened("login.succeeded", event_id="same")

    assert outcome() == WAITS


def test_rule_4_6_a_late_event_counts_from_when_it_happened(scheduled, clock):
    clock.shift(3 * DAY)

    happened(after=MINUTE)

    assert outcome() == APPLIED


def test_rule_4_6_after_24_hours_it_is_applied_without_a_log_in(scheduled, clock, sent):
    clock.shift(DAY - SECOND)
    assert sweep()["applied"] == 0
    assert outcome() == WAITS

    clock.shift(SECOND)

    assert [sweep()["applied"] for _time in range(3)] == [1, 0, 0]
    assert outcome() == APPLIED
    dispatch_due()
    assert len(sent) == 1


def test_rule_4_6_a_log_in_after_the_hour_and_a_sweep_after_the_log_in_do_nothing_more(
    scheduled, clock
):
    clock.shift(DAY)
    sweep()
    happened(after=DAY)
    sweep()

    assert outcome() == APPLIED


def test_rule_4_6_the_text_goes_to_the_number_that_is_his_then(scheduled, lead):
    correct(scheduled.driver, "phone", parse_phone("010-0000-9999"), reason="서류 확인", by=lead)
    happened(phone=OWN)
    assert outcome() == WAITS

    happened(phone="010-0000-9999")

    assert outcome() == APPLIED
    assert Message.objects.get().to == "01000009999"
