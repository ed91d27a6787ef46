"""What the login service reports is no edit of the driver: no open page is stale for it."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine

from drivers.tasks import sweep
from drivers.verification import take_event

MONDAY = datetime(2026, 3, 2, 1, tzinfo=UTC)
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(MONDAY, tick=False) as travelled:
        yield travelled


@pytest.fixture
def tries(driver):
    """tries(10): so many mismatches just now; tries(1, "code.match"): a success."""

    def report(times, kind="code.mismatch"):
        for _time in range(times):
            at = datetime.now(UTC)
            take_event(event_id=str(uuid4()), kind=kind, phone=driver.phone, occurred_at=at)

    return report


def test_an_event_is_no_edit_of_the_driver(tries, driver, clock):
    before = driver.version, driver.updated_at
    clock.shift(SECOND)

    tries(10)
    clock.shift(DAY)
    sweep()
    tries(1, "login.succeeded")

    driver.refresh_from_db()
    assert (driver.version, driver.updated_at) == before


def test_a_page_that_was_open_before_the_lock_is_saved(tries, driver, agent, save_page, stored):
    shown = driver.version
    tries(10)

    response = save_page(agent, driver, version=shown, company="새길택시")

    assert response.status_code == 302
    assert (stored(driver).company, stored(driver).verification_state) == ("새길택시", "locked")


def test_saving_a_page_does_not_open_what_was_locked_meanwhile(
    tries, driver, agent, save_page, stored
):
    """The row was read before the lock and is written after it."""
    shown = driver.version
    tries(10)

    save_page(agent, driver, version=shown, birthdate="1980-03-05", reason="통화로 확인")

    assert (stored(driver).verification_state, stored(driver).locked_until) == (
        "locked",
        MONDAY + DAY,
    )


@pytest.mark.parametrize("who", ["agent", "other_agent"])
def test_who_made_a_page_stale_is_named_after_a_lock_as_well(
    tries, driver, agent, clock, save_page, stored, who, request
):
    """And not the system, which changed nothing of the record; nor after one's own click."""
    person, shown = request.getfixturevalue(who), driver.version
    typed = {"version": shown, "birthdate": "1980-03-05", "reason": "통화로 확인"}
    save_page(person, driver, **typed)
    usual = save_page(agent, driver, **typed).context["adminform"].form.non_field_errors()
    clock.shift(timedelta(minutes=1))
    tries(10)

    refused = save_page(agent, driver, **typed).context["adminform"].form.non_field_errors()

    assert refused == usual
