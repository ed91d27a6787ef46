"""Delivery reports as NHN Cloud posts them: heard with our secret, and a hint at most."""

import json

import pytest
from django.utils import timezone

from backoffice.outbox.wire import Accepted
from tests.sms.gateways.conftest import told
from tests.sms.gateways.nhn_server import HOOK

URL = "/hooks/sms/nhn/"


@pytest.fixture(autouse=True)
def carried_by_nhn(settings):
    settings.SMS_URL = "nhn://KEY:SECRET@127.0.0.1:1?scheme=http&hook=set%20in%20the%20console"


@pytest.fixture
def post(client):
    def send(*hooks, signature=HOOK, event="MESSAGE_RESULT_UPDATE", body=None):
        event = {
            "hooksId": "202007271010101010sadasdavas",
            "webhookConfigId": "W1",
            "productName": "SMS",
            "appKey": "KEY",
            "event": event,
            "hooks": list(hooks),
        }
        headers = {} if signature is None else {"X-Toast-Webhook-Signature": signature}
        body = json.dumps(event) if body is None else body
        return client.post(URL, body, content_type="application/json", headers=headers)

    return send


@pytest.fixture
def message(make_message):
    return make_message("accepted", provider_id="R1:1", gateway="nhn")


def about(message, status="COMPLETED", code="1000", key="recipientGropuingKey", **changed):
    return {
        "hookId": "20240429205809GcSUXthVA00",
        "senderType": "NORMAL_MMS",
        "requestId": "R1",
        "recipientSeq": 1,
        "requestDate": "2026-11-23T20:58:02",
        "receiveDate": "2026-11-23T20:58:04",
        "sendNo": "16448830",
        "recipientNo": message.to,
        "messageStatus": status,
        key: str(message.reference),
        "resultCode": code,
        "messageCount": 1,
    } | changed


def state(message):
    message.refresh_from_db()
    return message.state


@pytest.mark.parametrize(
    "key", ["recipientGroupingKey", "recipientGropuingKey", "senderGroupingKey"]
)
def test_a_report_with_our_secret_makes_us_ask(key, post, message):
    assert post(about(message, key=key, requestId="R9")).status_code == 200

    # Also their number is not taken over: it could be another text's.
    assert (state(message), message.answer, message.provider_id) == ("accepted", None, "R1:1")
    assert message.ask_at <= timezone.now()
    assert told(message) == [("delivered", "", "asked")]
    assert message.reports.get().raw["messageCount"] == 1


@pytest.mark.parametrize("signature", [None, "", "wrong", HOOK + " x", HOOK.upper(), "한글"])
def test_a_forged_report_is_refused(signature, post, message, caplog):
    assert post(about(message), signature=signature).status_code == 400

    assert (state(message), message.ask_at, told(message)) == ("accepted", None, [])
    assert message.to not in caplog.text


@pytest.mark.parametrize("signature", [None, "", HOOK])
def test_without_a_secret_of_ours_nothing_is_believed(signature, post, message, settings):
    settings.SMS_URL = "nhn://KEY:SECRET@127.0.0.1:1?scheme=http"

    assert post(about(message), signature=signature).status_code == 400
    assert (state(message), told(message)) == ("accepted", [])


def test_finds_a_message_by_their_number(post, message):
    post(about(message, key="none"))

    assert told(message) == [("delivered", "", "asked")]


def test_another_recipient_of_the_same_request_is_another_message(post, message):
    post(about(message, key="none", recipientSeq=2))

    assert told(message) == []


@pytest.mark.parametrize(
    ("status", "code", "outcome", "reason"),
    [
        ("COMPLETED", "3003", "undelivered", "dead_number"),
        ("COMPLETED", "2005", "undelivered", "out_of_reach"),
        ("FAILED", "3006", "undelivered", "declined"),
        ("FAILED", "", "undelivered", "carrier_failed"),
        ("DUPLICATED", "E915", "undelivered", "duplicate"),
        ("FAILED_AD", "E919", "undelivered", "expired"),
        ("CANCEL", None, "undelivered", "refused"),
        ("COMPLETED", "8888", "unknown", ""),
        ("TELEPORTED", "1000", "unknown", ""),
        ("", "1000", "unknown", ""),
        (None, "1000", "unknown", ""),
    ],
)
def test_translates_what_became_of_it(status, code, outcome, reason, post, message):
    assert post(about(message, status, code)).status_code == 200

    is_asked = outcome == "undelivered"
    assert told(message) == [(outcome, reason, "asked" if is_asked else "none")]
    assert state(message) == "accepted"
    assert (message.ask_at is not None) == is_asked


def test_repeated_and_late_reports_change_nothing(post, make_message):
    message = make_message("delivered", provider_id="R1:1", gateway="nhn")

    for status, code in [("COMPLETED", "1000")] * 2 + [("FAILED", "3001"), ("COMPLETED", "")]:
        assert post(about(message, status, code)).status_code == 200

    assert (state(message), message.ask_at) == ("delivered", None)
    assert told(message) == [
        ("delivered", "", "none"),
        ("undelivered", "dead_number", "none"),
        ("accepted", "", "none"),
    ]


def test_a_report_may_overtake_our_own_record(post, make_message):
    message = make_message("sending", gateway="nhn")

    post(about(message))
    message.record_accepted(Accepted(provider_id="R1:1", answer={}))

    assert (state(message), message.provider_id) == ("accepted", "R1:1")
    assert message.ask_at <= timezone.now()


def test_a_report_on_a_stranger_is_read_and_forgotten(post, message, caplog):
    stranger = about(message, requestId="R9") | {"recipientGropuingKey": "no uuid"}

    assert (post(stranger).status_code, told(message)) == (200, [])
    assert message.to not in caplog.text


@pytest.mark.parametrize("event", ["UNSUBSCRIBE", "CONVERSION_BLOCK", "SOMETHING_NEW"])
def test_an_event_of_another_kind_is_read_and_forgotten(event, post, message):
    hook = {"hookId": "H1", "recipientNo": message.to}

    assert (post(hook, event=event).status_code, state(message)) == (200, "accepted")


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"no json", b"\xff\xfe", b"5", b"[]", b"{}", b'{"event": "MESSAGE_RESULT_UPDATE"}'),
        b'{"event": "MESSAGE_RESULT_UPDATE", "hooks": 5}',
        b'{"event": "MESSAGE_RESULT_UPDATE", "hooks": [5]}',
        b'{"event": "MESSAGE_RESULT_UPDATE", "hooks": [{}]}',
    ],
)
def test_what_is_no_report_is_refused(body, post, message):
    assert post(body=body).status_code == 400
    assert (state(message), told(message)) == ("accepted", [])


@pytest.mark.parametrize(
    "wrong", [{"requestId": 5}, {"recipientSeq": "x"}, {"recipientSeq": None}]
)
def test_of_a_post_with_one_bad_report_nothing_is_believed(wrong, post, message):
    assert post(about(message), about(message, **wrong)).status_code == 400
    assert (state(message), told(message)) == ("accepted", [])
