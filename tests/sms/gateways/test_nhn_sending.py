"""NHN Cloud takes what we send: checked as strictly as the real one checks."""

import pytest

from tests.sms.gateways.conftest import in_doubt, kind_of, refused, send

OK = b'{"header": {"isSuccessful": true, "resultCode": 0}, "body": '


@pytest.mark.parametrize(("kind", "path"), [("SMS", "sms"), ("LMS", "mms")])
def test_a_text_is_taken_with_our_reference(kind, path, nhn, text):
    outgoing = text(kind)

    accepted = send(nhn, outgoing)

    [taken] = nhn.taken
    assert accepted.provider_id == f"{taken['requestId']}:1"
    assert (taken["kind"], taken["body"]) == (path, outgoing.body)
    assert taken["senderGroupingKey"] == taken["recipientGroupingKey"] == outgoing.reference
    assert taken.get("title", "") == outgoing.subject
    assert accepted.answer["header"]["isSuccessful"]


@pytest.mark.parametrize("part", ["akb3dukdmdjsdSvgk", "its%2Fsecret"])
def test_a_wrong_key_inside_a_200_halts(part, nhn, text, monkeypatch):
    monkeypatch.setattr(type(nhn), "sms_url", nhn.sms_url.replace(part, "another"))

    refusal = refused(nhn, text())

    assert (refusal.reason, kind_of(refusal)) == ("bad_key", "halts")
    assert str(refusal) == "Invalid appKey. (-1000)"


def test_a_sender_that_is_not_registered_halts(nhn, text):
    refusal = refused(nhn, text(sender="021234567"))

    assert (refusal.reason, kind_of(refusal)) == ("bad_sender", "halts")


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"to": "010-0000-1234"}, "bad_number"),
        ({"body": "가" * 46}, "too_long"),
        ({"body": "—"}, "bad_characters"),
        ({"kind": "LMS", "subject": "가" * 21}, "too_long"),
        ({"kind": "LMS", "subject": ""}, "refused"),
    ],
    ids=str,
)
def test_what_it_cannot_carry_is_refused_for_good(changed, reason, nhn, text):
    refusal = refused(nhn, text(**changed))

    assert (refusal.reason, kind_of(refusal)) == (reason, "for good")
    assert nhn.taken == []


@pytest.mark.parametrize("place", ["refuses_with", "refuses_number_with"])
@pytest.mark.parametrize(
    ("code", "reason", "kind"),
    [
        (-1004, "bad_key", "halts"),
        (-1008, "account_blocked", "halts"),
        (-2052, "over_quota", "halts"),
        (-2313, "bad_sender", "halts"),
        (-2021, "provider_down", "passes"),
        (-2018, "bad_number", "for good"),
        (-6001, "opted_out", "for good"),
        (4, "refused", "for good"),
        (-7777, "refused", "for good"),  # a word that we do not know
    ],
)
def test_what_follows_from_a_refusal_inside_a_200(code, reason, kind, place, nhn, text):
    setattr(nhn, place, (code, "그들의 말"))

    refusal = refused(nhn, text())

    assert (refusal.reason, kind_of(refusal)) == (reason, kind)
    assert str(refusal) == f"그들의 말 ({code})"
    assert refusal.answer["header"]


@pytest.mark.parametrize("place", ["refuses_with", "refuses_number_with"])
def test_their_unexpected_error_is_a_doubt(place, nhn, text):
    setattr(nhn, place, (-9999, "System error."))

    assert in_doubt(nhn, text()).reason == "unclear_answer"


@pytest.mark.parametrize(
    "body",
    [
        b'{"header": {}}',
        b'{"header": {"isSuccessful": "true", "resultCode": 0}}',
        b'{"header": {"isSuccessful": false}}',
        b'{"header": {"isSuccessful": false, "resultCode": "-1000"}}',
        OK + b"null}",
        OK + b'{"data": []}}',
        OK + b'{"data": {"requestId": "R1"}}}',
        OK + b'{"data": {"requestId": "R1", "sendResultList": []}}}',
        OK + b'{"data": {"requestId": "R1", "sendResultList": [5]}}}',
        OK + b'{"data": {"requestId": "R1", "sendResultList": [{"resultCode": 0}]}}}',
        OK + b'{"data": {"sendResultList": [{"resultCode": 0, "recipientSeq": 1}]}}}',
        OK + b'{"data": {"requestId": "R1", "sendResultList": [{"recipientSeq": 1}]}}}',
    ],
)
def test_a_200_that_says_neither_is_a_doubt(body, nhn, text):
    nhn.fault = (200, body, {"Content-Type": "application/json"})

    doubt = in_doubt(nhn, text())

    assert doubt.reason == "unclear_answer"
    assert doubt.answer
