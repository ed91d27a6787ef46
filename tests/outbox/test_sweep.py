"""What a dead worker, a lost bell or a long outage left behind is found."""

import threading
import uuid
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.conf import settings
from django.db import connection

from backoffice.outbox import dispatch, tasks
from backoffice.outbox.dispatch import dispatch_due, sweep
from backoffice.outbox.models import DeliveryQuerySet
from backoffice.outbox.wire import Accepted
from backoffice.sms.models import Message
from tests.wire import put_next_on_wire

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as travelled:
        yield travelled


@pytest.fixture
def then(monkeypatch):
    """Let something happen between a query's answer and what is done with it."""

    def between(name, happen):
        original = getattr(DeliveryQuerySet, name)

        def found(self, now):
            rows = list(original(self, now))
            happen()
            return rows

        monkeypatch.setattr(DeliveryQuerySet, name, found)

    return between


@pytest.mark.parametrize(("silence", "ends_as"), [(-SECOND, "sending"), (SECOND, "unknown")])
def test_a_silent_worker_is_dead_when_its_lease_is_over(silence, ends_as, make_message):
    claimed_at = NOW - settings.OUTBOX_LEASE - silence
    message = make_message("sending", claimed_at=claimed_at, claim=uuid.uuid4())

    found = sweep()

    message.refresh_from_db()
    assert message.state == ends_as
    assert found["unknown"] == (ends_as == "unknown")


def test_what_a_dead_worker_had_is_not_sent_again(make_message, sent, clock):
    message = make_message()
    put_next_on_wire(Message)
    clock.shift(settings.OUTBOX_LEASE + SECOND)

    sweep()
    dispatch_due()

    message.refresh_from_db()
    assert (message.state, message.reason) == ("unknown", "worker_lost")
    assert sent == []


def test_the_worker_that_was_thought_dead_may_still_say_what_happened(make_message, clock):
    make_message()
    row = put_next_on_wire(Message)
    clock.shift(settings.OUTBOX_LEASE + SECOND)
    sweep()

    row.record_accepted(Accepted(provider_id="P1"))

    row.refresh_from_db()
    assert (row.state, row.provider_id, row.reason) == ("accepted", "P1", "")


@pytest.mark.parametrize(("age", "ends_as"), [(-SECOND, "queued"), (SECOND, "failed")])
def test_what_waited_too_long_fails(age, ends_as, make_message):
    queued_at = NOW - settings.OUTBOX_TOO_OLD - age
    message = make_message(queued_at=queued_at)

    found = sweep()

    message.refresh_from_db()
    assert message.state == ends_as
    assert message.reason == ("too_old" if ends_as == "failed" else "")
    assert found["failed"] == (ends_as == "failed")


def test_a_row_claimed_meanwhile_is_not_too_old(make_message, then):
    message = make_message(queued_at=NOW - settings.OUTBOX_TOO_OLD - SECOND)
    then("too_old", lambda: Message.objects.update(state="sending"))  # leased when it was not

    found = sweep()

    message.refresh_from_db()
    assert (message.state, message.reason, found["failed"]) == ("sending", "", 0)


def test_a_row_recorded_meanwhile_is_not_in_doubt(make_message, then, clock):
    make_message()
    row = put_next_on_wire(Message)
    clock.shift(settings.OUTBOX_LEASE + SECOND)
    then("abandoned", lambda: row.record_accepted(Accepted(provider_id="P1")))

    found = sweep()

    row.refresh_from_db()
    assert (row.state, row.reason, found["unknown"]) == ("accepted", "", 0)


def test_a_row_claimed_anew_meanwhile_is_not_in_doubt(make_message, then, clock):
    message = make_message()
    put_next_on_wire(Message)
    clock.shift(settings.OUTBOX_LEASE + SECOND)
    again = {"claim": uuid.uuid4(), "claimed_at": NOW + settings.OUTBOX_LEASE}
    then("abandoned", lambda: Message.objects.filter(pk=message.pk).update(**again))

    sweep()

    message.refresh_from_db()
    assert message.state == "sending"


def test_the_sweep_delivers_what_nobody_rang_for(make_message, sent):
    message = make_message()

    result = tasks.sweep()

    message.refresh_from_db()
    assert message.state == "accepted"
    assert len(sent) == 1
    assert result == {"unknown": 0, "failed": 0, "settled": 0, "handled": 1}


def test_what_is_too_old_is_not_sent_by_whom_a_bell_wakes_before_a_sweep(make_message, sent):
    """As after a night without workers: the bells of all that waits have waited, too."""
    make_message(queued_at=NOW - settings.OUTBOX_TOO_OLD - SECOND)
    fresh = make_message(queued_at=NOW - settings.OUTBOX_TOO_OLD)

    assert dispatch_due() == 1

    assert [each.reference for each in sent] == [str(fresh.reference)]


def test_a_sweep_fails_so_many_and_the_next_one_goes_on(make_message, monkeypatch):
    monkeypatch.setattr(dispatch, "AT_ONCE", 2)
    for _each in range(3):
        make_message(queued_at=NOW - settings.OUTBOX_TOO_OLD - SECOND)

    assert [sweep()["failed"] for _time in range(3)] == [2, 1, 0]


def test_what_is_too_old_is_not_delivered_by_the_same_sweep(make_message, sent):
    make_message(queued_at=NOW - settings.OUTBOX_TOO_OLD - SECOND)

    tasks.sweep()

    assert sent == []


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_say_it_once(make_message, then):
    message = make_message(
        "sending", claimed_at=NOW - 2 * settings.OUTBOX_LEASE, claim=uuid.uuid4()
    )
    both_have_looked = threading.Barrier(2, timeout=30)
    then("abandoned", both_have_looked.wait)
    found = []

    def run():
        try:
            found.append(sweep()["unknown"])
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(found) == [0, 1]
    assert message.changes.count() == 1
