"""Inquiries as the rules of the manual meet them, handled through the real pages."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from cases.models import Case, ConsultationType
from drivers.models import VerificationEvent
from tests.cases.rules.desk_call import Call

MONDAY = datetime(2026, 3, 2, 1, tzinfo=UTC)
OTHER = "기타"
AT_WORK = "출근/대기/수락/완료"
TOPICS = {"q1": OTHER, "q2": OTHER, "q3": AT_WORK, "q4": AT_WORK}
ALL_CHECKED = ["yes", "not_used", "checked", "told", "next"]


@pytest.fixture
def call(driver, agent):
    """
    call("q4"): the driver has called about the question, and the agent has begun with it.

    ``presented``: the number he calls from, "" where it is withheld. In the end no page
    of any call has held what is on record.
    """
    calls = []

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

    yield make
    assert [leak for each in calls for leak in each.leaks] == []


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
def unanswered(call, clock):
    """A call because of a code that does not come, the second within a week, all checks done."""

    def make(**more):
        call("q1", **more).answer(*ALL_CHECKED, "not_yet", "next").do()
        clock.shift(timedelta(days=2))
        return call("q1", **more).answer(*ALL_CHECKED, "asked")

    return make


@pytest.fixture
def all_checked():
    """The answers that lead through the four checks and the warning of the ten mismatches."""
    return ALL_CHECKED


@pytest.fixture
def corrected_call(call):
    """A call in which the birthdate was corrected; the text is announced."""

    def make(**more):
        made = call("q4", **more).answer("none", "yes")
        made.compare("010-0000-1234").compare("1980-05-13").identify().compare("1980-05-13")
        made.answer("agreed").do(birthdate="1980-05-13", reason="가입 시 잘못 입력")
        return made

    return make
