"""The drain: a window on the wire that is never wider than said, and what it leaves behind."""

import asyncio
import threading

import pytest
from django.db import IntegrityError, connection

from backoffice.outbox import bulk, dispatch, health
from backoffice.outbox.dispatch import dispatch_due
from backoffice.outbox.models import Lease
from backoffice.outbox.wire import Accepted
from backoffice.sms.gateways.memory import MemoryGateway
from backoffice.sms.models import Message
from cases.models import AgitPost


@pytest.fixture
def wire(monkeypatch):
    """Count who is on the wire, at the gateway itself; it takes a moment for each."""
    seen = {"now": 0, "most": 0, "order": []}

    async def send(self, outgoing):
        seen["now"] += 1
        seen["most"] = max(seen["most"], seen["now"])
        seen["order"].append(outgoing.reference)
        await asyncio.sleep(0.05)  # longer than a claim takes on a busy machine
        seen["now"] -= 1
        return Accepted(provider_id=outgoing.reference)

    monkeypatch.setattr(MemoryGateway, "send", send)
    return seen


def states():
    return sorted(Message.objects.values_list("state", flat=True))


@pytest.mark.parametrize("width", [1, 3, 8])
def test_never_more_on_the_wire_than_allowed(width, wire, make_message, settings):
    settings.OUTBOX_IN_FLIGHT = width
    for _each in range(3 * width):
        make_message()

    assert dispatch_due() == 3 * width

    assert wire["most"] == width
    assert set(states()) == {"accepted"}


def test_another_kind_does_not_wait_for_the_backlog_of_one(
    wire, make_message, make_case, settings, monkeypatch
):
    settings.OUTBOX_IN_FLIGHT = 4
    settings.AGIT_WEBHOOK_URL = "http://127.0.0.1:9/"

    async def hand_over(self):
        wire["order"].append("post")
        return Accepted(provider_id="1")

    monkeypatch.setattr(AgitPost, "hand_over", hand_over)
    for _each in range(40):
        make_message()
    AgitPost.objects.create(case=make_case(), text="…", intent="test")

    dispatch_due()

    assert wire["order"].index("post") < 12


def test_a_fresh_text_does_not_wait_for_the_backlog(wire, make_message, settings):
    settings.OUTBOX_IN_FLIGHT = 2
    for _each in range(40):
        make_message()
    fresh = make_message()

    dispatch_due()

    assert wire["order"].index(str(fresh.reference)) < 10


def test_asked_to_stop_it_gives_back_what_it_did_not_send(
    wire, make_message, settings, monkeypatch
):
    settings.OUTBOX_IN_FLIGHT = 4
    for _each in range(30):
        make_message()
    send = MemoryGateway.send

    async def then_stop(self, outgoing):
        dispatch.stopping.set()
        return await send(self, outgoing)

    with monkeypatch.context() as for_now:
        for_now.setattr(MemoryGateway, "send", then_stop)
        try:
            handled = dispatch_due()
        finally:
            dispatch.stopping.clear()

    assert handled == len(wire["order"]) == states().count("accepted") < 30
    assert set(states()) == {"accepted", "queued"}
    assert not Lease.objects.exists()
    assert dispatch_due() == 30 - handled


def test_one_that_cannot_be_recorded_takes_no_other_with_it(wire, make_message, monkeypatch):
    messages = [make_message() for _each in range(5)]
    poison = messages[2].pk
    together = bulk.accept
    alone = Message.record_accepted

    def breaks_together(kind, answers, **facts):
        if any(each["id"] == poison for each in answers):
            raise IntegrityError("value too long")
        return together(kind, answers, **facts)

    def breaks_alone(self, accepted):
        if self.pk == poison:
            raise IntegrityError("value too long")
        return alone(self, accepted)

    monkeypatch.setattr(bulk, "accept", breaks_together)
    monkeypatch.setattr(Message, "record_accepted", breaks_alone)

    dispatch_due()

    found = dict(Message.objects.values_list("pk", "state"))
    assert found.pop(poison) == "unknown"
    assert set(found.values()) == {"accepted"}
    assert len(wire["order"]) == 5


def test_who_claims_shows_a_sign_of_life(wire, make_message):
    dispatch_due()
    assert not health.is_alive("drain")

    make_message()
    dispatch_due()
    assert health.is_alive("drain")


@pytest.mark.django_db(transaction=True)
def test_a_bell_during_a_drain_lets_it_look_once_more(wire, make_message, monkeypatch):
    """In one process one drain is at work; who comes meanwhile is not forgotten."""
    make_message()
    is_out, may_end = threading.Event(), threading.Event()
    send = MemoryGateway.send

    async def held_up(self, outgoing):
        is_out.set()
        await asyncio.to_thread(may_end.wait, 30)
        return await send(self, outgoing)

    monkeypatch.setattr(MemoryGateway, "send", held_up)

    def run():
        try:
            dispatch_due()
        finally:
            connection.close()

    busy = threading.Thread(target=run)
    busy.start()
    assert is_out.wait(30)
    late = make_message()
    assert dispatch_due() == 0
    may_end.set()
    busy.join()

    late.refresh_from_db()
    assert late.state == "accepted"
