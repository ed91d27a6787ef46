"""The way of a delivery: which arrows exist, and what a late word may still change."""

import uuid

import pytest

from backoffice.outbox.wire import Accepted, InDoubt, NotTaken
from backoffice.sms.models import Message

STATES = "queued sending accepted delivered undelivered failed unknown".split()
ARROWS = {
    "queued": "sending failed",
    "sending": "queued accepted delivered undelivered failed unknown",
    "unknown": "accepted delivered undelivered failed",
    "accepted": "delivered undelivered",
}
FINAL = {"delivered", "undelivered", "failed", "unknown"}  # settled, as far as machines go


def test_the_states_are_those_of_the_design():
    assert set(Message.State.values) == set(STATES)


@pytest.mark.parametrize("target", STATES)
@pytest.mark.parametrize("source", STATES)
def test_a_message_moves_along_the_arrows_only(source, target, make_message):
    message = make_message(source)
    is_arrow = target in ARROWS.get(source, "").split()

    moved = message.advance(target, reason="why")

    message.refresh_from_db()
    assert moved == is_arrow
    assert message.state == (target if is_arrow else source)
    assert [(each.source, each.target) for each in message.changes.all()] == (
        [(source, target)] if is_arrow else []
    )


@pytest.mark.parametrize("target", ARROWS["sending"].split())
def test_a_settled_message_says_when(target, make_message):
    message = make_message("sending")

    message.advance(target)

    message.refresh_from_db()
    assert (message.settled_at is not None) == (target in FINAL)


def test_the_history_says_why(make_message):
    message = make_message("sending")

    message.advance("failed", reason="refused", detail="unknown number")

    assert message.changes.get().note == "unknown number"


def test_a_worker_that_lost_its_row_records_nothing(make_message):
    message = make_message("sending", claim=uuid.uuid4())
    late = Message.objects.get(pk=message.pk)
    Message.objects.filter(pk=message.pk).update(claim=uuid.uuid4())

    late.record_accepted(Accepted(provider_id="P1"))
    late.record_refusal(NotTaken("no", reason="refused", permanent=True))
    late.record_doubt(InDoubt("?", reason="no_answer"))

    message.refresh_from_db()
    assert (message.state, message.provider_id, message.reason) == ("sending", "", "")
    assert not message.changes.exists()


def test_a_row_that_left_the_state_it_was_seen_in_is_left_alone(make_message):
    message = make_message("sending")

    moved = message.advance("failed", source="queued", reason="too_old")

    message.refresh_from_db()
    assert not moved
    assert (message.state, message.reason) == ("sending", "")


def test_a_late_word_fills_only_what_is_not_known(make_message):
    message = make_message("delivered", provider_id="P1", reason="dead_number")

    message.advance("accepted", provider_id="P2", reason="", gateway="demo", detail="late")

    message.refresh_from_db()
    assert (message.provider_id, message.reason) == ("P1", "dead_number")
    assert (message.gateway, message.detail) == ("demo", "")


def test_a_move_replaces_what_was_known(make_message):
    message = make_message("unknown", reason="no_answer", detail="No answer in time.")

    message.advance("delivered", reason="", detail="")

    message.refresh_from_db()
    assert (message.reason, message.detail) == ("", "")


@pytest.mark.parametrize(
    ("state", "needs"), [(each, each in {"unknown", "failed", "undelivered"}) for each in STATES]
)
def test_lists_what_needs_a_person(state, needs, make_message):
    make_message(state)

    assert Message.objects.needing_a_person().exists() == needs


def test_what_was_sent_again_needs_nobody_any_more(make_message):
    message = make_message("failed")
    make_message("delivered", resend_of=message)

    assert not Message.objects.needing_a_person().exists()
