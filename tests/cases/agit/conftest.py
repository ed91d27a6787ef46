"""An escalation on its way to Agit, and an Agit of the tests' own, over a real socket."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.contrib.messages import get_messages

from backoffice.outbox.dispatch import dispatch_due
from backoffice.workflow.transitions import perform
from cases import approvals
from cases.models import AgitPost
from tests.walks import reach_escalation

PATIENCE = 20  # seconds; no test needs them


class Answering(BaseHTTPRequestHandler):
    """Reads a post, counts it, and answers as the test has written down."""

    def handle(self):
        self.server.calls += 1
        if self.server.script[:1] == ["hang up unread"]:
            self.server.script.pop(0)
            return
        super().handle()

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.paths.append(self.path)
        self.server.kinds.append(self.headers["Content-Type"])
        self.server.posts.append(json.loads(body))
        answer = self.server.script.pop(0) if self.server.script else None
        if answer == "hang up":
            return
        if answer == "hang":
            self.server.released.wait(PATIENCE)
            return
        if isinstance(answer, bytes):
            self.wfile.write(answer)
            return
        self._say(*(answer or (200, json.dumps({"id": 1000 + len(self.server.posts)}))))

    def _say(self, status, body="", headers=()):
        self.send_response(status)
        for name, value in dict(headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *args):
        pass


@pytest.fixture(autouse=True)
def address_not_set(settings):
    """What the machine may say of an Agit of its own is no business of a test."""
    settings.AGIT_WEBHOOK_URL = ""


@pytest.fixture
def agit(settings):
    """
    Agit: ``posts`` it has read, in order, and the ``script`` of its next answers.

    A line of the script is (status, body, headers), raw bytes, or what it does instead. With no
    script it gives each post the next number after 1000. One post is on the wire at a time,
    so that the lines meet the posts in order.
    """
    settings.OUTBOX_IN_FLIGHT = 1
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    server.calls, server.posts, server.paths, server.kinds = 0, [], [], []
    server.script, server.released = [], threading.Event()
    threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
    server.url = f"http://127.0.0.1:{server.server_port}/webhook/of-the-department"
    settings.AGIT_WEBHOOK_URL = server.url
    yield server
    server.released.set()
    server.shutdown()
    server.server_close()


@pytest.fixture
def approve(lead):
    """approve(case): a lead agrees to its escalation; the post that was queued."""

    def decide(case, by=lead):
        approvals.decide(case.approvals.latest("pk"), "approve", by=by, reason="확인")
        return case.agit_posts.latest("pk")

    return decide


@pytest.fixture
def escalate(agent):
    """escalate(case): the playbook has led there, and the agent asks for the department."""

    def ask(case, reason="계정 상태 확인 요청"):
        return perform(reach_escalation(case), "escalate", by=agent, reason=reason)

    return ask


@pytest.fixture
def text_of(approve, escalate):
    """text_of(case, reason): the text of its post."""
    return lambda case, reason="계정 상태 확인 요청": approve(escalate(case, reason)).text


@pytest.fixture
def make_post(make_case, escalate, approve):
    """A queued post of a case of its own, and after that in the state named."""

    def make(state="queued", case=None, **facts):
        post = approve(escalate(case or make_case("start")))
        AgitPost.objects.filter(pk=post.pk).update(state=state, **facts)
        post.refresh_from_db()
        return post

    return make


@pytest.fixture
def deliver():
    """Deliver what is due, and say how many that were."""
    return dispatch_due


@pytest.fixture
def state_of():
    return lambda post: AgitPost.objects.get(pk=post.pk).state


@pytest.fixture
def on_post(signed_in):
    """on_post(lead, post, "again", reason="…"): what was said in answer to the POST."""

    def act(person, post, page, **typed):
        response = signed_in(person).post(f"/admin/cases/agitpost/{post.pk}/{page}/", typed)
        assert response.status_code in {200, 302, 403, 404}
        response.said = [str(each) for each in get_messages(response.wsgi_request)][-1:]
        return response

    return act


@pytest.fixture
def in_queue(signed_in):
    """in_queue(lead, approval, "approve", reason="…"): decide on the leads' queue page."""

    def act(person, approval, verdict, **typed):
        typed = {"reason": "확인", "version": approval.version, "verdict": verdict} | typed
        return signed_in(person).post(f"/admin/cases/approval/{approval.pk}/decide/", typed)

    return act
