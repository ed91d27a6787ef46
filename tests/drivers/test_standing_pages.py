"""A lock as people see it: on the desk, on the driver's page, and when it ends."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine

from drivers.models import Driver
from drivers.tasks import sweep
from drivers.verification import take_event

MONDAY = datetime(2026, 3, 2, 1, tzinfo=UTC)  # ten o'clock in Seoul
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
UNLOCK = "2026-03-03 10:00"


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


@pytest.fixture
def desk(make_case, driver, signed_in, agent):
    """desk(): what the agent sees of the driver's case."""
    case = make_case("start", driver=driver)
    return lambda: signed_in(agent).get(f"/admin/cases/case/{case.pk}/desk/")


@pytest.fixture
def moves(driver):
    """What the timeline has of locks, oldest first: (move, by the system alone)."""
    return lambda: [(each.transition, each.by) for each in driver.changes.order_by("pk")]


@pytest.mark.parametrize("count", [0, 1, 9])
def test_reading_a1_the_desk_counts(desk, tries, count):
    tries(count)

    page = desk()

    assert page.context["mismatches"] == count
    assert UNLOCK not in page.content.decode()


@pytest.mark.parametrize("count", [10, 12])
def test_reading_a1_the_desk_says_that_it_is_locked_and_until_when(desk, tries, count):
    tries(count)

    page = desk()

    assert page.context["driver"].is_locked
    assert page.context["mismatches"] == 10
    assert UNLOCK in page.content.decode()


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_unlock_time_is_seouls_in_every_language(desk, tries, client, language):
    tries(10)
    client.cookies["django_language"] = language

    assert UNLOCK in desk().content.decode()


def test_reading_a2_at_the_hour_it_is_open_even_if_nobody_swept(desk, tries, clock):
    tries(10)
    clock.shift(DAY - SECOND)
    assert desk().context["driver"].is_locked

    clock.shift(SECOND)

    page = desk()
    assert not page.context["driver"].is_locked
    assert page.context["mismatches"] == 0
    assert UNLOCK not in page.content.decode()


def test_reading_a3_the_first_try_after_the_unlock_is_the_first(desk, tries, clock):
    tries(10)
    clock.shift(DAY)

    tries(1)

    assert desk().context["mismatches"] == 1
    assert Driver.objects.get().verification_state == "open"


def test_the_sweep_unlocks_once_and_not_too_early(tries, clock, moves):
    tries(10)
    clock.shift(DAY - SECOND)
    assert sweep()["unlocked"] == 0

    clock.shift(SECOND)

    assert [sweep()["unlocked"] for _time in range(3)] == [1, 0, 0]
    assert Driver.objects.get().verification_state == "open"
    assert moves() == [("lock", None), ("unlock", None)]


def test_the_sweep_leaves_alone_who_was_locked_anew(tries, clock, driver):
    tries(10)
    clock.shift(DAY)
    tries(10)

    assert sweep()["unlocked"] == 0
    driver.refresh_from_db()
    assert (driver.verification_state, driver.locked_until) == ("locked", MONDAY + 2 * DAY)


def test_the_sweep_looks_at_each_driver_for_himself(make_driver, clock):
    drivers = [make_driver() for _each in range(3)]
    for hours, each in enumerate(drivers):
        for _time in range(10):
            at = MONDAY - timedelta(hours=hours)
            take_event(
                event_id=str(uuid4()), kind="code.mismatch", phone=each.phone, occurred_at=at
            )

    clock.shift(timedelta(hours=23))

    assert sweep()["unlocked"] == 2
    states = Driver.objects.order_by("pk").values_list("verification_state", flat=True)
    assert list(states) == ["locked", "open", "open"]


@pytest.mark.parametrize("success", ["code.match", "login.succeeded"])
def test_reading_a3_a_success_opens_at_once(desk, tries, moves, success):
    tries(10)

    tries(1, success)

    page = desk()
    assert not page.context["driver"].is_locked
    assert page.context["mismatches"] == 0
    assert moves() == [("lock", None), ("unlock", None)]


def test_the_timeline_has_one_line_for_each_lock(tries, moves, signed_in, agent, page_of, driver):
    tries(12)
    tries(1, "code.match")
    tries(3, "code.sent")

    timeline = signed_in(agent).get(page_of(driver)).context["timeline"]

    assert [each.state for each in timeline] == ["open", "locked"]  # newest first
    assert len(moves()) == 2
