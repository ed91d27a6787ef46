"""Telling *not taken* from *in doubt*: what a provider may answer, and what it means."""

import asyncio
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from backoffice.outbox.wire import InDoubt, NotTaken
from backoffice.sms.gateways import Outgoing
from backoffice.sms.gateways.demo import DemoGateway

TEXT = Outgoing(
    reference="r", to="01000001234", sender="16448830", kind="SMS", subject="", body="안내"
)


class Answering(BaseHTTPRequestHandler):
    """Takes the text, and answers as the test says."""

    def do_POST(self):
        sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.taken.append(sent["reference"])
        self.wfile.write(self.server.answer)

    def do_GET(self):
        self.wfile.write(self.server.answer)

    def log_message(self, *args):
        pass


@pytest.fixture
def provider():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    server.taken = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def send(provider):
    gateway = DemoGateway(f"demo://127.0.0.1:{provider.server_port}?key=a2V5")

    def answered(status, body=b"", *, length=None, **headers):
        head = f"HTTP/1.0 {status} X\r\nContent-Length: {len(body) if length is None else length}"
        lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        provider.answer = "\r\n".join([head, *lines, "", ""]).encode() + body
        return asyncio.run(gateway.send(TEXT))

    return answered


def test_a_number_is_an_acceptance(send):
    assert send(200, b'{"message_id": "P1"}').provider_id == "P1"


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b""),
        (200, b"<html>ok</html>"),
        (200, b"[]"),
        (200, b"null"),
        (200, b"{}"),
        (200, b'{"message_id": ""}'),
        (200, b"\xff\xfe"),
        (202, b'{"message_id": "P1"}'),
        (502, b"bad gateway"),
        (504, b"no answer from behind"),
    ],
)
def test_an_unclear_answer_is_a_doubt(status, body, send):
    with pytest.raises(InDoubt) as doubt:
        send(status, body)

    assert doubt.value.reason == "unclear_answer"


@pytest.mark.parametrize("answer", [{"length": 100}, {"Content_Type": "text/plain; charset=no"}])
def test_a_broken_answer_is_a_doubt(answer, send):
    with pytest.raises(InDoubt):
        send(200, b'{"messa', **answer)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirection_is_not_followed(status, send, provider):
    """It took the text. That the next address is dead says nothing about that."""
    with pytest.raises(InDoubt):
        send(status, Location="http://127.0.0.1:1/elsewhere")

    assert provider.taken == ["r"]


@pytest.mark.parametrize("status", [307, 308])
def test_a_text_is_not_given_twice_by_a_redirection(status, send, provider):
    with pytest.raises(InDoubt):
        send(status, Location="/messages")

    assert provider.taken == ["r"]


@pytest.mark.parametrize("status", [400, 401, 404, 422])
def test_a_refusal_is_for_good(status, send):
    with pytest.raises(NotTaken) as refusal:
        send(status, b'{"error": "unknown number"}')

    assert (refusal.value.permanent, str(refusal.value)) == (True, "unknown number")


@pytest.mark.parametrize(
    ("said", "understood"),
    [("2", 2), ("0", 0), ("-5", None), ("soon", None), ("Wed, 21 Oct 2026 07:28:00 GMT", None)],
)
def test_reads_when_to_try_again(said, understood, send):
    with pytest.raises(NotTaken) as refusal:
        send(503, Retry_After=said)

    assert (refusal.value.retry_after, refusal.value.permanent) == (understood, False)


def test_an_absurd_wait_is_still_a_plain_refusal(send):
    with pytest.raises(NotTaken) as refusal:
        send(503, Retry_After="9" * 5000)

    assert refusal.value.reason == "provider_down"
