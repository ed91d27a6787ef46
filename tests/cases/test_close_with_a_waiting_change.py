"""Rule 4.4: no case is done while a change waits in it, for its text belongs to an open case."""

from datetime import date

import pytest

from backoffice.workflow.transitions import perform
from cases.models import Case
from cases.playbooks import engine
from cases.services import correct_birthdate
from tests.cases.playbooks.walking import type_of
from tests.walks import reach_escalation


@pytest.fixture
def waiting(identified, agent, lead):
    """waiting("escalated"): a case in that state whose change waits for the driver's log-in."""

    def make(state):
        case = correct_birthdate(
            identified(), date(1980, 3, 5), reason="통화", by=agent, after_log_in=True
        )
        case = perform(reach_escalation(case), "escalate", by=agent, reason="로그인 안 됨")
        if state == "diagnosing":
            return perform(case, "return_to_agent", by=lead, reason="다시 확인")
        perform(case.approvals.get(), "approve", by=lead, reason="확인함")
        return perform(case, "record_answer", by=lead, reason="조치함")

    return make


CLOSES = [("diagnosing", "guided"), ("diagnosing", "duplicate"), ("escalated", "answered")]


@pytest.mark.parametrize(("state", "resolution"), CLOSES)
def test_rule_4_4_it_ends_when_the_change_is_cancelled(
    waiting, lead, on_page, signed_in, stored, state, resolution
):
    case = waiting(state)
    change = case.corrections.get()

    response = on_page(lead, case, "move/close", resolution=resolution)

    assert "or cancel it" in response.context["form"].non_field_errors()[0]
    assert stored(case).state == state

    signed_in(lead).post(
        f"/admin/drivers/correction/{change.pk}/move/cancel/",
        {"version": change.version, "reason": "기사가 원하지 않음"},
    )
    on_page(lead, case, "move/close", resolution=resolution)

    assert stored(change).state == "cancelled"
    assert stored(case).state == "closed"


def test_rule_4_4_the_playbook_does_not_end_it_either(waiting, agent, signed_in, stored):
    case = waiting("diagnosing")
    Case.objects.update(consultation_type=type_of("q3"))
    desk = f"/admin/cases/case/{case.pk}/desk/"
    client = signed_in(agent)
    client.post(f"{desk}begin/", {"playbook": "q3"})
    for value in ("device", "later", ""):
        walk = engine.open_walk(case)
        shown = {"step": walk.step.key, "last": engine.last_answer(walk)}
        response = client.post(f"{desk}answer/", shown | {"value": value}, follow=True)

    assert walk.step.action == "close"
    assert stored(case).state == "diagnosing"
    # Why, and where to cancel the change, stand on the same page.
    (sentence,) = response.context["messages"]
    assert "취소하십시오" in str(sentence)
    assert f"/admin/drivers/correction/{case.corrections.get().pk}/change/" in (
        response.content.decode()
    )
