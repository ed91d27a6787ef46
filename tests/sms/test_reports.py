"""Delivery reports: believed only when signed, harmless in any order."""

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook

from backoffice.outbox.wire import Accepted, InDoubt
from backoffice.sms.models import Message
from tests.wire import put_next_on_wire

URL = "/hooks/sms/demo/"
KEY = base64.b64encode(b"signs the reports here..").decode()


@pytest.fixture(autouse=True)
def demo_gateway(settings):
    settings.SMS_URL = f"demo://127.0.0.1:1?key={KEY}"


@pytest.fixture
def report(client):
    """Post a signed body as the provider does: report({"reports": […]})."""

    def post(body, *, key=KEY, at=None, **headers):
        body = body if isinstance(body, str) else json.dumps(body)
        at = at or datetime.now(UTC)
        signed = {
            "webhook-id": "D1",
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": Webhook(key).sign("D1", at, body),
        }
        kept = {name: value for name, value in (signed | headers).items() if value is not None}
        return client.post(URL, body, content_type="application/json", headers=kept)

    return post


def about(message, status, **changed):
    return {
        "message_id": "D1",
        "reference": str(message.reference),
        "status": status,
        "reason": "",
        "at": "2026-11-22T03:00:00.000+00:00",
    } | changed


def reported(*reports):
    return {"reports": list(reports)}


def state(message):
    message.refresh_from_db()
    return message.state


def test_a_delivered_text_is_delivered(report, make_message):
    message = make_message("accepted", provider_id="D1")

    response = report(reported(about(message, "delivered")))

    assert response.status_code == 200
    assert state(message) == "delivered"
    assert message.settled_at is not None


def test_says_why_a_text_did_not_arrive(report, make_message):
    message = make_message("accepted", provider_id="D1")

    report(reported(about(message, "undelivered", reason="dead_number", detail="결번")))

    assert state(message) == "undelivered"
    assert (message.reason, message.detail) == ("dead_number", "결번")


def test_a_repeated_report_changes_nothing(report, make_message):
    message = make_message("accepted", provider_id="D1")

    answers = [report(reported(about(message, "delivered"))).status_code for _try in range(3)]

    assert answers == [200] * 3
    assert message.changes.count() == 1


@pytest.mark.parametrize("late", ["accepted", "undelivered"])
def test_a_late_report_takes_nothing_back(late, report, make_message):
    message = make_message("accepted", provider_id="D1")

    report(reported(about(message, "delivered")))
    report(reported(about(message, late)))

    assert state(message) == "delivered"
    assert message.changes.count() == 1


def test_one_post_may_hold_reports_on_many(report, make_message):
    first, second = make_message("accepted"), make_message("accepted")

    report(reported(about(first, "delivered"), about(second, "undelivered")))

    assert (state(first), state(second)) == ("delivered", "undelivered")


def test_a_report_may_overtake_our_own_record(report, make_message):
    make_message()
    row = put_next_on_wire(Message)

    report(reported(about(row, "delivered")))
    row.record_accepted(Accepted(provider_id="D1", answer={"status": "accepted"}))

    row.refresh_from_db()
    assert (row.state, row.provider_id, row.reason) == ("delivered", "D1", "")
    assert row.answer["status"] == "delivered"


def test_a_doubt_after_the_report_is_no_doubt_any_more(report, make_message):
    """Taken and delivered, while our own request heard nothing until its limit."""
    make_message()
    row = put_next_on_wire(Message)

    report(reported(about(row, "delivered")))
    row.record_doubt(InDoubt("No answer in time.", reason="no_answer"))

    row.refresh_from_db()
    assert (row.state, row.reason, row.detail) == ("delivered", "", "")


def test_a_report_settles_what_was_in_doubt(report, make_message):
    message = make_message("unknown", reason="no_answer", detail="No answer in time.")

    report(reported(about(message, "delivered")))

    assert (state(message), message.reason, message.provider_id) == ("delivered", "", "D1")


def test_finds_a_message_by_the_providers_number(report, make_message):
    message = make_message("accepted", provider_id="D1", gateway="demo")

    report(reported(about(message, "delivered", reference="")))

    assert state(message) == "delivered"


def test_the_same_number_of_another_provider_is_another_message(report, make_message):
    message = make_message("accepted", provider_id="D1", gateway="memory")

    report(reported(about(message, "delivered", reference="")))

    assert state(message) == "accepted"


@pytest.mark.parametrize("reference", ["", "no uuid", "0b6f3f0e-6f0f-4c0a-9a63-7f2f3c0f8a11"])
def test_a_report_on_a_stranger_is_read_and_forgotten(reference, report, make_message):
    message = make_message("accepted", provider_id="D2", gateway="demo")

    response = report(reported(about(message, "delivered", reference=reference)))

    assert response.status_code == 200
    assert state(message) == "accepted"


def test_an_unknown_word_changes_nothing(report, make_message):
    message = make_message("accepted", provider_id="D1")

    response = report(reported(about(message, "teleported")))

    assert response.status_code == 200
    assert state(message) == "accepted"
    assert not message.changes.exists()


def test_no_text_is_reported_back_to_waiting(report, make_message):
    message = make_message("accepted", provider_id="D1")

    report(reported(about(message, "queued"), about(message, "failed")))

    assert state(message) == "accepted"


@pytest.mark.parametrize("age", [timedelta(minutes=4), timedelta(minutes=-4)])
def test_a_clock_may_be_a_little_off(age, report, make_message):
    message = make_message("accepted")

    report(reported(about(message, "delivered")), at=datetime.now(UTC) - age)

    assert state(message) == "delivered"
