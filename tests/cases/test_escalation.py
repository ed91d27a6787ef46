"""Handing a case to the department, and getting it back."""

import pytest

from backoffice.workflow.transitions import perform
from cases.models import Approval, Case
from tests.walks import reach_escalation


def test_escalating_opens_one_approval(make_case, agent, on_page, stored):
    case = make_case("start")

    on_page(agent, reach_escalation(case), "move/escalate", reason="부서 확인 필요")

    approval = case.approvals.get()
    assert stored(case).state == "escalated"
    assert (approval.state, approval.requested_by, approval.reason) == (
        "pending",
        agent,
        "부서 확인 필요",
    )


def test_rule_4_7_still_failing_after_the_change_is_escalated(corrected, agent, on_page, stored):
    case = corrected()

    on_page(agent, reach_escalation(case), "move/escalate", reason="재설치 후에도 안 됨")

    assert stored(case).state == "escalated"


def test_returning_a_case_rejects_what_was_asked(escalated, agent, lead, on_page, stored):
    case = escalated(agent)

    on_page(lead, case, "move/return_to_agent", reason="재설치 먼저")

    approval = case.approvals.get()
    assert stored(case).state == "diagnosing"
    assert (approval.state, approval.decided_by) == ("rejected", lead)
    assert approval.changes.get().note == "재설치 먼저"


@pytest.mark.parametrize(
    ("approval", "answer", "ends_as"),
    [
        ("approved", "로그인 제한 해제함", "closed"),
        ("approved", "", "escalated"),
        ("pending", "로그인 제한 해제함", "escalated"),
        ("rejected", "로그인 제한 해제함", "escalated"),
        ("expired", "로그인 제한 해제함", "escalated"),
        ("void", "로그인 제한 해제함", "escalated"),
    ],
)
def test_an_escalated_case_ends_with_approval_and_answer(
    escalated, agent, lead, approval, answer, ends_as, on_page, stored
):
    case = escalated(agent)
    Approval.objects.update(state=approval)
    Case.objects.update(department_answer=answer)

    on_page(lead, case, "move/close", resolution="answered")

    assert stored(case).state == ends_as


def test_an_answer_is_recorded_only_once_approved(escalated, agent, lead, on_page, stored):
    case = escalated(agent)

    on_page(agent, case, "move/record_answer", reason="조치함")
    assert stored(case).department_answer == ""

    perform(case.approvals.get(), "approve", by=lead, reason="확인")
    on_page(agent, case, "move/record_answer", reason="조치함")
    assert stored(case).department_answer == "조치함"


def test_the_answer_to_an_earlier_escalation_does_not_answer_the_next(
    escalated, agent, lead, other_lead, on_page, stored
):
    case = escalated(agent)
    perform(case.approvals.get(), "approve", by=lead, reason="확인")
    perform(case, "record_answer", by=agent, reason="서버 쪽 이상 없음")
    perform(case, "return_to_agent", by=lead, reason="재확인")
    perform(reach_escalation(case), "escalate", by=agent, reason="여전히 안 됨")
    perform(case.latest_approval, "approve", by=other_lead, reason="확인")

    on_page(lead, case, "move/close", resolution="answered")

    assert stored(case).state == "escalated"
