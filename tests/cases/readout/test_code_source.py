"""Where the code comes from: nowhere unless it is set, and whatever goes wrong is a sentence."""

import json
import threading
import time

import aiohttp
import pytest

from cases.readout.source import Http, NoCode, get_source
from tests.cases.readout.conftest import CODE


def body(answer):
    return lambda asked: asked.say(json.dumps(answer).encode())


def raw(answer):
    return lambda asked: asked.say(answer)


def status(number, **headers):
    return lambda asked: asked.say(json.dumps({"code": CODE}).encode(), status=number, **headers)


def half(asked):
    asked.send_response(200)
    asked.send_header("Content-Length", "500")
    asked.end_headers()
    asked.wfile.write(b'{"code": "482')
    asked.close_connection = True


def closed(asked):
    asked.close_connection = True


FAULTS = {
    "no valid code": lambda asked: asked.say(b"", status=404),
    "404 with a code": status(404),
    "a crash": status(500),
    "busy": status(503),
    "not authorised": status(401),
    "a redirect": status(302, Location="/elsewhere"),
    "a lasting redirect": status(308, Location="/elsewhere"),
    "nothing done": status(204),
    "created": status(201),
    "no body": raw(b""),
    "no JSON": raw(b"<html>482913</html>"),
    "no text": raw(b"\xff\xfe\x00"),
    "a list": body([CODE]),
    "a text": body(CODE),
    "null": body(None),
    "no code": body({}),
    "a number": body({"code": 482913}),
    "three digits": body({"code": "482"}),
    "nine digits": body({"code": "482913482"}),
    "letters": body({"code": "48291a"}),
    "a line more": body({"code": "482913\n"}),
    "other digits": body({"code": "４８２９１３"}),
    "blanks": body({"code": "482 913"}),
    "nested": body({"code": {"code": CODE}}),
    "half an answer": half,
    "a closed line": closed,
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_the_login_service_is_a_sentence_without_what_it_said(login_service, fault):
    login_service.answer = FAULTS[fault]

    with pytest.raises(NoCode) as refused:
        get_source().code_of("01000001234")

    assert str(refused.value)
    assert "482" not in str(refused.value)
    assert refused.value.__suppress_context__ or refused.value.__context__ is None


@pytest.mark.parametrize(
    "fault",
    [
        "a crash",
        "a redirect",
        "half an answer",
        "a closed line",
    ],
)
def test_the_login_service_is_asked_one_time(login_service, fault):
    login_service.answer = FAULTS[fault]

    with pytest.raises(NoCode):
        get_source().code_of("01000001234")

    assert len(login_service.asked) == 1


def test_an_answer_nested_too_deeply_is_a_sentence(login_service):
    login_service.answer = raw(b"[" * 200_000)

    with pytest.raises(NoCode):
        get_source().code_of("01000001234")


@pytest.mark.parametrize("code", ["4829", "482913", "48291357", "0000"])
def test_a_code_of_four_to_eight_digits_is_taken(login_service, code):
    login_service.answer = body({"code": code})

    assert get_source().code_of("01000001234") == code


def test_the_login_service_is_asked_for_the_number_with_the_token(login_service):
    get_source().code_of("01000001234")

    assert login_service.asked == [({"phone": ["01000001234"]}, "Bearer a-token-for-tests")]


def test_nobody_listens(settings):
    settings.CODE_SOURCE_URL = "http://127.0.0.1:9/codes"

    with pytest.raises(NoCode):
        get_source().code_of("01000001234")


def test_a_silent_login_service_is_waited_for_three_seconds(login_service, monkeypatch):
    assert Http.limit.total == 3
    monkeypatch.setattr(Http, "limit", aiohttp.ClientTimeout(total=0.2))
    is_over = threading.Event()
    login_service.answer = lambda asked: is_over.wait(5)
    began = time.monotonic()

    with pytest.raises(NoCode):
        get_source().code_of("01000001234")

    is_over.set()
    assert time.monotonic() - began < 2


def test_a_login_service_that_never_comes_to_an_end_is_not_heard_out(login_service, monkeypatch):
    monkeypatch.setattr(Http, "limit", aiohttp.ClientTimeout(total=0.2))
    is_over = threading.Event()

    def drip(asked):
        asked.send_response(200)
        asked.send_header("Content-Length", "500")
        asked.end_headers()
        asked.wfile.write(b'{"code":')
        asked.wfile.flush()
        is_over.wait(5)

    login_service.answer = drip

    with pytest.raises(NoCode):
        get_source().code_of("01000001234")

    is_over.set()
