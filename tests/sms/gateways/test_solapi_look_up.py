"""What SOLAPI answers when it is asked what became of a text."""

import pytest

from backoffice.outbox.wire import InDoubt
from tests.sms.gateways.conftest import in_doubt, look_up, send
from tests.sms.gateways.serving import CLOSE_AFTER


def test_finds_a_text_by_its_number(solapi, text):
    outgoing = text()
    accepted = send(solapi, outgoing)

    report = look_up(solapi, outgoing, accepted.provider_id)

    assert (report.outcome, report.provider_id) == ("accepted", accepted.provider_id)
    assert report.reference == outgoing.reference


def test_finds_a_text_by_our_reference_among_others_to_the_same_number(solapi, text):
    first, second, third = text(), text(), text()
    for each in (first, second, third):
        send(solapi, each)
    solapi.taken[1]["statusCode"] = "4000"

    report = look_up(solapi, second)

    assert (report.reference, report.outcome) == (second.reference, "delivered")


def test_turns_the_pages_of_a_long_list(solapi, text):
    solapi.page = 2
    texts = [text() for _each in range(5)]
    for each in texts:
        send(solapi, each)

    assert look_up(solapi, texts[-1]).reference == texts[-1].reference
    assert look_up(solapi, text()) is None


def test_a_list_without_end_is_a_doubt(solapi, text):
    solapi.fault = (200, b'{"messageList": {}, "nextKey": "again"}', {})

    with pytest.raises(InDoubt):
        look_up(solapi, text())

    assert len(solapi.asked) == 10


def test_what_was_never_sent_is_not_found(solapi, text):
    send(solapi, text())

    assert look_up(solapi, text()) is None
    assert look_up(solapi, text(), "M4V999") is None


def test_finds_what_was_taken_without_an_answer(solapi, text):
    outgoing = text()
    solapi.fault = CLOSE_AFTER
    in_doubt(solapi, outgoing)
    solapi.fault = None

    report = look_up(solapi, outgoing)

    assert (report.outcome, report.provider_id) == ("accepted", solapi.taken[0]["messageId"])


def test_says_why_it_did_not_arrive(solapi, text):
    outgoing = text()
    send(solapi, outgoing)
    solapi.taken[0] |= {
        "statusCode": "3043",
        "statusMessage": "단말기 Power off",
        "dateReceived": "2026-11-23T01:00:00.000Z",
    }

    report = look_up(solapi, outgoing)

    assert (report.outcome, report.reason) == ("undelivered", "switched_off")
    assert report.detail == "단말기 Power off"
    assert report.at.isoformat() == "2026-11-23T01:00:00+00:00"


@pytest.mark.parametrize(
    "answer",
    [
        (500, b"", {}),
        (403, b'{"errorCode": "InvalidAPIKey"}', {}),
        (429, b"", {}),
        (200, b"[]", {}),
        (200, b'{"messageList": [{"messageId": "M1"}]}', {}),
        (200, b'{"messageList": [{"messageId": "M1", "statusCode": 1, "statusMessage": 1}]}', {}),
        (307, b"", {"Location": "http://127.0.0.1:1/"}),
    ],
    ids=str,
)
def test_an_answer_that_cannot_be_read_is_a_doubt(answer, solapi, text):
    solapi.fault = answer

    with pytest.raises(InDoubt) as doubt:
        look_up(solapi, text(), "M1")

    assert doubt.value.reason == "unclear_answer"


@pytest.mark.parametrize("body", [b"{}", b'{"messageList": [5]}', b'{"messageList": [{"a": 1}]}'])
def test_an_answer_without_our_text_is_no_report(body, solapi, text):
    solapi.fault = (200, body, {})

    assert look_up(solapi, text(), "M1") is None
