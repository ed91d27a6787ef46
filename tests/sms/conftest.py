import base64
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from urllib.parse import urlencode

import pytest

from backoffice.sms.models import Template

ROOT = Path(__file__).parents[2]


@pytest.fixture
def template(db):
    """The manual's own text, as shipped."""
    return Template.objects.get(key="birthdate_changed")


@dataclass
class DemoProvider:
    """The demo's own SMS server, really running."""

    url: str
    key: str
    reported: Queue  # of (headers, body), as they were posted back


class ReportTaker(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.reported.put((dict(self.headers.items()), body))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def demo_provider(tmp_path_factory):
    key = base64.b64encode(b"a key of twenty-four by.").decode()
    taker = ThreadingHTTPServer(("127.0.0.1", 0), ReportTaker)
    taker.reported = Queue()
    threading.Thread(target=taker.serve_forever, daemon=True).start()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "backoffice.demo.gateway"),
            f"--port={port}",
            f"--key={key}",
            f"--store={tmp_path_factory.mktemp('phones') / 'phones.sqlite3'}",
            f"--report-to=http://127.0.0.1:{taker.server_port}/",
            "--report-after=0.05",
        ],
        cwd=ROOT,
    )
    try:
        wait_for(port, process)
        url = f"demo://127.0.0.1:{port}?{urlencode({'key': key})}"
        yield DemoProvider(url=url, key=key, reported=taker.reported)
    finally:
        process.kill()  # asked to end, it waits for the numbers that never answer
        process.wait(10)
        taker.shutdown()
        taker.server_close()


def wait_for(port, process):
    for _try in range(300):
        assert process.poll() is None, "The demo's SMS server did not start."
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("The demo's SMS server does not listen.")
