"""Inquiries as the rules of the manual meet them, handled through the real pages."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from backoffice.workflow.transitions import perform
from cases.models import Case, ConsultationType
from drivers.models import VerificationEvent
from drivers.phones import parse_phone
from tests.cases.rules.desk_call import Call

MONDAY = datetime(2026, 3, 2, 1, tzinfo=UTC)
OWN, REAL = "010-0000-1234", date(1980, 5, 13)
OTHER = "기타"
AT_WORK = "출근/대기/수락/완료"
TOPICS = {"q1": OTHER, "q2": OTHER, "q3": AT_WORK, "q4": AT_WORK}
KNOWN = {"name": "홍길동", "vehicle_no": "서울12바3456"}
ALL_CHECKED = ["yes", "not_used", "checked", "told", "next"]


@pytest.fixture
def calls():
    """Those of the test. In the end no page of any has held what is on record."""
    made = []
    yield made
    assert [leak for each in made for leak in each.leaks] == []


@pytest.fixture
def call(driver, agent, calls):
    """
    call("q4"): the driver has called about the question, and the agent has begun with it.

    ``presented``: the number he calls from, "" where it is withheld.
    """

    def make(
        playbook=None, *, about=None, by=None, presented="010-0000-1234", channel="phone", **more
    ):
        person = by or agent
        client = Client()
        client.force_login(person)
        leaf = ConsultationType.objects.get(
            parent__name=about or TOPICS[playbook], name=driver.service_type
        )
        known = {"driver": driver.pk, "consultation_type": leaf.pk, "note": ""}
        typed = {"presented_phone": presented, "channel": channel, **known, **more}
        response = client.post("/admin/cases/case/add/", typed)
        assert response.status_code == 302, response.context["errors"]
        made = Call(person, Case.objects.latest("pk"))
        calls.append(made)
        return made.begin(playbook) if playbook else made.look()

    return make


@pytest.fixture
def at_desk():
    """at_desk(lead, call): the same case on another person's screen."""
    return lambda person, call: Call(person, call.case).look()


@pytest.fixture
def clock():
    """A Monday that stands still: clock.shift(timedelta(days=2))."""
    with time_machine.travel(MONDAY, tick=False) as travelled:
        yield travelled


@pytest.fixture
def happened(driver):
    """happened("code.mismatch", at): the login service reported it."""

    def report(kind, at, times=1):
        for _each in range(times):
            VerificationEvent.objects.create(
                event_id=uuid4(), kind=kind, phone=driver.phone, driver=driver, occurred_at=at
            )

    return report


@pytest.fixture
def lock_driver(driver):
    """lock_driver(until=…): codes are refused until then."""

    def lock(until):
        driver.verification_state, driver.locked_until = "locked", until
        driver.save()

    return lock


@pytest.fixture
def unanswered(call, clock, driver, make_case, agent):
    """A call because of a code that does not come, the second within a week, all checks done."""

    def make(**more):
        leaf = ConsultationType.objects.get(parent__name=OTHER, name=driver.service_type)
        earlier = make_case("start", driver=driver, consultation_type=leaf)
        perform(earlier, "close", by=agent, resolution="guided")
        clock.shift(timedelta(days=2))
        return call("q1", **more).quickly(*ALL_CHECKED, "asked")

    return make


@pytest.fixture
def identified_call(unanswered):
    """The second call; the caller was called back and is the driver."""
    known = KNOWN | {"call_back_answered": True}
    return lambda **more: unanswered(**more).quickly("next", {"details": known})


@pytest.fixture
def asked_lead(identified_call, happened, settings):
    """The driver has pressed the button in the call; a lead is asked to read the code out."""
    settings.CODE_SOURCE_URL = "simulator://"

    def ask(**more):
        made = identified_call(**more)
        happened("code.sent", timezone.now())
        return made.quickly("yes", "pressed", {"details": {"reason": "네 가지 확인, 미수신"}})

    return ask


@pytest.fixture
def everybody_else(request):
    """Those who decide nothing."""
    names = ("agent", "other_agent", "privacy_officer", "administrator")
    return [request.getfixturevalue(name) for name in names]


@pytest.fixture
def decide(lead):
    """decide(made, "approve"): the lead decides what was asked last; the response."""

    def post(made, verdict, *, by=None, reason="상담원과 확인"):
        approval = made.case.latest_approval
        client = Client()
        client.force_login(by or lead)
        typed = {"version": approval.version, "verdict": verdict, "reason": reason}
        return client.post(f"/admin/cases/approval/{approval.pk}/decide/", typed)

    return post


@pytest.fixture
def read_out(lead):
    """read_out(made): the lead's page of the code, posted; or looked at only."""

    def visit(made, *, by=None, method="post"):
        client = Client()
        client.force_login(by or lead)
        approval = made.case.approvals.filter(kind="code_read_out").latest("pk")
        return getattr(client, method)(f"/admin/cases/approval/{approval.pk}/read-out/")

    return visit


@pytest.fixture
def all_checked():
    """The answers that lead through the four checks and the warning of the ten mismatches."""
    return ALL_CHECKED


@pytest.fixture
def differing(call):
    """The birthdate differs; the identity comes next."""
    said = [{"said": parse_phone(OWN)}, {"said": REAL}]
    return lambda **more: call("q4", **more).quickly("none", "yes", *said)


@pytest.fixture
def offered(differing):
    """The caller is the driver, and his real birthdate is another one."""
    return lambda **more: differing(**more).quickly({"details": KNOWN}, {"said": REAL})


@pytest.fixture
def corrected_call(offered):
    """A call in which the birthdate was corrected; the text is announced."""
    change = {"details": {"birthdate": REAL, "reason": "가입 시 잘못 입력"}}
    return lambda **more: offered(**more).quickly("agreed", change)
