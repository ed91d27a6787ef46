"""Events come in any order, late and twice: what is stored in the end is the same."""

from datetime import UTC, datetime, timedelta
from itertools import permutations
from uuid import uuid4

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as at_most
from hypothesis import strategies as st

from drivers.models import Driver, VerificationEvent
from drivers.models.verification import standing
from drivers.phones import parse_phone
from drivers.verification import take_event

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
MISS, MATCH, LOGIN = "code.mismatch", "code.match", "login.succeeded"
OWN = parse_phone("010-0000-1234")
few = at_most(
    max_examples=15,
    deadline=None,
    database=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(autouse=True)
def short_locks(settings):
    """Three mismatches lock for two hours, so that few events make every case."""
    settings.MISMATCHES_TO_LOCK, settings.LOCK_HOURS = 3, 2
    with time_machine.travel(NOW, tick=False) as travelled:
        yield travelled


def stored_after(events):
    """Deliver ``events`` and return what is stored then; nothing of it is kept."""
    with transaction.atomic():
        for event_id, kind, ago in events:
            at = NOW - timedelta(minutes=ago)
            take_event(event_id=event_id, kind=kind, phone=OWN, occurred_at=at)
        driver = Driver.objects.get()
        found = {
            "state": driver.verification_state,
            "until": driver.locked_until,
            "is_locked": driver.is_locked,
            "mismatches": VerificationEvent.objects.mismatches_of(driver),
            "events": sorted(VerificationEvent.objects.values_list("event_id", "kind")),
        }
        transaction.set_rollback(True)
    return found


def in_order(events):
    """As they occurred; of two at the same moment the success comes last."""
    return sorted(events, key=lambda event: (-event[2], event[1] != MISS))


kinds = st.sampled_from([MISS, MISS, MISS, MISS, MATCH, LOGIN, "code.sent", "login.failed"])
events = st.lists(
    st.tuples(st.uuids().map(str), kinds, st.integers(0, 400)),
    max_size=9,
    unique_by=lambda event: event[0],
)


@few
@given(happened=events, data=st.data())
def test_any_order_leads_to_the_same(driver, happened, data):
    shuffled = data.draw(st.permutations(happened))
    twice = data.draw(st.permutations(shuffled + happened[:3]))
    usual = stored_after(in_order(happened))

    assert stored_after(shuffled) == usual
    assert stored_after(twice) == usual


@few
@given(happened=events)
def test_what_is_stored_is_what_the_events_say(driver, happened):
    found = stored_after(happened)

    pairs = [(kind, NOW - timedelta(minutes=ago)) for _id, kind, ago in in_order(happened)]
    said = standing(pairs)
    is_locked = said.locked_until is not None and said.locked_until > NOW
    assert found["is_locked"] == is_locked
    assert (found["state"] == "locked") == is_locked
    assert found["until"] == said.locked_until
    is_over = said.locked_until is not None and not is_locked
    assert found["mismatches"] == (0 if is_over else said.mismatches)


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_each_order_of_three_mismatches_and_a_success(driver, order):
    happened = [("a", MISS, 40), ("b", MISS, 30), ("c", MATCH, 20), ("d", MISS, 10)]

    found = stored_after([happened[place] for place in order])

    assert (found["state"], found["until"], found["mismatches"]) == ("open", None, 1)


def test_a_late_mismatch_makes_the_lock_an_earlier_one(driver):
    """The third is then another one, and 24 hours run from that."""
    known = [("b", MISS, 30), ("c", MISS, 20), ("d", MISS, 10)]
    assert stored_after(known)["until"] == NOW + timedelta(minutes=110)

    found = stored_after([*known, ("late", MISS, 40)])

    assert found["until"] == NOW + timedelta(minutes=100)
    assert found["mismatches"] == 3


def test_a_late_success_takes_a_lock_back(driver):
    known = [(f"{place}", MISS, 10) for place in range(3)]
    assert stored_after(known)["state"] == "locked"

    assert stored_after([*known, ("late", LOGIN, 9)])["state"] == "open"
    assert stored_after([*known, ("too late", LOGIN, 11)])["state"] == "locked"


def test_of_a_lock_that_is_over_already_nothing_is_locked(driver):
    """Ten events that were held up for a day, as after an outage."""
    found = stored_after([(f"{place}", MISS, 121) for place in range(3)])

    assert (found["state"], found["mismatches"]) == ("open", 0)


def test_another_drivers_events_are_his(driver, make_driver):
    other = make_driver(phone="+821000005678")
    for _time in range(3):
        take_event(event_id=str(uuid4()), kind=MISS, phone=other.phone, occurred_at=NOW)

    states = dict(Driver.objects.values_list("pk", "verification_state"))
    assert states == {driver.pk: "open", other.pk: "locked"}
