"""SOLAPI takes what we send: checked as strictly as the real one checks."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.sms.gateways.conftest import in_doubt, kind_of, refused, send
from tests.sms.gateways.solapi_server import SECRET


@pytest.mark.parametrize("kind", ["SMS", "LMS"])
def test_a_text_is_taken_with_our_reference(kind, solapi, text):
    outgoing = text(kind)

    accepted = send(solapi, outgoing)

    [taken] = solapi.taken
    assert accepted.provider_id == taken["messageId"]
    assert taken["customFields"] == {"reference": outgoing.reference}
    assert (taken["text"], taken["type"]) == (outgoing.body, kind)
    assert taken.get("subject", "") == outgoing.subject
    assert accepted.answer["messageList"][0]["statusCode"] == "2000"


def test_each_request_is_signed_anew(solapi, text):
    for _each in range(3):
        send(solapi, text())

    assert len(solapi.salts) == 3


def test_sends_from_the_number_registered_with_the_provider(solapi, text):
    solapi.senders = {"18003400"}
    solapi.url += "&from=1800-3400"

    send(solapi, text(sender="16448830"))

    assert solapi.taken[0]["from"] == "18003400"


@pytest.mark.parametrize(
    ("part", "other", "code", "reason"),
    [
        ("NCSAYU7YDBXYORXC", "SOMEBODY", "InvalidAPIKey", "bad_key"),
        ("its%2Fsecret", "another", "SignatureDoesNotMatch", "bad_key"),
    ],
)
def test_a_wrong_key_halts(part, other, code, reason, solapi, text):
    solapi.url = solapi.url.replace(part, other)

    refusal = refused(solapi, text())

    assert (refusal.reason, kind_of(refusal)) == (reason, "halts")
    assert refusal.answer["errorCode"] == code
    assert code in str(refusal)


@pytest.mark.parametrize("minutes", [-16, 16])
def test_a_wrong_clock_halts(minutes, solapi, text):
    solapi.clock = lambda: datetime.now(UTC) + timedelta(minutes=minutes)

    refusal = refused(solapi, text())

    assert (refusal.reason, kind_of(refusal)) == ("clock_wrong", "halts")


@pytest.mark.parametrize("minutes", [-14, 14])
def test_a_clock_may_be_a_little_off(minutes, solapi, text):
    solapi.clock = lambda: datetime.now(UTC) + timedelta(minutes=minutes)

    assert send(solapi, text()).provider_id


def test_a_signature_seen_twice_is_a_doubt(solapi, text):
    """Each is new: the line brought the request twice, and the first may have been taken."""
    solapi.fault = (403, b'{"errorCode": "DuplicatedSignature", "errorMessage": "x"}', {})

    assert in_doubt(solapi, text()).reason == "unclear_answer"


def test_no_balance_inside_a_200_halts(solapi, text):
    solapi.has_balance = False

    refusal = refused(solapi, text())

    assert (refusal.reason, kind_of(refusal)) == ("no_balance", "halts")
    assert str(refusal) == "잔액 부족 (1030)"
    assert refusal.answer["failedMessageList"][0]["statusCode"] == "1030"


def test_a_sender_that_is_not_registered_halts(solapi, text):
    refusal = refused(solapi, text(sender="021234567"))

    assert (refusal.reason, kind_of(refusal)) == ("bad_sender", "halts")


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"to": "010-0000-1234"}, "refused"),
        ({"body": "가" * 46}, "too_long"),
        ({"body": "—"}, "bad_characters"),
        ({"kind": "LMS", "subject": "가" * 21}, "too_long"),
        ({"subject": "제목"}, "refused"),
        ({"reference": "r" * 101}, "refused"),
    ],
    ids=str,
)
def test_what_it_cannot_carry_is_refused_for_good(changed, reason, solapi, text):
    refusal = refused(solapi, text(**changed))

    assert (refusal.reason, kind_of(refusal)) == (reason, "for good")
    assert solapi.taken == []


@pytest.mark.parametrize(
    ("code", "reason", "kind"),
    [
        ("1020", "bad_key", "halts"),
        ("1024", "provider_down", "passes"),
        ("1060", "bad_number", "for good"),
        ("1061", "opted_out", "for good"),
        ("1064", "bad_sender", "halts"),
        ("2063", "account_blocked", "halts"),
        ("1999", "refused", "for good"),  # a word that we do not know
        ("", "refused", "for good"),
    ],
)
def test_what_follows_from_a_refusal(code, reason, kind, solapi, text):
    solapi.refuses_with = code or "x"

    refusal = refused(solapi, text())

    assert (refusal.reason, kind_of(refusal)) == (reason, kind)


@pytest.mark.parametrize(
    "body",
    [
        b'{"failedMessageList": [], "messageList": []}',
        b'{"failedMessageList": [], "groupInfo": {"count": {"registeredSuccess": 1}}}',
        b'{"messageList": [{"messageId": ""}]}',
        b'{"messageList": [5], "failedMessageList": "none"}',
        b'{"messageList": 5}',
    ],
)
def test_a_200_that_names_no_message_is_a_doubt(body, solapi, text):
    solapi.fault = (200, body, {"Content-Type": "application/json"})

    doubt = in_doubt(solapi, text())

    assert doubt.reason == "unclear_answer"
    assert doubt.answer


def test_reads_a_list_that_is_an_object(solapi, text):
    solapi.fault = (200, b'{"messageList": {"M1": {"messageId": "M1", "statusCode": "2000"}}}', {})

    assert send(solapi, text()).provider_id == "M1"


def test_a_failure_listed_among_the_taken_is_a_refusal(solapi, text):
    solapi.fault = (200, b'{"messageList": [{"messageId": "M1", "statusCode": "2230"}]}', {})

    assert refused(solapi, text()).reason == "no_balance"


def test_an_error_of_theirs_is_told_in_their_words(solapi, text):
    solapi.fault = (400, b'{"errorCode": "ValidationError", "errorMessage": "to"}', {})

    refusal = refused(solapi, text())

    assert (str(refusal), kind_of(refusal)) == ("to (ValidationError)", "for good")


def test_the_secret_does_not_travel(solapi, text):
    send(solapi, text())

    assert SECRET not in str(solapi.heard)
