"""Leases: who claims has the rows for a while, and gives back what he will not send."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from backoffice.outbox.dispatch import sweep
from backoffice.outbox.models import Lease
from backoffice.outbox.wire import Accepted
from backoffice.sms.models import Message


def test_half_of_what_is_claimed_are_the_newest(make_message):
    backlog = [make_message() for _each in range(10)]

    rows = Message.claim_ahead(uuid.uuid4(), 4)

    assert [row.pk for row in rows] == [backlog[at].pk for at in (0, 1, 8, 9)]


def test_given_back_rows_are_another_workers_at_once(make_message):
    make_message()
    first, second = uuid.uuid4(), uuid.uuid4()
    rows = Message.claim_ahead(first, 1)
    assert Message.claim_ahead(second, 1) == []

    Message.give_back(first)

    assert [row.pk for row in Message.claim_ahead(second, 1)] == [row.pk for row in rows]


def test_what_another_worker_has_is_not_given_back(make_message):
    make_message()
    Message.claim_ahead(uuid.uuid4(), 1)

    Message.give_back(uuid.uuid4())

    assert Message.claim_ahead(uuid.uuid4(), 1) == []


def test_a_lease_holds_nothing_of_another_kind(make_message):
    """Keys are given out table by table: a post may have the key of a text."""
    message = make_message()
    until = timezone.now() + timedelta(minutes=1)
    Lease.objects.create(
        worker=uuid.uuid4(), kind="cases.agitpost", keys=[message.pk], until=until
    )

    assert [row.pk for row in Message.claim_ahead(uuid.uuid4(), 1)] == [message.pk]


def test_a_lease_that_ran_out_is_not_put_on_the_wire(make_message):
    make_message()
    worker = uuid.uuid4()
    rows = Message.claim_ahead(worker, 1)
    Lease.objects.update(until=timezone.now())

    assert Message.put_on_wire(worker, rows) == []
    assert Message.objects.get().state == "queued"


def test_of_a_batch_of_which_another_worker_sent_one_the_rest_goes(make_message):
    for _each in range(3):
        make_message()
    worker, other = uuid.uuid4(), uuid.uuid4()
    rows = Message.claim_ahead(worker, 3)
    Lease.objects.create(
        worker=other, kind="sms.message", keys=[rows[1].pk], until=Lease.objects.get().until
    )
    assert len(Message.put_on_wire(other, [rows[1]])) == 1

    gone = Message.put_on_wire(worker, rows)

    assert [row.pk for row in gone] == [rows[0].pk, rows[2].pk]
    assert Message.objects.get(pk=rows[1].pk).claim == other


def test_what_was_put_back_to_wait_meanwhile_is_not_sent_before_its_time(make_message):
    make_message()
    worker = uuid.uuid4()
    rows = Message.claim_ahead(worker, 1)
    later = timezone.now() + timedelta(seconds=30)
    Message.objects.update(not_before=later)  # another sent it, and the gateway was busy

    assert Message.put_on_wire(worker, rows) == []


def test_the_next_batch_takes_the_place_of_the_last(make_message):
    for _each in range(4):
        make_message()
    worker = uuid.uuid4()
    first = Message.claim_ahead(worker, 2)
    Message.put_on_wire(worker, first)

    second = Message.claim_ahead(worker, 2)

    assert {row.pk for row in first}.isdisjoint(row.pk for row in second)
    assert set(Lease.objects.get().keys) == {row.pk for row in second}


def test_what_a_report_has_ended_is_not_accepted_afterwards(make_message):
    make_message()
    worker = uuid.uuid4()
    rows = Message.put_on_wire(worker, Message.claim_ahead(worker, 1))
    Message.objects.get().advance(Message.State.DELIVERED)

    Message.record_outcomes([(row, Accepted(provider_id="1")) for row in rows])

    assert Message.objects.get().state == "delivered"


def test_leases_of_the_dead_are_swept_away_and_others_stay(make_message):
    make_message()
    dead, alive = uuid.uuid4(), uuid.uuid4()
    Message.claim_ahead(dead, 1)
    Lease.objects.update(until=timezone.now() - 2 * settings.OUTBOX_LEASE)
    Message.claim_ahead(alive, 1)

    sweep()

    assert [lease.worker for lease in Lease.objects.all()] == [alive]
