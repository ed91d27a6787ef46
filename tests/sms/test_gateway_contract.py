"""What every gateway promises the outbox, whoever carries the text."""

import asyncio
import base64
from dataclasses import replace

import pytest
from django.conf import settings
from django.utils.module_loading import import_string

from backoffice.outbox.wire import Accepted, NotTaken
from backoffice.sms.gateways import BadReport, Outgoing, get_gateway
from tests.sms.gateways.kannel_server import KannelProvider
from tests.sms.gateways.nhn_server import NhnProvider
from tests.sms.gateways.solapi_server import SolapiProvider

OUTGOING = Outgoing(
    reference="0b6f3f0e-6f0f-4c0a-9a63-7f2f3c0f8a11",
    to="01000001234",
    sender="16448830",
    kind="SMS",
    subject="",
    body="생년월일 변경 완료\n▶ 앱 설치 링크",
)
LONG = replace(
    OUTGOING,
    kind="LMS",
    subject="[카카오 T] 생년월일 변경 완료 안내",
    body="카카오 T 파트너 운영센터입니다.\n▶ 앱 설치 링크",
)
KEY = base64.b64encode(b"only for the contract tests").decode()
SERVERS = {"solapi": SolapiProvider, "nhn": NhnProvider, "kannel": KannelProvider}


@pytest.fixture(params=sorted(settings.SMS_GATEWAYS))
def gateway(request):
    make = import_string(settings.SMS_GATEWAYS[request.param])
    if request.param in SERVERS:
        with SERVERS[request.param]() as server:
            yield make(server.sms_url)
    elif request.param == "demo":
        yield make(request.getfixturevalue("demo_provider").url)
    elif request.param in {"console", "memory"}:
        yield make(f"{request.param}://")
    else:
        pytest.fail(f"Say here how the gateway {request.param!r} is reached by its tests.")


def test_is_called_as_its_url(gateway):
    assert settings.SMS_GATEWAYS[gateway.name].endswith(type(gateway).__qualname__)


def test_takes_a_text_and_gives_it_a_number(gateway):
    accepted = asyncio.run(gateway.send(OUTGOING))

    assert isinstance(accepted, Accepted)
    assert accepted.provider_id
    assert len(accepted.provider_id) <= 100


def test_carries_a_long_text_or_refuses_it_for_good(gateway):
    try:
        accepted = asyncio.run(gateway.send(LONG))
    except NotTaken as refusal:
        told = (refusal.permanent, refusal.halts, str(refusal)[-1:])
    else:
        told = bool(accepted.provider_id)

    assert told in {True, (True, False, ".")}


@pytest.mark.parametrize(
    "body", [b"", b"no json", b"\xff\xfe", b"5", b"[5]", b'"words"', b'[{"outcome": 1, "x": 2}]']
)
def test_believes_no_garbage(gateway, body):
    with pytest.raises(BadReport):
        gateway.parse_reports({}, body)


def test_a_complete_url_lacks_nothing(gateway):
    assert gateway.check() == []


def test_finds_what_it_took(gateway):
    if not gateway.can_look_up:
        pytest.skip("This provider answers no questions.")
    asyncio.run(gateway.send(OUTGOING))

    report = asyncio.run(gateway.look_up(OUTGOING))

    assert report.reference == OUTGOING.reference
    assert report.outcome in {"accepted", "delivered"}


def test_finds_nothing_that_it_did_not_take(gateway):
    if not gateway.can_look_up:
        pytest.skip("This provider answers no questions.")
    never_sent = replace(OUTGOING, reference="5e2f8b8c-8a53-4c5e-9d0b-3d1f6a1c7b22")

    assert asyncio.run(gateway.look_up(never_sent)) is None


def test_a_report_that_is_not_signed_is_a_hint_where_it_can_be_asked(gateway):
    hints = {"solapi", "nhn"}
    # Kannel's address holds a key, but nobody signs what it says; and it answers no questions.
    signed = {"demo", "memory"}

    assert gateway.is_asked_first == (gateway.name in hints)
    assert gateway.reports_are_signed == (gateway.name in signed)


@pytest.mark.parametrize("scheme", sorted(settings.SMS_GATEWAYS))
def test_sms_url_chooses_it(scheme, settings):
    settings.SMS_URL = f"{scheme}://127.0.0.1:1?key={KEY}"

    assert get_gateway().name == scheme


@pytest.mark.parametrize("rest", ["", "host", "host:port", "USER:SECRET@", "?from=x&scheme=y"])
@pytest.mark.parametrize("scheme", sorted(settings.SMS_GATEWAYS))
def test_an_incomplete_url_is_told_in_sentences(scheme, rest):
    told = import_string(settings.SMS_GATEWAYS[scheme])(f"{scheme}://{rest}").check()

    assert all(sentence.startswith("SMS_URL ") and sentence.endswith(".") for sentence in told)
    assert told or scheme in {"console", "memory"}


@pytest.mark.parametrize(
    ("url", "missing"),
    [
        ("demo://", ["host and port", "key"]),
        ("demo://127.0.0.1?key=a", ["host and port"]),
        ("demo://:9000?key=a", ["host and port"]),
        ("demo://127.0.0.1:9000", ["key"]),
        ("demo://127.0.0.1:9000?key=", ["key"]),
        ("demo://127.0.0.1:port?key=a", ["port"]),
    ],
)
def test_check_names_what_is_missing(url, missing):
    sentences = import_string(settings.SMS_GATEWAYS["demo"])(url).check()

    assert len(sentences) == len(missing)
    assert all(word in sentence for word, sentence in zip(missing, sentences, strict=True))
