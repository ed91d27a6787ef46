"""What is not signed as Standard Webhooks say, now and by the right secret, is turned away."""

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from standardwebhooks import Webhook

from drivers.models import VerificationEvent

SECRET = base64.b64encode(b"0123456789abcdef").decode()
OTHER = base64.b64encode(b"fedcba9876543210").decode()
NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
BODY = json.dumps(
    {
        "id": "e1",
        "type": "code.mismatch",
        "phone": "010-0000-1234",
        "occurred_at": "2026-03-02T01:00:00Z",
    }
)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as travelled:
        yield travelled


@pytest.fixture
def post(db, settings):
    """post(signature="…"): one event as it should be, but for what is said."""
    settings.VERIFICATION_HOOK_SECRET = f"whsec_{SECRET}"
    client = Client(raise_request_exception=False)

    def send(body=BODY, *, signed=BODY, secret=SECRET, after=0, **headers):
        at = NOW + timedelta(seconds=after)
        usual = {
            "id": "m1",
            "timestamp": str(int(at.timestamp())),
            "signature": Webhook(secret).sign("m1", at, signed),
        }
        sent = {f"webhook-{name}": text for name, text in (usual | headers).items() if text}
        return client.post(
            "/hooks/verification/", body, content_type="application/json", headers=sent
        )

    return send


def good(after=0):
    return Webhook(SECRET).sign("m1", NOW + timedelta(seconds=after), BODY)


def taken():
    return VerificationEvent.objects.count()


@pytest.mark.parametrize("after", [-299, 0, 299])
def test_a_signature_of_now_is_taken(post, after):
    assert post(after=after).status_code == 200
    assert taken() == 1


@pytest.mark.parametrize("signature", [f"v1,{'A' * 43}= {good()}", f"v2,x {good()} v1a,x"])
def test_one_good_signature_among_several_is_enough(post, signature):
    """As they come while the secret is being changed."""
    assert post(signature=signature).status_code == 200
    assert taken() == 1


@pytest.mark.parametrize("after", [-301, -86400, 301, 86400])
def test_a_stale_signature_and_one_of_tomorrow_are_turned_away(post, after):
    assert post(after=after).status_code == 400
    assert taken() == 0


@pytest.mark.parametrize(
    "forgery",
    [
        {"secret": OTHER},
        {"body": BODY + " "},
        {"body": BODY.replace("mismatch", "match")},
        {"id": "m2"},
        {"timestamp": str(int(NOW.timestamp()) + 1)},
        {"signature": "v1," + "A" * 43 + "="},
        {"signature": good().replace("v1,", "v1a,")},
        {"signature": "v1,"},
        {"signature": good()[:-5] + "AAAA="},
    ],
)
def test_a_forged_event_is_turned_away(post, forgery):
    assert post(**forgery).status_code == 400
    assert taken() == 0


@pytest.mark.parametrize("name", ["id", "timestamp", "signature"])
def test_an_event_that_is_not_signed_is_turned_away(post, name):
    assert post(**{name: ""}).status_code == 400
    assert taken() == 0


@pytest.mark.parametrize("timestamp", ["now", "NaN", "inf", "-inf", "1e400", "9" * 400, "٣", "-1"])
def test_a_time_that_is_none_is_turned_away(post, timestamp):
    assert post(timestamp=timestamp).status_code == 400
    assert taken() == 0


@pytest.mark.parametrize(
    "signature",
    [
        "nonsense",
        "v1",
        "v1,a",
        "v1,a,b",
        "v1,é",
        "v1,서명",
        ",,",
        f"x {good()}",
        f"v1,a  {good()}",
    ],
)
def test_a_signature_that_cannot_be_read_is_turned_away(post, signature):
    assert post(signature=signature.encode().decode("latin-1")).status_code in {200, 400}
    assert taken() <= 1


def test_bytes_that_are_no_text_are_turned_away_whoever_sends_them(post):
    assert post(b"\xff\xfe{}").status_code == 400
    assert taken() == 0


def test_a_signature_holds_for_its_five_minutes_alone(post, clock):
    headers = {"timestamp": str(int(NOW.timestamp())), "signature": good()}
    assert post(**headers).status_code == 200

    clock.shift(timedelta(seconds=301))

    assert post(**headers).status_code == 400
    assert taken() == 1
