import asyncio
import uuid

import pytest

from backoffice.outbox.wire import InDoubt, NotTaken
from backoffice.sms.gateways import Outgoing
from backoffice.sms.gateways.kannel import KannelGateway
from backoffice.sms.gateways.nhn import NhnGateway
from backoffice.sms.gateways.solapi import SolapiGateway
from tests.sms.gateways.kannel_server import KannelProvider
from tests.sms.gateways.nhn_server import NhnProvider
from tests.sms.gateways.solapi_server import SolapiProvider

PAIRS = {
    "solapi": (SolapiProvider, SolapiGateway),
    "nhn": (NhnProvider, NhnGateway),
    "kannel": (KannelProvider, KannelGateway),
}
LMS_BODY = "카카오 T 파트너 운영센터입니다.\n▶ 앱 설치 링크\n" + "기사님 안녕하세요. " * 5


@pytest.fixture
def text():
    """A text to send, with what the test changes: text(kind="LMS")."""

    def make(kind="SMS", **changed):
        is_long = kind == "LMS"
        defaults = {
            "reference": str(uuid.uuid4()),
            "to": "01000001234",
            "sender": "16448830",
            "subject": "[카카오 T] 생년월일 변경 완료 안내" if is_long else "",
            "body": LMS_BODY if is_long else "생년월일 변경 완료 ▶ 다시 로그인해 주세요.",
        }
        return Outgoing(kind=kind, **(defaults | changed))

    return make


@pytest.fixture
def solapi():
    with SolapiProvider() as provider:
        yield provider


@pytest.fixture
def nhn():
    with NhnProvider() as provider:
        yield provider


@pytest.fixture
def kannel():
    with KannelProvider() as provider:
        yield provider


def gateway_to(provider, **replaced):
    """Return the gateway that talks to ``provider``; replaced="…" changes its SMS_URL."""
    scheme = provider.sms_url.partition(":")[0]
    url = provider.sms_url
    for old, new in replaced.items():
        url = url.replace(old, new)
    return PAIRS[scheme][1](url)


def send(provider, outgoing):
    return asyncio.run(gateway_to(provider).send(outgoing))


def look_up(provider, outgoing, provider_id=""):
    return asyncio.run(gateway_to(provider).look_up(outgoing, provider_id))


def refused(provider, outgoing):
    with pytest.raises(NotTaken) as caught:
        send(provider, outgoing)
    return caught.value


def in_doubt(provider, outgoing):
    with pytest.raises(InDoubt) as caught:
        send(provider, outgoing)
    return caught.value


def kind_of(refusal):
    """Return what follows from a refusal, in a word."""
    assert not (refusal.permanent and refusal.halts)
    return "halts" if refusal.halts else "for good" if refusal.permanent else "passes"


def told(message):
    """Return what reports said of ``message``, oldest first, each with what came of it."""
    return list(message.reports.order_by("pk").values_list("outcome", "reason", "effect"))
