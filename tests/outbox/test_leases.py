"""Leases: who claims has the rows for a while, and gives back what he will not send."""

import uuid

from django.utils import timezone

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

    Message.give_back(first, rows)

    assert [row.pk for row in Message.claim_ahead(second, 1)] == [row.pk for row in rows]


def test_what_another_worker_has_is_not_given_back(make_message):
    make_message()
    rows = Message.claim_ahead(uuid.uuid4(), 1)

    Message.give_back(uuid.uuid4(), rows)

    assert Message.claim_ahead(uuid.uuid4(), 1) == []


def test_a_lease_that_ran_out_is_not_put_on_the_wire(make_message):
    make_message()
    worker = uuid.uuid4()
    rows = Message.claim_ahead(worker, 1)
    Message.objects.update(leased_until=timezone.now())

    assert Message.put_on_wire(worker, rows) == []
    assert Message.objects.get().state == "queued"


def test_of_a_batch_whose_lease_ran_out_in_part_the_rest_goes(make_message):
    for _each in range(3):
        make_message()
    worker = uuid.uuid4()
    rows = Message.claim_ahead(worker, 3)
    Message.objects.filter(pk=rows[1].pk).update(claim=uuid.uuid4())

    gone = Message.put_on_wire(worker, rows)

    assert [row.pk for row in gone] == [rows[0].pk, rows[2].pk]
