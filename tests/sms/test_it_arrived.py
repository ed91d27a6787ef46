"""A person who knows that a text arrived says so; only of one of which nobody else knows."""

import pytest
from django.urls import reverse

from backoffice.sms.models import Message
from backoffice.sms.queueing import send_again


def url(message):
    return reverse("admin:sms_message_arrived", args=[message.pk])


def state(message):
    message.refresh_from_db()
    return message.state


@pytest.mark.parametrize("before", Message.State.values)
def test_only_of_what_is_unknown(before, make_message, lead, signed_in):
    message = make_message(before)

    response = signed_in(lead).post(url(message), {"reason": "기사님과 통화"})

    known = before != "unknown"
    assert response.status_code == (200 if known else 302)
    assert state(message) == (before if known else "delivered")
    assert message.changes.filter(transition="settle").exists() != known


def test_who_said_so_and_why_stands_in_the_history(make_message, lead, signed_in):
    message = make_message("unknown")

    signed_in(lead).post(url(message), {"reason": "기사님과 통화"})

    line = message.changes.get(transition="settle")
    assert (line.by, line.note) == (lead, "기사님과 통화")
    assert message not in Message.objects.needing_a_person()


@pytest.mark.parametrize("who", ["agent", "privacy_officer", "administrator"])
def test_the_wrong_person_is_refused(who, make_message, request, signed_in):
    message = make_message("unknown")

    response = signed_in(request.getfixturevalue(who)).post(url(message), {"reason": "몰래"})

    assert response.status_code in {200, 403, 404}
    assert state(message) == "unknown"


@pytest.mark.parametrize("reason", ["", "   ", None])
def test_not_without_a_reason(reason, make_message, lead, signed_in):
    message = make_message("unknown")

    response = signed_in(lead).post(url(message), {} if reason is None else {"reason": reason})

    assert response.status_code == 200
    assert state(message) == "unknown"


def test_a_code_is_no_reason_and_what_was_typed_stays(make_message, lead, signed_in):
    message = make_message("unknown")
    typed = "인증번호 4821 확인"

    response = signed_in(lead).post(url(message), {"reason": typed})

    assert state(message) == "unknown"
    assert typed in response.content.decode()


def test_not_of_what_was_sent_again(make_message, lead, signed_in):
    message = make_message("unknown")
    send_again(message, by=lead, reason="받지 못함")

    signed_in(lead).post(url(message), {"reason": "기사님과 통화"})

    assert state(message) == "unknown"


@pytest.mark.parametrize(
    ("facts", "offers"),
    [
        ({"state": "unknown"}, True),
        ({"state": "accepted", "unconfirmed": True}, True),
        ({"state": "accepted", "unconfirmed": False}, False),
        ({"state": "failed"}, False),
    ],
    ids=str,
)
def test_the_page_offers_it_where_it_is_possible(facts, offers, make_message, lead, signed_in):
    message = make_message(facts.pop("state"), ask_at=None, **facts)

    page = signed_in(lead).get(reverse("admin:sms_message_change", args=[message.pk]))

    assert (url(message) in page.content.decode()) == offers


def test_an_agent_is_not_offered_it(make_message, agent, signed_in):
    message = make_message("unknown")

    page = signed_in(agent).get(reverse("admin:sms_message_change", args=[message.pk]))

    assert url(message) not in page.content.decode()
