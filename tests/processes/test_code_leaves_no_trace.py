"""
A whole read-out in the product's real processes, and then a look everywhere (G10).

Two calls at the desk, the lead's approval, the reading, the notice by the worker; the code
itself comes from a login service of this test.
"""

import base64
import json
import threading
import zlib
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.request import Request, urlopen
from uuid import uuid4

import pytest
from standardwebhooks import Webhook

from tests.processes.browser import Browser
from tests.processes.product import eventually, free_port, ready

pytestmark = pytest.mark.long

CODE = "73910264"
PHONE = "01000001234"
SECRET = base64.b64encode(b"only for the tests of this file").decode()
WALKED = ["yes", "not_used", "checked", "told", "next", "asked", "next"]


class LoginService(BaseHTTPRequestHandler):
    """Knows the code; keeps what it was asked."""

    def do_GET(self):
        self.server.asked.append((self.path, self.headers["Authorization"]))
        body = json.dumps({"code": CODE}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def login_service():
    server = ThreadingHTTPServer(("127.0.0.1", 0), LoginService)
    server.asked = []
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def address(product, login_service):
    """The product with web and worker, as talkative as they can be."""
    environment = {
        "CODE_SOURCE_URL": f"http://127.0.0.1:{login_service.server_port}/codes",
        "CODE_SOURCE_TOKEN": "a-token-for-tests",
        "VERIFICATION_HOOK_SECRET": SECRET,
        "SMS_URL": "console://",
        "LOG_LEVEL": "DEBUG",
    }
    product.migrate()
    worker, port = product.start_worker(**environment), free_port()
    product.start_web(port, **environment)
    ready(worker)
    return f"http://127.0.0.1:{port}"


def report_code_sent(address):
    """Tell the product, as the login service does, that a code was sent just now."""
    now = datetime.now(UTC)
    event = {"id": str(uuid4()), "type": "code.sent", "phone": PHONE}
    body = json.dumps(event | {"occurred_at": now.isoformat()})
    headers = {
        "content-type": "application/json",
        "webhook-id": event["id"],
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(SECRET).sign(event["id"], now, body),
    }
    with urlopen(
        Request(f"{address}/hooks/verification/", body.encode(), headers), timeout=5
    ) as answer:
        assert answer.status == 200


def open_case(agent, driver):
    path = "/admin/cases/case/add/"
    add = agent.get(path)
    leaf = add.html.split("기타 ▶ 블루파트너스")[0].rsplit('value="', 1)[1].split('"')[0]
    typed = {"driver": driver, "presented_phone": PHONE, "consultation_type": leaf}
    page = agent.post(path, add.form("consultation_type") | typed)
    return page.url.split("/case/")[1].split("/")[0]


class Desk:
    """The desk of one case: answers the step that it shows."""

    def __init__(self, agent, case):
        self.agent, self.path = agent, f"/admin/cases/case/{case}/desk/"
        page = agent.get(self.path)
        self.page = agent.post(f"{self.path}begin/", page.form("note") | {"playbook": "q1"})

    def __call__(self, **typed):
        self.page = self.agent.post(f"{self.path}answer/", self.page.form("step") | typed)


def sessions_in(dumped):
    """What is in the sessions, unpacked: as stored, a code in one would not be seen."""
    for row in json.loads(dumped):
        if row["model"] == "staff.session":
            packed = row["fields"]["session_data"].split(":")[0]
            body = packed.lstrip(".")
            data = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
            yield (zlib.decompress(data) if packed.startswith(".") else data).decode()


def test_guard_g10_after_a_whole_read_out_the_code_is_nowhere(product, address, login_service):
    peephole = product.open_desk(SMS_URL="console://")
    peephole("furnish")
    driver = peephole("add_driver", phone=f"+82{PHONE[1:]}")["pk"]
    agent, lead = (Browser(address).sign_in(each) for each in ("agent", "lead"))
    open_case(agent, driver)  # the earlier contact
    answer = Desk(agent, open_case(agent, driver))
    for value in WALKED:
        answer(value=value)
    answer(name="홍길동", birthdate="1980-05-03", call_back_answered="on")
    answer(value="yes")
    report_code_sent(address)
    answer(value="pressed")
    answer(reason="네 가지 확인, 통신사 이상 없음")

    queue = lead.get("/admin/cases/approval/queue/")
    approval = queue.html.split("/decide/")[0].rsplit("/", 1)[1]
    path = f"/admin/cases/approval/{approval}"
    decision = queue.form("reason") | {"reason": "확인함", "verdict": "approve"}
    read_out = lead.post(f"{path}/decide/", decision)
    assert read_out.url.endswith(f"{path}/read-out/"), read_out.text
    button = read_out.form("csrfmiddlewaretoken")
    shown, again = (lead.post(f"{path}/read-out/", button) for _press in range(2))
    eventually(lambda: peephole("states").get("accepted"), within=10, what="the notice left")
    answer(value="again")

    assert CODE in shown.html
    assert CODE not in again.html + answer.page.html
    assert login_service.asked == [(f"/codes?phone={PHONE}", "Bearer a-token-for-tests")]
    files = [each for each in product.folder.rglob("*") if each.is_file()]
    assert {"desk", "web", "worker"} <= {each.name.split("-")[0] for each in files}
    assert [each.name for each in files if CODE.encode() in each.read_bytes()] == []
    dumped = product.manage("dumpdata", "--verbosity=0")
    assert dumped.returncode == 0, dumped.stderr
    assert "read_out" in dumped.stdout
    assert CODE not in dumped.stdout
    sessions = list(sessions_in(dumped.stdout))
    assert len(sessions) >= 2
    assert [each for each in sessions if CODE in each] == []
