"""The dispatcher: one row out of the house, and what became of it."""

import threading
import time
from datetime import timedelta
from types import SimpleNamespace

import pytest

from backoffice.outbox.dispatch import deliver_next, dispatch_due, sweep
from backoffice.outbox.wire import InDoubt, NotTaken
from backoffice.sms.models import Message


def state(message):
    message.refresh_from_db()
    return message.state


def test_nothing_due_is_said(db):
    assert not deliver_next(Message)
    assert dispatch_due() == 0


def test_what_is_taken_is_accepted(script, taken, make_message):
    message = make_message()

    assert deliver_next(Message)

    assert state(message) == "accepted"
    assert (message.provider_id, message.gateway) == ("scripted-1", "scripted")
    assert (message.attempts, message.answer) == (1, {"ok": True})
    assert [each.target for each in message.changes.order_by("pk")] == ["sending", "accepted"]


def test_what_is_sent_carries_our_reference(script, taken, make_message):
    message = make_message()

    deliver_next(Message)

    outgoing, _open = taken[0]
    assert outgoing.reference == str(message.reference)
    assert (outgoing.to, outgoing.body) == (message.to, message.body)


def test_what_is_refused_for_good_fails(script, taken, make_message):
    script.append(NotTaken("unknown number", reason="refused", permanent=True))
    message = make_message()

    dispatch_due()

    assert state(message) == "failed"
    assert (message.reason, message.detail) == ("refused", "unknown number")
    assert len(taken) == 1


def test_what_is_in_doubt_is_never_sent_again_by_itself(script, taken, make_message, clock):
    script.append(InDoubt("No answer in time.", reason="no_answer"))
    message = make_message()

    for _round in range(3):
        dispatch_due()
        sweep()
        clock.shift(timedelta(days=1))

    assert state(message) == "unknown"
    assert (message.reason, message.detail) == ("no_answer", "No answer in time.")
    assert len(taken) == 1


def test_a_fault_of_ours_stays_in_its_row(script, taken, make_message):
    script.append(RuntimeError("poison"))
    poisoned, healthy = make_message(), make_message()

    assert dispatch_due() == 2

    assert (state(poisoned), poisoned.reason) == ("unknown", "unexpected_error")
    assert state(healthy) == "accepted"


def test_the_fault_of_ours_shows_no_words_of_the_text(script, taken, make_message):
    script.append(RuntimeError("01000001234 생년월일"))
    message = make_message()

    deliver_next(Message)

    assert state(message) == "unknown"
    assert message.detail == "RuntimeError"


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_on_the_wire(script, taken, make_message):
    make_message()

    deliver_next(Message)

    [(_outgoing, transaction_was_open)] = taken
    assert not transaction_was_open


@pytest.mark.parametrize(("pause", "sent"), [(29, 1), (31, 0)])
def test_a_worker_paused_past_its_lease_sends_nothing(
    pause, sent, taken, make_message, monkeypatch
):
    def monotonic():
        # The pause lies between the claim and the wire, which is a thread of its own.
        is_wire = threading.current_thread().name == "outbox-wire"
        return time.monotonic() + (pause if is_wire else 0)

    paused = SimpleNamespace(monotonic=monotonic, sleep=time.sleep)
    monkeypatch.setattr("backoffice.outbox.drain.time", paused)
    message = make_message()

    assert deliver_next(Message)

    assert len(taken) == sent
    assert state(message) == ("accepted" if sent else "sending")


def test_oldest_first(script, taken, make_message):
    messages = [make_message() for _ in range(3)]

    dispatch_due()

    order = [outgoing.reference for outgoing, _open in taken]
    assert order == [str(each.reference) for each in messages]


def test_stops_when_its_time_is_over(script, taken, make_message):
    make_message()

    assert dispatch_due(seconds=0) == 0
    assert taken == []
