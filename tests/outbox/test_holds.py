"""The stop switch: what is due stays, whoever stopped it, until a person lets it go."""

import threading
from datetime import timedelta

import pytest
from django.conf import settings as product
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from backoffice.outbox import tasks
from backoffice.outbox.dispatch import dispatch_due
from backoffice.outbox.holds import current_hold, hold, release
from backoffice.outbox.models import Hold
from backoffice.outbox.wire import NotTaken
from backoffice.sms.models import Message
from backoffice.workflow.transitions import TransitionRefused

STOP, GO_ON = reverse("admin:sms_message_stop"), reverse("admin:sms_message_go_on")


def state(message):
    message.refresh_from_db()
    return message.state


@pytest.fixture
def held(lead):
    return hold(Message, by=lead, reason="발송사 점검")


def test_a_lead_stops_it_for_a_reason(make_message, sent, lead, signed_in):
    message = make_message()

    response = signed_in(lead).post(STOP, {"reason": "발송사 점검"})

    assert response.status_code == 302
    found = current_hold(Message)
    assert (found.by, found.reason) == (lead, "발송사 점검")
    assert dispatch_due() == 0
    assert (state(message), sent) == ("queued", [])


@pytest.mark.parametrize("reason", ["", "   "])
def test_not_without_a_reason(reason, lead, signed_in):
    response = signed_in(lead).post(STOP, {"reason": reason})

    assert response.status_code == 200
    assert not Hold.objects.exists()


@pytest.mark.parametrize("who", ["agent", "privacy_officer", "administrator"])
@pytest.mark.parametrize("door", [STOP, GO_ON])
def test_the_wrong_person_neither_stops_nor_releases(door, who, held, request, signed_in):
    response = signed_in(request.getfixturevalue(who)).post(door, {"reason": "몰래"})

    assert response.status_code == 403
    assert [each.released_at for each in Hold.objects.all()] == [None]


@pytest.mark.parametrize("who", ["agent", "privacy_officer", "administrator"])
def test_the_wrong_person_is_refused_inside_as_well(who, held, request):
    person = request.getfixturevalue(who)

    with pytest.raises(TransitionRefused):
        hold(Message, by=person, reason="몰래")
    with pytest.raises(TransitionRefused):
        release(Message, by=person)


@pytest.mark.parametrize("door", [STOP, GO_ON])
def test_the_switch_is_posted(door, held, lead, signed_in):
    assert signed_in(lead).get(door).status_code == 404
    assert current_hold(Message) == held


def test_to_let_go_what_goes_is_told_in_a_sentence(lead, signed_in):
    response = signed_in(lead).post(GO_ON)

    assert response.status_code == 200
    assert "중지" in response.content.decode()


def test_letting_go_wakes_and_delivers(
    held, make_message, sent, lead, signed_in, django_capture_on_commit_callbacks
):
    message = make_message()

    with django_capture_on_commit_callbacks() as bells:
        signed_in(lead).post(GO_ON)

    assert len(bells) == 1
    assert dispatch_due() == 1
    assert state(message) == "accepted"
    held.refresh_from_db()
    assert held.released_by == lead


@pytest.mark.parametrize("reason", ["no_balance", "bad_sender", "bad_key"])
def test_a_gateway_that_can_send_nothing_stops_it(reason, script, taken, make_message, settings):
    settings.OUTBOX_IN_FLIGHT = 1
    script.append(NotTaken("no", reason=reason, halts=True))
    messages = [make_message() for _ in range(4)]

    tasks.sweep()

    assert current_hold(Message).by is None
    assert current_hold(Message).reason == reason
    assert {state(each) for each in messages[:1]} == {"queued"}
    assert not Message.objects.exclude(state__in=["queued", "accepted"]).exists()
    before = len(taken)
    tasks.sweep()
    assert len(taken) == before


def test_what_the_gateway_could_not_send_is_sent_afterwards(script, make_message, lead):
    script.append(NotTaken("no", reason="no_balance", halts=True))
    message = make_message()
    dispatch_due()

    release(Message, by=lead)
    dispatch_due()

    assert (state(message), message.attempts, message.reason) == ("accepted", 2, "")


def test_what_is_held_does_not_fail_for_its_age(held, make_message, clock):
    message = make_message(queued_at=timezone.now() - product.OUTBOX_TOO_OLD - timedelta(hours=1))

    tasks.sweep()

    assert state(message) == "queued"


def test_what_was_held_too_long_is_not_sent_without_a_word(held, make_message, sent, lead, clock):
    """Let go after half a day, an old text would confuse: it fails and asks for a person."""
    message = make_message()
    clock.shift(product.OUTBOX_TOO_OLD + timedelta(hours=1))
    tasks.sweep()
    release(Message, by=lead)

    dispatch_due()
    tasks.sweep()

    assert (state(message), message.reason, sent) == ("failed", "too_old", [])
    assert message in Message.objects.needing_a_person()


@pytest.mark.django_db(transaction=True)
def test_two_who_stop_at_once_make_one_stop(lead):
    start, found = threading.Barrier(2, timeout=30), []

    def run():
        try:
            start.wait()
            found.append(hold(Message, by=None, reason="no_balance"))
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 2
    assert len({each.pk for each in found}) == Hold.objects.count() == 1
