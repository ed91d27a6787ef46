"""The hunt in what the web server itself writes: gunicorn as it runs, in both forms."""

import os
import re
import socket
from urllib.parse import quote, unquote

import pytest

from tests.audit.marks import marks_in
from tests.processes.product import PYTHON, Child, eventually, free_port
from tests.retention.life import BORN, NAME, OWN, PLATE, said

pytestmark = pytest.mark.long

CALL, LIST = "/admin/call/?phone=", "/admin/drivers/driver/?q="
EVERYTHING = "%(r)s %(q)s %(f)s %({referer}i)s %({location}o)s %({raw_uri}e)s %({query_string}e)s"
FAILS = [f"GET /fails/?q={quote(said('찾기'))} HTTP/1.1"]
READ = [
    f"GET {CALL}{OWN} HTTP/1.1",
    f"GET {CALL}{OWN.replace('-', '')} HTTP/1.1",
    f"GET {LIST}{quote(NAME)}&birthdate={BORN} HTTP/1.1",
    f"GET {LIST}{quote(PLATE)} HTTP/1.1\r\nReferer: http://h{LIST}{quote(NAME)}%20{BORN}",
]
UNREADABLE = [
    f"GET {LIST}{NAME} HTTP/1.1",  # as a softphone may write it, and the next one
    f"GET {CALL}{OWN.replace('-', ' ')} HTTP/1.1",
    f"GET {LIST}{NAME} {PLATE} {BORN} HTTP/1.1",
    f"GET {LIST}{NAME}",
    f"GET {LIST}{NAME} HTTP/{BORN}",
    f"{said('첫줄')}",
    f"GET /admin/ HTTP/1.1\r\n{said('머리')}: 1",
    f"GET /admin/ HTTP/1.1\r\nX-Driver {NAME}",
    f"GET /admin/ HTTP/1.1\r\nTransfer-Encoding: {NAME}",
    f"GET /admin/ HTTP/1.1\r\nContent-Length: {BORN:%Y%m%d}{NAME}",
    f"GET /admin/ HTTP/1.1\r\n X-Folded: {NAME}\r\n {BORN}",
    f"GET /admin/ HTTP/1.1\r\nExpect: {NAME} {PLATE}",
]


@pytest.fixture(params=["line", "json"])
def web(request, tmp_path):
    """Gunicorn with the product's logger; what it has written is read at its end."""
    port = free_port()
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "backoffice.settings",
        "HTTPS": "0",
        "SMS_URL": "console://",
        "LOG_FORMAT": request.param,
        "VAR_DIR": str(tmp_path),
        "FAILS_WITH": said("크래시"),
    }
    child = Child(
        "web",
        [
            *(PYTHON, "-m", "gunicorn", "tests.processes.small_web", f"--bind=127.0.0.1:{port}"),
            *("--threads=4", "--access-logfile=-", "--log-level=debug", "--no-control-socket"),
            "--logger-class=backoffice.web_log.WebServerLogger",
            f"--access-logformat={EVERYTHING}",
        ],
        environment=environment,
        folder=tmp_path,
    )
    child.port = port
    try:
        eventually(lambda: ask(child, "GET / HTTP/1.1"), within=20, what="gunicorn answers")
        yield child
    finally:
        child.end()


def ask(web, head):
    """Send the head of a request as it stands there; the status, or "" where it is cut off."""
    try:
        with socket.create_connection(("127.0.0.1", web.port), timeout=5) as wire:
            wire.sendall(f"{head}\r\nHost: h\r\nConnection: close\r\n\r\n".encode())
            return wire.makefile("rb").readline().decode()[9:12]
    except ConnectionError:
        return ""


def written(words):
    """The log, and the log as somebody reads it who undoes the encodings."""
    letters = re.sub(r"\\+x([0-9a-f]{2})", lambda each: chr(int(each[1], 16)), words)
    plain = letters.encode("latin-1", "ignore")
    return "\n".join([words, unquote(words), plain.decode(errors="ignore")])


def test_the_servers_own_log_holds_no_mark(web):
    """One test, since a server takes long to start."""
    answers = {head: ask(web, head) for head in [*READ, *UNREADABLE, *FAILS]}
    eventually(lambda: web.has_said("RuntimeError"), within=5, what="the failure is logged")
    words = web.words()

    assert {answers[head] for head in READ} == {"302"}
    assert {answers[head] for head in FAILS} == {"500"}
    assert not {answers[head] for head in UNREADABLE} & {"200", "302"}, answers
    assert words.count("/admin/call/") >= 2
    assert words.count("Invalid request from ip=127.0.0.1") == len(UNREADABLE)
    assert "Error handling request GET /fails/" in words
    assert marks_in(written(words)) == []
    assert [line for line in written(words).splitlines() if NAME in line] == []
