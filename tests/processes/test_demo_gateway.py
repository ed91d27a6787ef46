"""The demo's gateway: it can sign its reports, and it ends when it is told to."""

import json
import signal
from urllib.request import Request, urlopen

import pytest
from standardwebhooks import Webhook

from backoffice.management.commands.demo import Command

pytestmark = pytest.mark.long

TEXT = {"reference": "r", "sender": "16448830", "kind": "SMS", "subject": "", "body": "안내"}


def test_every_key_that_the_demo_makes_can_sign_reports(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    command = Command()

    for _start in range(200):  # a key is drawn at each; one in fourteen was of no use once
        command._children("127.0.0.1", 8000)

        Webhook(command.gateway_key)


def test_a_text_that_is_never_answered_does_not_keep_the_gateway_alive(product):
    gateway = product.start_gateway(report_to="http://127.0.0.1:1/nobody/")
    request = Request(
        f"{gateway.address}/messages",
        json.dumps(TEXT | {"to": "01000009408"}).encode(),
        {"Authorization": f"Bearer {gateway.key}", "Content-Type": "application/json"},
    )
    with pytest.raises(TimeoutError):
        urlopen(request, timeout=0.5)

    gateway.child.signal(signal.SIGTERM)

    gateway.child.wait(5)
