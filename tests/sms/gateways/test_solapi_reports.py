"""Delivery reports as SOLAPI posts them: heard with our secret, and a hint at most."""

import hashlib
import json

import pytest
from django.utils import timezone

from backoffice.outbox.wire import Accepted
from tests.sms.gateways.conftest import told
from tests.sms.gateways.solapi_server import HOOK

URL = "/hooks/sms/solapi/"
SHA1 = hashlib.sha1(HOOK.encode(), usedforsecurity=False).hexdigest()


@pytest.fixture(autouse=True)
def carried_by_solapi(settings):
    settings.SMS_URL = "solapi://KEY:SECRET@127.0.0.1:1?scheme=http&hook=hook%20secret"


@pytest.fixture
def post(client):
    """Post a body as they do; a list of reports unless it is something else."""

    def send(body, *, secret=SHA1, event="SINGLE-REPORT"):
        body = body if isinstance(body, bytes) else json.dumps(body)
        headers = {"X-Solapi-Secret": secret, "X-Solapi-Event-Name": event}
        headers = {name: value for name, value in headers.items() if value is not None}
        return client.post(URL, body, content_type="application/json", headers=headers)

    return send


@pytest.fixture
def message(make_message):
    return make_message("accepted", provider_id="M4V1", gateway="solapi")


def about(message, code="4000", **changed):
    return {
        "messageId": "M4V1",
        "groupId": "G4V1",
        "type": "LMS",
        "to": message.to,
        "from": "16448830",
        "statusCode": code,
        "statusMessage": "말",
        "dateProcessed": "2026-11-23T01:00:00.000Z",
        "dateReported": "2026-11-23T01:00:03.000Z",
        "dateReceived": "2026-11-23T01:00:02.000Z",
        "networkCode": "45005",
        "customFields": {"reference": str(message.reference)},
    } | changed


def state(message):
    message.refresh_from_db()
    return message.state


@pytest.mark.parametrize("secret", [SHA1, HOOK], ids=["its SHA-1", "as it is"])
def test_a_report_with_our_secret_makes_us_ask(secret, post, message):
    assert post([about(message)], secret=secret).status_code == 200

    assert (state(message), message.answer) == ("accepted", None)
    assert message.ask_at <= timezone.now()
    assert told(message) == [("delivered", "", "asked")]
    assert message.reports.get().raw["networkCode"] == "45005"


@pytest.mark.parametrize("secret", [None, "", "wrong", SHA1.upper(), SHA1[:-1], "한글"])
def test_a_forged_report_is_refused(secret, post, message, caplog):
    assert post([about(message)], secret=secret).status_code == 400

    assert (state(message), message.ask_at, told(message)) == ("accepted", None, [])
    assert message.to not in caplog.text


@pytest.mark.parametrize("secret", [None, "", SHA1, hashlib.sha1(b"").hexdigest()])
def test_without_a_secret_of_ours_nothing_is_believed(secret, post, message, settings):
    settings.SMS_URL = "solapi://KEY:SECRET@127.0.0.1:1?scheme=http"

    assert post([about(message)], secret=secret).status_code == 400
    assert (state(message), told(message)) == ("accepted", [])


def test_a_report_is_posted(client, message):
    assert client.get(URL).status_code == 405


@pytest.mark.parametrize("as_list", [True, False])
@pytest.mark.parametrize("inner_list", [True, False])
def test_reads_the_wrapper_as_well(as_list, inner_list, post, message):
    report = about(message)
    event = {"eventDataId": "E1", "data": [report] if inner_list else report, "retryCount": 0}

    assert post([event] if as_list else event).status_code == 200
    assert told(message) == [("delivered", "", "asked")]


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("3032", "dead_number"),
        ("3043", "switched_off"),
        ("3042", "out_of_reach"),
        ("3047", "declined"),
        ("3054", "blocked"),
        ("3059", "bad_sender"),
        ("2230", "no_balance"),
        ("3040", "expired"),
    ],
)
def test_says_why_a_text_did_not_arrive(code, reason, post, message):
    post([about(message, code, statusMessage="그들의 말")])

    assert told(message) == [("undelivered", reason, "asked")]
    assert message.reports.get().detail == "그들의 말"


@pytest.mark.parametrize(
    "code", ["2000", "3000", "3014", "3999", "5000", "", None, ["4000"], 7], ids=str
)
def test_on_its_way_and_words_that_we_do_not_know_change_nothing(code, post, message):
    assert post([about(message, code)]).status_code == 200

    assert (state(message), message.ask_at) == ("accepted", None)
    assert [effect for _outcome, _reason, effect in told(message)] == ["none"]


def test_a_repeated_report_is_kept_once(post, message):
    answers = [post([about(message)]).status_code for _time in range(3)]

    assert answers == [200] * 3
    assert told(message) == [("delivered", "", "asked")]


@pytest.mark.parametrize("late", ["2000", "3000", "3043"])
def test_a_late_report_takes_nothing_back(late, post, make_message):
    message = make_message("delivered", provider_id="M4V1", gateway="solapi")

    post([about(message, late)])

    assert (state(message), message.ask_at) == ("delivered", None)
    assert [effect for _outcome, _reason, effect in told(message)] == ["none"]


def test_a_report_may_overtake_our_own_record(post, make_message):
    message = make_message("sending", gateway="solapi")

    post([about(message)])
    message.record_accepted(Accepted(provider_id="M4V1", answer={}))

    assert (state(message), message.provider_id) == ("accepted", "M4V1")
    assert message.ask_at <= timezone.now()


@pytest.mark.parametrize("fields", [{}, None, {"reference": 5}, {"reference": "no uuid"}])
def test_finds_a_message_by_their_number(fields, post, message):
    post([about(message, customFields=fields)])

    assert told(message) == [("delivered", "", "asked")]


def test_a_report_on_a_stranger_is_read_and_forgotten(post, message, caplog):
    stranger = {"reference": "0b6f3f0e-6f0f-4c0a-9a63-7f2f3c0f8a11"}

    response = post([about(message, messageId="M4V9", customFields=stranger)])

    assert (response.status_code, state(message)) == (200, "accepted")
    assert message.to not in caplog.text


def test_an_event_of_another_kind_is_read_and_forgotten(post, message):
    assert post([{"groupId": "G4V1", "count": {}}], event="GROUP-REPORT").status_code == 200
    assert told(message) == []

    assert post([about(message)], event=None).status_code == 200
    assert told(message) == [("delivered", "", "asked")]


@pytest.mark.parametrize(
    "body",
    [b"", b"no json", b"\xff\xfe", b"5", b"null", b"{}", b'"a"', b"[5]", b"[null]", b"[{}]"],
)
def test_what_is_no_report_is_refused(body, post, message):
    assert post(body).status_code == 400
    assert (state(message), told(message)) == ("accepted", [])


@pytest.mark.parametrize(
    "wrong", [{"messageId": None}, {"messageId": 5}, {"statusMessage": 5, "statusCode": "3043"}]
)
def test_of_a_post_with_one_bad_report_nothing_is_believed(wrong, post, message):
    assert post([about(message), about(message, **wrong)]).status_code == 400
    assert (state(message), told(message)) == ("accepted", [])


@pytest.mark.parametrize("odd", ["\0", "\ud800", float("nan")])
def test_what_a_database_cannot_keep_is_no_crash(odd, post, message):
    odd_one = about(message, "3043", statusMessage=f"전원{odd} 꺼짐", networkCode=odd)

    assert post([odd_one]).status_code == 200
    assert message.reports.get().detail.startswith("전원")


def test_a_body_without_bottom_is_refused(post, message):
    assert post(b"[" * 100_000).status_code == 400
