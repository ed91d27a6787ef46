"""A read-out for which every guard holds, and the far end of its wire: the login service."""

import json
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone

from cases import approvals
from cases.models import Answer, Playbook, Walk
from cases.playbooks import engine
from cases.services import check_identity
from drivers.models import VerificationEvent

CODE = "482913"
SAID = {"name": "홍길동", "vehicle_no": "서울12바3456"}
WALKED = {  # what the steps of the first question record, by the key of the step
    "phone-number-right": "yes",
    "wifi": "not_used",
    "spam": "checked",
    "carrier": "told",
    "carrier-answer": "asked",
    "operable": "yes",
}


@pytest.fixture
def clock():
    """A Monday that stands still: clock.shift(timedelta(minutes=3))."""
    with time_machine.travel(datetime(2026, 3, 2, 1, tzinfo=UTC), tick=False) as travelled:
        yield travelled


@pytest.fixture
def code_sent():
    """code_sent(driver): the login service reports that it sent a code just now."""

    def report(driver, **fields):
        known = {"kind": "code.sent", "phone": driver.phone, "occurred_at": timezone.now()}
        VerificationEvent.objects.create(event_id=uuid4(), driver=driver, **(known | fields))

    return report


@pytest.fixture
def ready(make_case, driver, agent, code_sent):
    """A second call in which a code may be read out: it stands where a team lead is asked."""

    def make(*, by=None, of=None, **fields):
        by, of = by or agent, of or driver
        make_case(driver=of)  # the earlier contact
        case = make_case("start", by=by, driver=of, **fields)
        version = Playbook.objects.get(key="q1").published
        steps = {step.key: step for step in version.steps.all()}
        walk = Walk.objects.create(case=case, version=version, step=steps["read-out-asked"])
        Answer.objects.bulk_create(
            Answer(walk=walk, case=case, step=steps[key], value=value, by=by)
            for key, value in WALKED.items()
        )
        check_identity(case, SAID, call_back_answered=True, by=by)
        code_sent(of)
        return case

    return make


@pytest.fixture
def ask(signed_in):
    """ask(agent, case): press the button of the desk that asks the team leads; the response."""

    def press(person, case, **typed):
        walk = engine.open_walk(case)
        page = {
            "step": "read-out-asked",
            "last": engine.last_answer(walk),
            "reason": "지속 미수신",
        }
        return signed_in(person).post(f"/admin/cases/case/{case.pk}/desk/answer/", page | typed)

    return press


@pytest.fixture
def approved(ready, agent, lead):
    """approved(): a read-out that ``agent`` asked for and ``lead`` approved just now."""

    def make(*, by=None, asker=None, **fields):
        case, asker = ready(by=asker, **fields), asker or agent
        asked = approvals.ask("code_read_out", case=case, reason="지속 미수신", by=asker)
        return approvals.decide(asked, "approve", by=by or lead, reason="확인함")

    return make


@pytest.fixture
def read(signed_in):
    """read(lead, approval): press the button that shows the code; the response."""
    return lambda person, approval: signed_in(person).post(
        f"/admin/cases/approval/{approval.pk}/read-out/"
    )


class Answering(BaseHTTPRequestHandler):
    def do_GET(self):
        query = parse_qs(urlsplit(self.path).query)
        self.server.asked.append((query, self.headers["Authorization"]))
        self.server.answer(self)

    def say(self, body, *, status=200, **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture(scope="session")
def login_server():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def login_service(login_server, settings):
    """The login service, which knows CODE: ``asked`` keeps the questions, ``answer`` answers."""
    login_server.asked = []
    login_server.answer = lambda asked: asked.say(json.dumps({"code": CODE}).encode())
    settings.CODE_SOURCE_URL = f"http://127.0.0.1:{login_server.server_port}/codes"
    settings.CODE_SOURCE_TOKEN = "a-token-for-tests"
    return login_server
