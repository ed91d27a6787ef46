"""4.6: what is not as it was when a change was scheduled, and what frees the way for another."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine

from backoffice.sms.models import Message
from backoffice.workflow.transitions import perform
from drivers.models import Correction, Driver
from drivers.phones import parse_phone
from drivers.services import apply_due, apply_scheduled, cancel, correct
from drivers.tasks import sweep
from drivers.verification import take_event

NOON = datetime(2026, 3, 2, 3, tzinfo=UTC)
OLD, NEW = date(1980, 5, 3), date(1980, 5, 13)
DAY = timedelta(days=1)


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


def log_in():
    """The login service reports that the driver has logged in just now."""
    take_event(
        event_id=str(uuid4()),
        kind="login.succeeded",
        phone=parse_phone("010-0000-1234"),
        occurred_at=datetime.now(UTC),
    )


def outcome():
    """State of the correction, birthdate on record, texts."""
    return (
        Correction.objects.get(field="birthdate").state,
        Driver.objects.order_by("pk").first().birthdate,
        Message.objects.count(),
    )


@pytest.mark.parametrize("how", ["a log-in", "the sweep"])
def test_rule_4_6_of_a_driver_who_has_withdrawn_it_is_cancelled(scheduled, lead, clock, how):
    perform(scheduled.driver, "withdraw", by=lead, reason="탈퇴 요청")
    clock.shift(DAY)

    log_in() if how == "a log-in" else sweep()

    assert outcome() == ("cancelled", OLD, 0)
    assert Correction.objects.get().changes.latest("pk").note


def test_rule_4_6_a_suspended_driver_is_told_all_the_same(scheduled, lead):
    perform(scheduled.driver, "suspend", by=lead, reason="확인 중")

    log_in()

    assert outcome() == ("applied", NEW, 1)


def test_rule_4_6_a_record_that_is_not_what_it_was_is_left_alone(scheduled):
    Driver.objects.update(birthdate=date(1980, 1, 1))

    log_in()

    assert outcome() == ("cancelled", date(1980, 1, 1), 0)


@pytest.mark.parametrize("how", ["a log-in", "the sweep", "an old hand"])
def test_rule_4_6_what_was_cancelled_stays_so(scheduled, agent, clock, how):
    cancel(scheduled, by=agent, reason="기사님이 취소 요청")
    clock.shift(DAY)

    {
        "a log-in": log_in,
        "the sweep": apply_due,
        "an old hand": lambda: apply_scheduled(scheduled),
    }[how]()

    assert outcome() == ("cancelled", OLD, 0)


def test_rule_4_6_afterwards_the_field_is_free_again(scheduled, driver, agent):
    log_in()

    again = correct(driver, "birthdate", date(1980, 5, 14), reason="다시", by=agent)

    assert again.state == "requested"  # A22: the second one within 30 days
