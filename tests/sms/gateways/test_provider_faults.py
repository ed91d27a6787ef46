"""What goes wrong on the line, with each provider: not taken, or in doubt."""

import asyncio
import json
from datetime import timedelta

import pytest

from backoffice.outbox.wire import NotTaken, WireError
from backoffice.sms.gateways.base import moment_of
from tests.sms.gateways import serving
from tests.sms.gateways.conftest import gateway_to, in_doubt, kind_of, refused, send


@pytest.fixture(params=["solapi", "nhn", "kannel"])
def provider(request):
    return request.getfixturevalue(request.param)


@pytest.mark.parametrize(
    ("status", "reason"), [(429, "busy"), (408, "busy"), (503, "provider_down")]
)
@pytest.mark.parametrize(("said", "wait"), [("7", 7), ("soon", None), (None, None)])
def test_what_passes_is_tried_again(status, reason, said, wait, provider, text):
    provider.fault = (status, b"", {"Retry-After": said} if said else {})

    refusal = refused(provider, text())

    assert (refusal.reason, kind_of(refusal), refusal.retry_after) == (reason, "passes", wait)


@pytest.mark.parametrize("status", [500, 502, 504, 520, 204, 301, 302])
def test_a_status_that_tells_nothing_is_a_doubt(status, provider, text):
    provider.fault = (status, b"", {})

    assert in_doubt(provider, text()).reason == "unclear_answer"


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize("body", [b"", b"<html>no</html>", b"[]", b'{"errorCode": ["x"]}'])
def test_not_being_let_in_halts(status, body, provider, text):
    provider.fault = (status, body, {})

    refusal = refused(provider, text())

    assert (refusal.reason, kind_of(refusal)) == ("bad_key", "halts")


@pytest.mark.parametrize("status", [400, 404, 405, 413, 422])
def test_what_is_refused_once_will_be_refused_again(status, provider, text):
    provider.fault = (status, b"<html>no</html>", {})

    refusal = refused(provider, text())

    assert (refusal.reason, kind_of(refusal)) == ("refused", "for good")


@pytest.mark.parametrize(
    "body", [b"", b"<html>ok</html>", b"null", b"5", b"[]", b'"ok"', b"{}", b"\xff\xfe", b"{"]
)
def test_a_200_that_makes_no_sense_is_a_doubt(body, provider, text):
    provider.fault = (200, body, {"Content-Type": "application/json"})

    assert in_doubt(provider, text()).reason == "unclear_answer"


@pytest.mark.parametrize(
    "fault", [serving.CLOSE_BEFORE, serving.CLOSE_AFTER, serving.CLOSE_WITHIN]
)
def test_a_broken_line_is_a_doubt(fault, provider, text):
    provider.fault = fault

    assert in_doubt(provider, text()).reason == "line_broke"
    assert len(provider.asked) == 1
    assert len(provider.taken) == (fault != serving.CLOSE_BEFORE)


def test_silence_is_a_doubt(provider, text, settings):
    settings.OUTBOX_WIRE_LIMIT = timedelta(seconds=1)
    provider.fault = serving.HANG

    assert in_doubt(provider, text()).reason == "no_answer"
    assert len(provider.taken) == 1


@pytest.mark.parametrize("status", [307, 308])
def test_a_redirection_does_not_send_twice(status, provider, text):
    provider.fault = (status, b"", {"Location": "/elsewhere"})

    in_doubt(provider, text())

    assert len(provider.asked) == 1


def test_where_nobody_listens_nothing_was_taken(provider, text):
    gateway = gateway_to(provider, **{provider.host: "127.0.0.1:1"})

    with pytest.raises(NotTaken) as refusal:
        asyncio.run(gateway.send(text()))

    assert (refusal.value.reason, kind_of(refusal.value)) == ("no_connection", "passes")


@pytest.mark.parametrize("status", [200, 400, 500])
def test_an_answer_that_a_database_cannot_keep_is_kept_all_the_same(status, provider, text):
    body = rb'{"a\u0000b": ["\u0000", "\ud800", NaN, {"c": -Infinity}], "errorMessage": "\u0000"}'
    provider.fault = (status, body, {})

    with pytest.raises(WireError) as caught:
        send(provider, text())

    kept = json.dumps(caught.value.answer, ensure_ascii=False, allow_nan=False)
    assert "\\u0000" not in kept
    assert kept.encode()


def test_none_notices_a_text_given_twice(provider, text):
    """So nothing here may try again by itself."""
    twice = text()

    send(provider, twice)
    send(provider, twice)

    assert len(provider.taken) == len(provider.asked) == 2


@pytest.mark.parametrize(
    ("told", "year"),
    [("0001-01-01 00:00:00", None), ("9999-12-31 23:59:59", None), ("2026-11-27 10:00:00", 2026)],
)
def test_a_time_that_cannot_be_one_is_none(told, year):
    assert getattr(moment_of(told), "year", None) == year
