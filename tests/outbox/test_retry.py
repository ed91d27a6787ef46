"""Trying again: when, and for how long."""

from datetime import UTC, datetime, timedelta

from django.conf import settings as product

from backoffice.outbox.dispatch import deliver_next, dispatch_due
from backoffice.outbox.wire import NotTaken
from backoffice.sms.models import Message

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


def state(message):
    message.refresh_from_db()
    return message.state


def test_waits_longer_after_each_try(script, make_message, clock):
    script += [NotTaken("down", reason="provider_down") for _try in range(7)]
    message = make_message()
    waits = []

    for _try in range(7):
        deliver_next(Message)
        assert state(message) == "queued"
        waits.append((message.not_before - datetime.now(UTC)).total_seconds())
        clock.move_to(message.not_before)
    deliver_next(Message)

    assert waits == [5, 15, 60, 300, 900, 900, 900]
    assert waits[:5] == list(product.OUTBOX_RETRY_WAITS)
    assert (state(message), message.attempts, message.reason) == ("accepted", 8, "")


def test_waits_as_long_as_the_provider_asks(script, make_message, clock):
    script.append(NotTaken("busy", reason="busy", retry_after=120))
    message = make_message()

    deliver_next(Message)

    assert state(message) == "queued"
    assert message.not_before == NOW + timedelta(seconds=120)


def test_does_not_come_back_sooner_than_its_own_wait(script, make_message, clock):
    script.append(NotTaken("busy", reason="busy", retry_after=0))
    message = make_message()

    deliver_next(Message)

    assert state(message) == "queued"
    assert message.not_before == NOW + timedelta(seconds=5)


def test_what_waits_is_not_due(script, make_message, clock):
    script.append(NotTaken("down", reason="provider_down"))
    make_message()

    dispatch_due()
    clock.shift(timedelta(seconds=4))

    assert dispatch_due() == 0


def test_an_absurd_wait_stays_in_its_row(script, make_message):
    """A provider's number must neither stop the worker nor put the row in doubt."""
    script.append(NotTaken("busy", reason="busy", retry_after=10**13))
    absurd, healthy = make_message(), make_message()

    dispatch_due()

    assert (state(absurd), state(healthy)) == ("queued", "accepted")
