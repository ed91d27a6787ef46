"""Who gets texts outside of production, and how many a minute at most."""

import threading
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from backoffice.outbox.dispatch import deliver_next, dispatch_due
from backoffice.outbox.holds import current_hold
from backoffice.outbox.wire import NotTaken
from backoffice.sms.gateways import Gateway
from backoffice.sms.models import Message


@pytest.fixture
def clock():
    with time_machine.travel(datetime(2026, 11, 22, 3, 0, tzinfo=UTC), tick=False) as travelled:
        yield travelled


def state(message):
    message.refresh_from_db()
    return message.state


def test_only_who_is_on_the_list_gets_texts(make_message, make_driver, sent, settings):
    settings.SMS_ALLOWED_RECIPIENTS = {"01000001234"}
    allowed = make_message()
    stranger = make_message()
    Message.objects.filter(pk=stranger.pk).update(to="01099990000")

    dispatch_due()

    assert [each.to for each in sent] == ["01000001234"]
    assert state(allowed) == "accepted"
    assert (state(stranger), stranger.reason) == ("failed", "not_allowed")


def test_the_second_gateway_does_not_get_round_the_list(make_message, sent, settings):
    settings.SMS_ALLOWED_RECIPIENTS = {"01000005678"}
    settings.SMS_SECOND_URL = "memory://second"
    message = make_message()

    dispatch_due()

    assert (sent, state(message)) == ([], "failed")


class Refusing(Gateway):
    """Refuses each text as the test says."""

    refusals = {}

    async def send(self, outgoing):
        raise NotTaken("", **self.refusals[self.url.hostname])


BUSY = {"reason": "busy"}
TOO_LONG = {"reason": "too_long", "permanent": True}
NO_KEY = {"reason": "bad_key", "halts": True}


@pytest.mark.parametrize(
    ("first", "second", "state_then", "reason"),
    [
        (BUSY, BUSY, "queued", "busy"),
        (BUSY, TOO_LONG, "queued", "busy"),
        (BUSY, NO_KEY, "queued", "busy"),
        (TOO_LONG, BUSY, "queued", "busy"),
        (TOO_LONG, TOO_LONG, "failed", "too_long"),
        (TOO_LONG, NO_KEY, "failed", "too_long"),
        (NO_KEY, BUSY, "queued", "busy"),
        (NO_KEY, TOO_LONG, "queued", "bad_key"),
        (NO_KEY, NO_KEY, "queued", "bad_key"),
    ],
)
def test_what_passes_at_either_gateway_is_no_end_and_stops_nothing(
    first, second, state_then, reason, make_message, settings, monkeypatch
):
    settings.SMS_GATEWAYS = {"refusing": f"{__name__}.Refusing"}
    settings.SMS_URL, settings.SMS_SECOND_URL = "refusing://first", "refusing://second"
    monkeypatch.setattr(Refusing, "refusals", {"first": first, "second": second})
    message = make_message()

    dispatch_due()

    assert (state(message), message.reason) == (state_then, reason)
    assert (current_hold(Message) is not None) == (reason == "bad_key")


def test_without_a_list_everybody_gets_texts(make_message, sent):
    make_message()

    dispatch_due()

    assert len(sent) == 1


def test_the_brake_lets_through_so_many_a_minute(make_message, sent, settings, clock):
    settings.SMS_PER_MINUTE = 3
    for _each in range(5):
        make_message()

    dispatch_due()
    assert len(sent) == 3

    clock.shift(timedelta(seconds=50))
    dispatch_due()
    assert len(sent) == 3

    clock.shift(timedelta(seconds=11))
    dispatch_due()
    assert len(sent) == 5


def test_what_goes_on_the_wire_while_it_is_counted_is_counted(make_message, settings):
    settings.SMS_PER_MINUTE = 1
    for _each in range(2):
        make_message()
    one, other = uuid4(), uuid4()
    rows = Message.claim_what_may_go(one, 1)

    def meddle(execute, sql, params, many, context):
        counted = execute(sql, params, many, context)
        if "COUNT(" in sql and rows:
            Message.put_on_wire(one, [rows.pop()])
        return counted

    with connection.execute_wrapper(meddle):
        assert Message.claim_what_may_go(other, 1) == []
    assert rows == []


def test_what_is_braked_stays_queued(make_message, settings):
    settings.SMS_PER_MINUTE = 1
    for _each in range(2):
        make_message()

    dispatch_due()

    assert sorted(Message.objects.values_list("state", flat=True)) == ["accepted", "queued"]


@pytest.mark.django_db(transaction=True)
def test_two_workers_share_the_brake(make_message, sent, settings):
    settings.SMS_PER_MINUTE = 4
    for _each in range(12):
        make_message()
    start = threading.Barrier(2, timeout=30)

    def run():
        try:
            start.wait()
            while deliver_next(Message):
                pass
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(sent) == Message.objects.exclude(state="queued").count()
    assert len(sent) <= 4


def test_what_was_refused_and_waits_does_not_count_twice(make_message, settings):
    settings.SMS_PER_MINUTE = 2
    make_message("queued", claimed_at=timezone.now(), not_before=timezone.now())

    assert dispatch_due() == 1
