"""A text through a real Kannel: its own boxes, its fake SMS centre, its reports at our door."""

import os
import re
import socket
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote_to_bytes

import pytest

from backoffice.outbox import dispatch
from backoffice.sms.models import Message, Template
from backoffice.sms.queueing import queue_text
from tests.processes.product import Child, eventually, free_port

pytestmark = pytest.mark.django_db(transaction=True)

PROGRAMS = {
    "bearerbox": "/usr/sbin/bearerbox",
    "smsbox": "/usr/sbin/smsbox",
    "fakesmsc": "/usr/lib/kannel/test/fakesmsc",
}
CONFIGURATION = """
group = core
admin-interface = 127.0.0.1
admin-port = {admin}
admin-password = {password}
smsbox-interface = 127.0.0.1
smsbox-port = {box}
box-deny-ip = "*.*.*.*"
box-allow-ip = "127.0.0.1"
dlr-storage = internal
store-type = spool
store-location = "{spool}"

group = smsc
smsc = fake
smsc-id = fake
allowed-smsc-id = fake
port = {smsc}
connect-allow-ip = 127.0.0.1

group = smsbox
smsbox-id = ours
bearerbox-host = 127.0.0.1
bearerbox-port = {box}
sendsms-interface = 127.0.0.1
sendsms-port = {sendsms}
http-request-retry = 5
http-queue-delay = 1

group = sms-service
keyword = default
catch-all = true
max-messages = 0
text = ""

group = sendsms-user
username = support
password = {password}
forced-smsc = fake
user-deny-ip = "*.*.*.*"
user-allow-ip = "127.0.0.1"
"""
BODY = "[카카오T 파트너] 생년월일 변경 완료 ▶ 100% & 다시 로그인해 주세요. 1644-8830"


@dataclass
class Kannel:
    port: int
    password: str
    centre: Child

    def url(self, hook_base, password=None):
        return (
            f"kannel://support:{password or self.password}@127.0.0.1:{self.port}"
            f"?hook_base={hook_base.replace('localhost', '127.0.0.1')}"
        )

    def arrived(self):
        """Return sender, recipient and text of what reached the centre."""
        found = re.findall(r"Got message \d+: <(\d+) (\d+) ucs-2 (.*)>", self.centre.words())
        return [
            (sender, to, unquote_to_bytes(text.replace("+", " ")).decode("utf-16-be"))
            for sender, to, text in found
        ]


@pytest.fixture(scope="module")
def kannel(tmp_path_factory):
    if any(not Path(program).exists() for program in PROGRAMS.values()):
        sentence = "The Debian packages kannel and kannel-extras are not installed."
        (pytest.fail if os.environ.get("CI_KANNEL") == "1" else pytest.skip)(sentence)
    folder = tmp_path_factory.mktemp("kannel")
    ports = {name: free_port() for name in ("admin", "box", "smsc", "sendsms")}
    words = ports | {"password": "of-this-test", "spool": folder / "spool"}
    words["spool"].mkdir()
    (folder / "kannel.conf").write_text(CONFIGURATION.format(**words))
    children = []

    def start(name, *arguments):
        child = Child(
            name, [PROGRAMS[name], *arguments], environment=dict(os.environ), folder=folder
        )
        children.append(child)
        return child

    try:
        start("bearerbox", "-v", "2", str(folder / "kannel.conf"))
        for port in ("box", "smsc"):
            eventually(lambda port=port: listens(ports[port]), within=15, what=f"its {port} port")
        start("smsbox", "-v", "2", str(folder / "kannel.conf"))
        eventually(lambda: listens(ports["sendsms"]), within=15, what="its sendsms port")
        centre = start(
            *("fakesmsc", "-H", "127.0.0.1", "-r", str(ports["smsc"]), "-m", "0", "0 0 text x")
        )
        yield Kannel(port=ports["sendsms"], password=words["password"], centre=centre)
    finally:
        for child in reversed(children):
            child.end()


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def message(make_driver):
    Template.objects.filter(key="birthdate_changed").update(body=BODY)
    driver = make_driver(phone="+821000001234")
    message = queue_text("birthdate_changed", driver=driver, intent="test:kannel")
    assert message.kind == "SMS"
    return message


def test_a_short_text_arrives_and_its_report_comes_back(kannel, message, settings, live_server):
    settings.SMS_URL = kannel.url(live_server.url)

    dispatch.deliver_next(Message)

    eventually(lambda: state_of(message) == "delivered", within=15, what="it is delivered")
    assert kannel.arrived() == [("16448830", "01000001234", BODY)]
    message.refresh_from_db()
    assert (message.gateway, message.provider_id) == ("kannel", str(message.reference))
    assert list(message.changes.order_by("pk").values_list("target", flat=True))[-1] == "delivered"
    assert message.answer["status"] == "1"


def test_a_wrong_password_is_told_as_one(kannel, message, settings, live_server):
    settings.SMS_URL = kannel.url(live_server.url, password="another")

    dispatch.deliver_next(Message)

    assert (state_of(message), message.reason) == ("queued", "bad_key")
    assert message.detail == "Authorization failed for sendsms"


def state_of(message):
    message.refresh_from_db()
    return message.state
