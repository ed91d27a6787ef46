"""Requests that wait for a second person, and the two pages on which he decides."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from backoffice.workflow.transitions import perform
from cases import approvals
from cases.models import Approval
from cases.services import check_identity, correct_birthdate
from drivers import services as driver_services
from tests.walks import reach_escalation

SAID = {"name": "홍길동", "vehicle_no": "서울12바3456"}
ANOTHER_YEAR = date(1979, 5, 3)
KINDS = ["escalation", "code_read_out", "sensitive_correction"]


@pytest.fixture
def clock():
    """A Monday that stands still: clock.shift(timedelta(hours=24))."""
    with time_machine.travel(datetime(2026, 3, 2, 1, tzinfo=UTC), tick=False) as travelled:
        yield travelled


@pytest.fixture
def waiting(make_case, make_driver, agent):
    """waiting("escalation", by=agent): a request in a case of its own, just asked for."""

    def make(kind="escalation", *, by=None, reason="부서 확인 필요", **fields):
        by = by or agent
        case = make_case("start", by=by, **fields)
        if kind == "escalation":
            perform(reach_escalation(case), "escalate", by=by, reason=reason)
        else:
            check_identity(case, SAID, call_back_answered=True, by=by)
        if kind == "code_read_out":
            approvals.ask(kind, case=case, reason=reason, by=by)
        if kind == "sensitive_correction":
            correct_birthdate(case, ANOTHER_YEAR, reason=reason, by=by)
        return Approval.objects.get(case=case, state="pending")

    return make


@pytest.fixture
def without_case(make_driver, agent):
    """A correction that two have to decide, asked for on the driver's own page."""

    def make(*, by=None):
        driver, by = make_driver(), by or agent
        driver_services.correct(driver, "birthdate", ANOTHER_YEAR, reason="서류 확인", by=by)
        return Approval.objects.get(driver=driver)

    return make


@pytest.fixture
def decide(signed_in):
    """decide(lead, approval, "approve", door="move"): by one of the two pages; the response."""

    def post(person, approval, verdict, *, door="queue", **typed):
        page = {"version": approval.version, "reason": "확인함"} | typed
        url = f"/admin/cases/approval/{approval.pk}/"
        if door == "queue":
            return signed_in(person).post(f"{url}decide/", page | {"verdict": verdict})
        return signed_in(person).post(f"{url}move/{verdict}/", page)

    return post


@pytest.fixture
def stored():
    return lambda row: type(row).objects.get(pk=row.pk)
