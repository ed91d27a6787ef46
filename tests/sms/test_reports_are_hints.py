"""A report whose secret is a constant moves nothing: what the provider answers does."""

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings as product
from django.urls import reverse
from django.utils import timezone

from backoffice.outbox.asking import ask_about_open_ends
from backoffice.outbox.dispatch import dispatch_due
from backoffice.sms.models import Message
from tests.sms.conversations import Nhn, Solapi
from tests.sms.gateways.conftest import told


@pytest.fixture(params=[Solapi, Nhn], ids=lambda each: each.name)
def carrier(request, settings):
    with request.param.make() as server:
        settings.SMS_URL = server.sms_url
        yield request.param(server)


@pytest.fixture
def message(carrier, make_message):
    """A text that the provider has taken."""
    message = make_message()
    dispatch_due()
    message.refresh_from_db()
    assert message.state == "accepted"
    return message


def state(message):
    message.refresh_from_db()
    return message.state


def ask():
    return ask_about_open_ends([Message])


@pytest.mark.parametrize("outcome", ["delivered", "undelivered"])
def test_what_the_provider_confirms_is_believed(outcome, carrier, message):
    carrier.becomes(outcome)

    assert carrier.report(message, outcome).status_code == 200
    assert state(message) == "accepted"

    assert ask() == 1
    assert (state(message), message.unconfirmed, message.ask_at) == (outcome, False, None)
    assert [(said, effect) for said, _reason, effect in told(message)] == [
        (outcome, "asked"),
        (outcome, "moved"),
    ]


@pytest.mark.parametrize(
    ("said", "true"), [("delivered", "undelivered"), ("undelivered", "delivered")]
)
def test_what_the_provider_says_holds_against_the_report(said, true, carrier, message):
    carrier.becomes(true)

    carrier.report(message, said)
    ask()

    assert state(message) == true


def test_a_forged_end_of_what_is_on_its_way_ends_nothing(carrier, message):
    carrier.report(message, "delivered")

    assert ask() == 0
    assert state(message) == "accepted"
    assert message.ask_at > timezone.now()


def test_a_report_that_comes_before_the_list_knows_is_asked_about_again(carrier, message):
    carrier.report(message, "delivered")
    ask()
    carrier.becomes("delivered")

    with time_machine.travel(timezone.now() + timedelta(seconds=product.OUTBOX_ASK_WAITS[1])):
        assert ask() == 1
    assert state(message) == "delivered"


def test_a_report_wakes_the_worker(carrier, message, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as bells:
        carrier.report(message, "delivered")

    assert len(bells) == 1


def test_the_door_asks_nobody_itself(carrier, message):
    asked = len(carrier.server.asked)

    carrier.report(message, "delivered")

    assert len(carrier.server.asked) == asked


def test_a_replay_asks_no_second_time_while_asking_goes_on(carrier, message):
    for _time in range(3):
        carrier.report(message, "delivered")
        ask()

    message.refresh_from_db()
    assert message.asked == 1
    assert len(told(message)) == 2  # the report, and the answer "on its way"


def test_a_number_in_a_report_is_not_taken_over(carrier, make_message):
    """With it the look-up would tell of a text of the forger's own."""
    message = make_message("unknown", gateway=carrier.name)

    carrier.report(message, "delivered", messageId="M4V666", requestId="R666")

    assert state(message) == "unknown"
    assert message.provider_id == ""


def test_two_quick_hints_do_not_make_a_text_never_taken(carrier, make_message):
    """The provider's list lags; to call it never taken invites somebody to send it twice."""
    message = make_message("unknown", gateway=carrier.name)

    carrier.report(message, "delivered")
    ask()
    carrier.report(message, "undelivered")
    ask()

    assert state(message) == "unknown"


def test_what_somebody_told_of_is_never_called_never_taken(carrier, make_message):
    message = make_message("unknown", gateway=carrier.name)
    carrier.report(message, "delivered")

    exhaust(message)

    assert (state(message), message.ask_at) == ("unknown", None)


def exhaust(message):
    """Let all the waits pass, asking after each."""
    for _wait in product.OUTBOX_ASK_WAITS:
        message.refresh_from_db()
        if message.ask_at is not None:
            with time_machine.travel(message.ask_at + timedelta(seconds=1)):
                ask()
    message.refresh_from_db()


@pytest.mark.parametrize("fault", [(500, b"", {}), (200, b"no json", {})], ids=str)
def test_what_cannot_be_confirmed_is_a_persons(fault, carrier, message, lead, signed_in):
    carrier.server.fault = fault
    carrier.report(message, "delivered")

    exhaust(message)

    assert (message.state, message.ask_at, message.unconfirmed) == ("accepted", None, True)
    assert message in Message.objects.needing_a_person()
    response = signed_in(lead).post(
        reverse("admin:sms_message_arrived", args=[message.pk]), {"reason": "기사님과 통화"}
    )
    assert response.status_code == 302
    assert (state(message), message.unconfirmed) == ("delivered", False)
    assert message not in Message.objects.needing_a_person()


def test_a_report_after_the_last_wait_is_asked_about_anew(carrier, message):
    carrier.server.fault = (500, b"", {})
    carrier.report(message, "delivered")
    exhaust(message)
    carrier.server.fault = None
    carrier.becomes("delivered")

    carrier.report(message, "delivered")

    assert ask() == 1
    assert state(message) == "delivered"
