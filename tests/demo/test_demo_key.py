"""The demo makes a key at each start; web and gateway have to read the same one in it."""

import base64

import pytest
from standardwebhooks import Webhook

from backoffice.management.commands.demo import Command
from backoffice.sms.gateways.demo import DemoGateway


@pytest.mark.parametrize(
    "drawn",
    [
        bytes(range(24)),
        # What looks special in base64, and in a URL.
        base64.urlsafe_b64decode("---" + "A" * 29),
        b"\xff" * 24,
        b"\xfb\xef\xbe" * 8,
    ],
    ids=["plain", "three dashes", "all slashes", "all pluses"],
)
def test_whatever_key_is_drawn_signs_reports(drawn, monkeypatch, settings, tmp_path):
    monkeypatch.setattr("secrets.token_bytes", lambda size=None: drawn)
    settings.VAR_DIR, settings.SMS_URL = tmp_path, "demo://"
    command = Command()

    [gateway, *_others] = command._children("127.0.0.1", 8000)
    url = command._environment("127.0.0.1", 8000)["SMS_URL"]

    [key] = [each.partition("=")[2] for each in gateway.arguments if each.startswith("--key=")]
    assert DemoGateway(url).key == key
    assert Webhook(key)
    assert DemoGateway(url).check() == []
