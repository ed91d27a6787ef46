"""The door for delivery reports: what cannot be believed is refused and nothing is kept."""

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook

KEY = base64.b64encode(b"signs the reports here..").decode()
STRANGER = base64.b64encode(b"signs for somebody else.").decode()
URL = "/hooks/sms/demo/"


@pytest.fixture(autouse=True)
def demo_gateway(settings):
    settings.SMS_URL = f"demo://127.0.0.1:1?key={KEY}"


@pytest.fixture
def message(make_message):
    return make_message("accepted", provider_id="D1", gateway="demo")


@pytest.fixture
def good(message):
    """One report that would be believed."""
    return {
        "message_id": "D1",
        "reference": str(message.reference),
        "status": "delivered",
        "reason": "",
        "at": "2026-11-22T03:00:00.000+00:00",
    }


@pytest.fixture
def post(client):
    """Post a body with true headers, but for what the test changes."""

    def send(body, *, key=KEY, later=timedelta(), signed=None, **changed):
        at = datetime.now(UTC) + later
        text = body.decode(errors="replace") if isinstance(body, bytes) else body
        headers = {
            "webhook-id": "D1",
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": Webhook(key).sign("D1", at, signed or text),
        } | {name.replace("_", "-"): value for name, value in changed.items()}
        headers = {name: value for name, value in headers.items() if value is not None}
        return client.post(URL, body, content_type="application/json", headers=headers)

    return send


def assert_refused(response, message):
    message.refresh_from_db()
    assert response.status_code == 400
    assert (message.state, message.answer) == ("accepted", None)
    assert not message.changes.exists()


@pytest.mark.parametrize(
    "forgery",
    [
        {"key": STRANGER},
        {"signed": '{"reports": []}'},
        {"later": timedelta(minutes=-10)},
        {"later": timedelta(minutes=10)},
        {"webhook_id": None},
        {"webhook_id": "D2"},
        {"webhook_timestamp": None},
        {"webhook_timestamp": "yesterday"},
        {"webhook_timestamp": "nan"},
        {"webhook_timestamp": "9" * 400},
        {"webhook_signature": None},
        {"webhook_signature": "no comma"},
        {"webhook_signature": "v1,a,b"},
        {"webhook_signature": "v1,한글"},
        {"webhook_signature": "v1,"},
        {"webhook_signature": "v2,AAAA"},
    ],
    ids=str,
)
def test_a_forged_report_is_refused(forgery, post, good, message):
    response = post(json.dumps({"reports": [good]}), **forgery)

    assert_refused(response, message)


def test_the_same_report_unforged_is_believed(post, good, message):
    response = post(json.dumps({"reports": [good]}))

    message.refresh_from_db()
    assert (response.status_code, message.state) == (200, "delivered")


@pytest.mark.parametrize(
    "body", [b"", b"no json", b"\xff\xfe", b"5", b"null", b"[]", b"{}", b'{"reports": 5}']
)
def test_what_is_no_report_is_refused(body, post, message):
    assert_refused(post(body), message)


@pytest.mark.parametrize(
    "wrong",
    [
        {"reference": None},
        {"reference": 5},
        {"reference": ["a"]},
        {"status": None},
        {"status": ["delivered"]},
        {"message_id": None},
        {"message_id": {"a": 1}},
        {"reason": None},
        {"reason": ["dead_number"]},
        {"detail": None},
        {"at": None},
        {"at": "yesterday"},
    ],
    ids=str,
)
def test_a_report_of_the_wrong_shape_is_no_crash(wrong, post, good, message):
    """Signed, so the provider's own mistake: refused or ignored, never a 500."""
    response = post(json.dumps({"reports": [good | wrong]}))

    assert response.status_code in {200, 400}


@pytest.mark.parametrize("missing", ["message_id", "reference", "status", "at"])
def test_a_report_that_lacks_something_is_refused(missing, post, good, message):
    del good[missing]

    assert_refused(post(json.dumps({"reports": [good]})), message)


def test_of_a_post_with_one_bad_report_nothing_is_believed(post, good, message):
    assert_refused(post(json.dumps({"reports": [good, {"status": "delivered"}]})), message)


def test_a_gateway_without_a_key_believes_nothing(post, good, message, settings):
    settings.SMS_URL = "demo://127.0.0.1:1"

    assert_refused(post(json.dumps({"reports": [good]})), message)


@pytest.mark.parametrize("name", ["memory", "console", "solapi"])
def test_another_gateways_door_is_not_there(name, client, good, message):
    response = client.post(
        f"/hooks/sms/{name}/", json.dumps([good]), content_type="application/json"
    )

    assert response.status_code == 404
    message.refresh_from_db()
    assert message.state == "accepted"


@pytest.mark.parametrize("method", ["get", "put", "delete", "head"])
def test_reports_are_posted(method, client):
    assert getattr(client, method)(URL).status_code == 405


def test_the_refusal_says_nothing_of_the_text(post, good, message):
    response = post(json.dumps({"reports": [good]}), key=STRANGER)

    assert response.content == b"This report cannot be believed.\n"
