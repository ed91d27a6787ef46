"""What NHN Cloud answers when it is asked what became of a text."""

import pytest

from backoffice.outbox.wire import InDoubt
from tests.sms.gateways.conftest import in_doubt, look_up, send
from tests.sms.gateways.serving import CLOSE_AFTER


@pytest.mark.parametrize("kind", ["SMS", "LMS"])
@pytest.mark.parametrize("by_number", [True, False])
def test_finds_a_text(by_number, kind, nhn, text):
    outgoing = text(kind)
    send(nhn, text(kind))
    accepted = send(nhn, outgoing)

    report = look_up(nhn, outgoing, accepted.provider_id if by_number else "")

    assert (report.outcome, report.provider_id) == ("accepted", accepted.provider_id)
    assert report.reference == outgoing.reference


def test_does_not_take_anothers_for_ours(nhn, text):
    nhn.lists_all = True
    first, second = text(), text()
    send(nhn, first)

    assert look_up(nhn, second) is None


def test_what_was_never_sent_is_not_found(nhn, text):
    assert look_up(nhn, text()) is None
    assert look_up(nhn, text(), "20261123ReZQ6KZ9:1") is None


def test_finds_what_was_taken_without_an_answer(nhn, text):
    outgoing = text("LMS")
    nhn.fault = CLOSE_AFTER
    in_doubt(nhn, outgoing)
    nhn.fault = None

    assert look_up(nhn, outgoing).provider_id == f"{nhn.taken[0]['requestId']}:1"


@pytest.mark.parametrize(
    ("status", "code", "outcome", "reason"),
    [
        ("1", None, "accepted", ""),
        ("2", "", "accepted", ""),
        ("3", "1000", "delivered", ""),
        ("3", None, "accepted", ""),  # sent, and the carrier has not told yet
        ("3", "3001", "undelivered", "dead_number"),
        ("3", "2003", "undelivered", "switched_off"),
        ("3", "9999", "unknown", ""),
        ("0", "3012", "undelivered", "blocked"),
        ("0", "9999", "undelivered", "carrier_failed"),
        ("0", None, "undelivered", "carrier_failed"),
        ("4", None, "undelivered", "refused"),
        ("5", "E915", "undelivered", "duplicate"),
        ("5", None, "undelivered", "duplicate"),
        ("6", None, "undelivered", "blocked"),
        ("7", "1000", "unknown", ""),
        (None, "1000", "unknown", ""),
    ],
)
def test_translates_their_state_and_the_carriers_code(status, code, outcome, reason, nhn, text):
    outgoing = text()
    send(nhn, outgoing)
    nhn.taken[0] |= {
        "msgStatus": status,
        "resultCode": code,
        "resultCodeName": "그들의 말",
        "resultDate": "2026-11-23 10:06:42.0",
    }

    report = look_up(nhn, outgoing)

    assert (report.outcome, report.reason) == (outcome, reason)
    assert ("그들의 말" in report.detail) == (outcome != "delivered")
    assert report.at.isoformat() == "2026-11-23T10:06:42+09:00"


OK = b'{"header": {"isSuccessful": true, "resultCode": 0}, "body": '


@pytest.mark.parametrize(
    "answer",
    [
        (500, b""),
        (503, b""),
        (200, b"<html>"),
        (200, b"[]"),
        (200, b"{}"),
        (200, b'{"header": {"isSuccessful": false, "resultCode": -1000}}'),
        (200, b'{"header": {"isSuccessful": false, "resultCode": []}}'),
        (200, OK + b'{"data": {"senderGroupingKey": "r"}}}'),
        (200, OK + b'{"data": [{"senderGroupingKey": "r", "msgStatus": "3"}]}}'),
    ],
    ids=str,
)
def test_an_answer_that_cannot_be_read_is_a_doubt(answer, nhn, text):
    nhn.fault = (*answer, {})

    with pytest.raises(InDoubt) as doubt:
        look_up(nhn, text(reference="r"), "R1:1")

    assert doubt.value.reason == "unclear_answer"


@pytest.mark.parametrize(
    "body", [b"5", b"null", b'{"data": null}', b'{"data": [5, {}]}', b'{"data": {"x": []}}']
)
def test_an_answer_without_our_text_is_no_report(body, nhn, text):
    nhn.fault = (200, OK + body + b"}", {})

    assert look_up(nhn, text(), "R1:1") is None
