from datetime import UTC, datetime

import pytest
import time_machine
from django.db import connections

from backoffice.outbox.wire import Accepted
from backoffice.sms.gateways import Gateway

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


class ScriptedGateway(Gateway):
    """Does what the test wrote down, one line a text; then takes everything."""

    name = "scripted"
    script = []
    sent = []  # (text, whether a transaction was open)
    database = None  # the test's connection: inside an event loop Django would open another one

    async def send(self, outgoing):
        self.sent.append((outgoing, self.database.in_atomic_block))
        line = self.script.pop(0) if self.script else None
        if isinstance(line, Exception):
            raise line
        return Accepted(provider_id=f"scripted-{len(self.sent)}", answer={"ok": True})


@pytest.fixture
def script(settings, monkeypatch):
    """What the gateway does with the next texts."""
    settings.SMS_GATEWAYS = {"scripted": f"{__name__}.{ScriptedGateway.__qualname__}"}
    settings.SMS_URL = "scripted://test"
    monkeypatch.setattr(ScriptedGateway, "database", connections["default"])
    ScriptedGateway.script.clear()
    ScriptedGateway.sent.clear()
    return ScriptedGateway.script


@pytest.fixture
def taken(script):
    """What the scripted gateway was given: texts, and whether a transaction was open."""
    return ScriptedGateway.sent


class AskableGateway(ScriptedGateway):
    """Answers questions as written down: a ``Report``, None, or an exception; then None."""

    name = "askable"
    can_look_up = True
    answers = []
    asked = []  # references, in order

    async def look_up(self, outgoing, provider_id=""):
        self.asked.append(outgoing.reference)
        answer = self.answers.pop(0) if self.answers else None
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def answers(settings):
    """What the gateway answers to the next questions."""
    settings.SMS_GATEWAYS = {"askable": f"{__name__}.{AskableGateway.__qualname__}"}
    settings.SMS_URL = "askable://test"
    AskableGateway.answers.clear()
    AskableGateway.asked.clear()
    return AskableGateway.answers


@pytest.fixture
def asked(answers):
    """Which texts the gateway was asked about."""
    return AskableGateway.asked


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as travelled:
        yield travelled
