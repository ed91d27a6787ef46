"""A question that only the department can answer, from the call to the end, in real processes."""

import json
import re
import signal
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.processes.browser import Browser
from tests.processes.product import eventually, free_port, ready

pytestmark = pytest.mark.long

# A lease so short that a test need not wait for it.
IMPATIENT = {"DJANGO_SETTINGS_MODULE": "tests.processes.kill_settings"}
OWN, RIGHT = "010-0000-1234", "1980-05-03"


class Department(BaseHTTPRequestHandler):
    """Keeps what it has read, and numbers it."""

    def do_POST(self):
        post = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.posts.append(post)
        if self.server.kill is not None:
            self.server.kill.signal(signal.SIGKILL)
            self.server.kill = None
            return
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps({"id": 1000 + len(self.server.posts)}).encode())

    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def agit():
    """Agit: the ``posts`` it has read; ``kill`` is the worker to kill while it waits."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Department)
    server.posts, server.kill = [], None
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


class House:
    """The product's web server, worker and beat, and the people at their browsers."""

    def __init__(self, product, agit):
        self.product = product
        self.told = {
            "AGIT_WEBHOOK_URL": f"http://127.0.0.1:{agit.server_port}/webhook",
            "SMS_URL": "console://",
        }
        product.migrate()
        port = free_port()
        self.start_worker()
        product.start_beat()
        self.desk = product.open_desk(**self.told, **IMPATIENT)
        product.start_web(port, **self.told)
        self.desk("furnish")
        self.desk("add_driver", phone="+821000001234")
        self.agent, self.lead = (
            Browser(f"http://127.0.0.1:{port}").sign_in(name) for name in ("agent", "lead")
        )

    def start_worker(self):
        self.worker = self.product.start_worker(**self.told, **IMPATIENT)

    def call(self):
        """Take the driver's call about the third question; return the path of the case."""
        pop = f"/admin/call/?phone={OWN}"
        token = self.agent.get(pop).form("csrfmiddlewaretoken")["csrfmiddlewaretoken"]
        page = self.agent.post(pop, {"csrfmiddlewaretoken": token, "playbook": "q3"})
        return re.search(r"/admin/cases/case/\d+/", page.url)[0]

    def escalate(self, case):
        """All is equal, the app is new, and the log-in fails: on to the department."""
        for typed in (
            {"value": "none"},
            {"value": "yes"},
            {"said": OWN},
            {"said": RIGHT},
            {"value": "next"},
            {"reason": f"정보 동일, 로그인 불가 {OWN} {RIGHT}"},
        ):
            form = self.agent.get(f"{case}desk/").form("step")
            self.agent.post(f"{case}desk/answer/", form | typed)

    def approve(self):
        queue = self.lead.get("/admin/cases/approval/queue/")
        path = re.search(r"/admin/cases/approval/\d+/decide/", queue.html)[0]
        typed = {"verdict": "approve", "reason": "확인함"}
        return self.lead.post(path, queue.form("reason") | typed)

    def move(self, person, case, name, field, **typed):
        path = f"{case}move/{name}/"
        return person.post(path, person.get(path).form(field) | typed)

    def posts(self):
        """Return (path, state) of the posts in the list, newest first."""
        html = self.agent.get("/admin/cases/agitpost/").html
        paths = dict.fromkeys(re.findall(r"/admin/cases/agitpost/\d+/", html))
        states = re.findall(r'<span class="tag post" data-state="(\w+)"', html)
        return list(zip(paths, states, strict=True))

    def newest_is(self, state, *, sweeping=False):
        """Return the path of the newest post, which is in this state or about to be."""

        def seen():
            if sweeping:
                self.desk("sweep")
            path, now = self.posts()[0]
            return now == state and path

        return eventually(seen, within=30, what=f"the post is {state}")


@pytest.fixture(scope="module")
def house(product, agit):
    return House(product, agit)


def test_rule_3_4_called_approved_posted_answered_and_closed(house, agit):
    case = house.call()
    house.escalate(case)
    assert agit.posts == []

    house.approve()

    house.newest_is("accepted")
    assert len(agit.posts) == 1
    text = agit.posts[0]["text"]
    assert "홍*동 / 010-****-1234" in text
    assert [each for each in ("홍길동", OWN, RIGHT, "1980") if each in text] == []
    house.move(house.agent, case, "record_answer", "reason", reason="로그인 제한을 해제함")
    page = house.move(house.lead, case, "close", "resolution", resolution="answered")
    assert 'data-state="closed"' in page.html
    assert "로그인 제한을 해제함" in page.text

    killed_while_agit_has_it(house, agit)


def killed_while_agit_has_it(house, agit):
    """Once more, within a week: posted once, and a lead says so. Follows on the test before."""
    ready(house.worker)
    before = len(agit.posts)
    agit.kill = house.worker

    case = house.call()  # again, within a week: a comment under what is posted

    assert house.worker.wait(30) == -signal.SIGKILL
    assert agit.posts[before]["parent_id"] == 1001
    house.start_worker()
    path = house.newest_is("unknown", sweeping=True)
    form = house.lead.get(f"{path}change/").form("post_id")
    house.lead.post(f"{path}settle/", form | {"reason": "아지트에 있음", "post_id": "77"})
    assert house.newest_is("accepted") == path
    ready(house.worker)

    house.escalate(case)
    house.approve()

    house.newest_is("accepted")
    assert [each["parent_id"] for each in agit.posts[before:]] == [1001, 1001]
    assert len({each["text"] for each in agit.posts}) == len(agit.posts) == 3
