"""Whatever is signed: an event is stored, or the answer is a sentence and nothing is."""

import base64
import hashlib
import hmac
import json
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as at_most
from hypothesis import strategies as st

from drivers.models import VerificationEvent

KEY = b"0123456789abcdef"
EVENT = {
    "id": "e1",
    "type": "code.sent",
    "phone": "010-0000-1234",
    "occurred_at": "2026-03-02T01:00:00Z",
}
many = at_most(
    max_examples=50,
    deadline=None,
    database=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture
def post(db, settings):
    """post(b"…"): the status of a body that is signed as it is, and whether it was stored."""
    settings.VERIFICATION_HOOK_SECRET = base64.b64encode(KEY).decode()
    client = Client(raise_request_exception=False)

    def send(body, content_type="application/json"):
        VerificationEvent.objects.all().delete()
        now = str(int(time.time()))
        mac = hmac.new(KEY, b"m1." + now.encode() + b"." + body, hashlib.sha256).digest()
        headers = {
            "webhook-id": "m1",
            "webhook-timestamp": now,
            "webhook-signature": "v1," + base64.b64encode(mac).decode(),
        }
        response = client.post(
            "/hooks/verification/", body, content_type=content_type, headers=headers
        )
        return response.status_code, VerificationEvent.objects.count()

    return send


def event(**changed):
    return json.dumps(EVENT | changed).encode()


TAKEN, REFUSED = (200, 1), (400, 0)

letters = st.characters(blacklist_categories=["Cs"], blacklist_characters="\0")
texts = st.text(letters, max_size=120)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
times = st.datetimes(datetime(2, 1, 2), datetime(9998, 12, 30)).map(
    lambda at: at.replace(tzinfo=UTC).isoformat()
)
bodies = st.fixed_dictionaries(
    {},
    optional={
        "id": texts | anything,
        "type": st.sampled_from([*VerificationEvent.Kind.values, "code", ""]) | anything,
        "phone": st.from_regex(r"[0-9+() -]{0,20}", fullmatch=True) | texts | anything,
        "occurred_at": times | texts | anything,
        "code": anything,
    },
)


@many
@given(body=bodies | bodies.map(lambda some: EVENT | some) | anything)
def test_whatever_json_it_is_it_is_taken_or_refused(post, body):
    assert post(json.dumps(body).encode()) in {TAKEN, REFUSED}


@many
@given(changed=st.dictionaries(st.sampled_from(sorted(EVENT)), anything, min_size=1))
def test_what_is_stored_is_what_was_said(post, changed):
    said = EVENT | changed

    if post(event(**changed)) == TAKEN:
        stored = VerificationEvent.objects.get()
        assert (stored.event_id, stored.kind) == (said["id"], said["type"])
        assert stored.occurred_at == datetime.fromisoformat(said["occurred_at"])


@pytest.mark.parametrize("name", sorted(EVENT))
@pytest.mark.parametrize("value", ["", None, 7, True, [], {}, ["code.sent"], {"id": "e1"}])
def test_each_of_the_four_has_to_be_a_text(post, name, value):
    assert post(event(**{name: value})) == REFUSED


@pytest.mark.parametrize("name", sorted(EVENT))
def test_each_of_the_four_has_to_be_there(post, name):
    less = {key: value for key, value in EVENT.items() if key != name}

    assert post(json.dumps(less).encode()) == REFUSED


@pytest.mark.parametrize(
    "changed",
    [
        {"id": "x" * 101},
        {"type": "code.MATCH"},
        {"type": "code.match "},
        {"type": "lock"},
        {"phone": "010"},
        {"phone": "+"},
        {"phone": "0" * 100_000},
        {"phone": "전화번호"},
        {"occurred_at": "2026-03-02T01:00:00"},
        {"occurred_at": "2026-03-02"},
        {"occurred_at": "2026-02-30T01:00:00Z"},
        {"occurred_at": "2026-03-02T25:00:00Z"},
        {"occurred_at": "1772413200"},
        {"occurred_at": (datetime.now(UTC) + timedelta(days=1)).date().isoformat() + "T23:00:00Z"},
        {"occurred_at": "9999-12-31T23:59:59-23:59"},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_what_no_event_can_say_is_refused(post, changed):
    assert post(event(**changed)) == REFUSED


def test_more_than_the_four_is_let_pass(post):
    assert post(event(id="x" * 100, phone="０１０-0000-1234", code="", extra={"a": [1]})) == TAKEN


@pytest.mark.parametrize("body", [b"[]", b"null", b'"id"', b"[{}]", b"1", b"{}", b"true"])
def test_json_that_is_no_object_is_refused(post, body):
    assert post(body) == REFUSED


@pytest.mark.parametrize(
    "body",
    [b"", b"nonsense", b"{", b"id=1&type=code.sent", b"\xff\xfe", b'{"id":' + b"9" * 5000 + b"}"],
    ids=["empty", "words", "half", "form", "bytes", "long number"],
)
def test_what_is_no_json_is_refused(post, body):
    assert post(body) == REFUSED


def test_json_without_a_bottom_is_refused(post):
    assert post(b"[" * 200_000) == REFUSED


def test_half_a_letter_in_the_id_is_refused(post):
    assert post(event(id="e1\ud800")) == REFUSED


def test_a_zero_byte_in_the_id_is_refused(post):
    assert post(event(id="e1\0")) == REFUSED


def test_a_time_before_all_times_is_refused(post):
    assert post(event(occurred_at="0001-01-01T00:00:00+23:00")) == REFUSED


@pytest.mark.parametrize("size", [2_500_000, 3_000_000])
def test_a_body_of_megabytes_is_refused(post, size):
    assert post(event(id="x" * size)) == REFUSED


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded"],
)
def test_another_content_type_is_refused(post, content_type):
    assert post(event(), content_type) == REFUSED
