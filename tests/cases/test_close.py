"""How a case may end, and what has to be true before it does."""

from datetime import date

import pytest
from django.utils import timezone, translation

from backoffice.sms.models import Message
from backoffice.workflow.transitions import TransitionRefused, perform
from cases.approvals import decide
from cases.models import Approval, Case, guards
from cases.services import check_identity, correct_birthdate
from tests.walks import reach_escalation

ON_THE_WAY = ["queued", "sending", "accepted", "undelivered", "failed", "unknown"]
SAID = {"name": "홍길동", "vehicle_no": "서울12바3456"}


@pytest.mark.parametrize("state", ON_THE_WAY)
def test_rule_4_4_not_done_while_the_text_has_not_arrived(
    corrected, agent, on_page, stored, state
):
    case = corrected()
    Message.objects.update(state=state)

    response = on_page(agent, case, "move/close", resolution="corrected")

    assert response.context["form"].non_field_errors()
    assert stored(case).state == "info_corrected"


def test_rule_4_4_done_when_the_text_has_arrived(corrected, agent, on_page, stored):
    case = corrected()
    Message.objects.update(state="delivered")

    on_page(agent, case, "move/close", resolution="corrected")

    assert stored(case).state == "closed"


def test_rule_4_4_a_text_sent_again_stands_for_the_first(corrected, agent, on_page, stored):
    case = corrected()
    first = case.messages.get()
    Message.objects.update(state="undelivered")
    Message.objects.create(
        **{
            name: getattr(first, name)
            for name in ("driver", "case", "correction", "template", "template_version")
        },
        to=first.to,
        kind=first.kind,
        body=first.body,
        bytes=first.bytes,
        intent="again:1",
        resend_of=first,
        state="delivered",
    )

    on_page(agent, case, "move/close", resolution="corrected")

    assert stored(case).state == "closed"


def test_rule_4_5_done_when_a_call_back_was_recorded(corrected, agent, on_page, stored):
    case = corrected()
    Message.objects.update(state="undelivered")

    on_page(agent, case, "move/record_call_back", reason="14시 통화, 변경 안내함")
    on_page(agent, case, "move/close", resolution="corrected")

    assert Message.objects.get().driver_told_at
    assert stored(case).state == "closed"


def test_rule_4_5_a_call_back_tells_of_what_was_changed_before_it(
    corrected, agent, lead, on_page, stored
):
    """A call-back about the first change does not stand for the text of a second one."""
    case = corrected()
    perform(case, "record_call_back", by=agent, reason="통화함")
    perform(reach_escalation(case), "escalate", by=agent, reason="여전히 로그인 안 됨")
    perform(case, "return_to_agent", by=lead, reason="생년월일 재확인")
    check_identity(case, SAID, call_back_answered=True, by=agent)
    correct_birthdate(case, date(1980, 3, 6), reason="다시 확인", by=agent)
    decide(case.latest_approval, "approve", by=lead, reason="다시 확인함")
    assert stored(case).state == "info_corrected"

    on_page(agent, case, "move/close", resolution="corrected")

    assert stored(case).state == "info_corrected"


@pytest.mark.parametrize("state", ["diagnosing", "info_corrected"])
def test_not_closed_while_an_approval_is_pending(corrected, agent, on_page, stored, state):
    case = corrected()
    Message.objects.update(state="delivered")
    Case.objects.filter(pk=case.pk).update(state=state)
    Approval.objects.create(case=case, kind="escalation", reason="확인", requested_by=agent)
    resolution = {"diagnosing": "guided", "info_corrected": "corrected"}[state]

    on_page(agent, case, "move/close", resolution=resolution)

    assert stored(case).state == state


ENDS = {
    "diagnosing": {
        "guided",
        "wait_unlock",
        "code_read_out",
        "refused_identity",
        "no_response",
        "duplicate",
    },
    "info_corrected": {"corrected"},
    "escalated": {"answered"},
}


@pytest.mark.parametrize("resolution", [*Case.Resolution.values, "", "anything"])
@pytest.mark.parametrize("state", ENDS)
def test_each_state_has_its_own_ends(corrected, lead, agent, state, resolution, on_page, stored):
    case = corrected()
    Message.objects.update(state="delivered")
    asked = {"case": case, "reason": "확인", "requested_by": agent, "state": "approved"}
    Approval.objects.create(**asked, kind="code_read_out", used_at=timezone.now())
    Approval.objects.create(**asked, kind="escalation")
    Case.objects.filter(pk=case.pk).update(state=state, department_answer="조치함")
    may = resolution in ENDS[state]

    response = on_page(lead, case, "move/close", resolution=resolution)

    assert stored(case).state == ("closed" if may else state)
    assert may or list(response.context["form"].errors) == ["resolution"]


@pytest.mark.parametrize("state", [None, "approved", "rejected", "expired", "void"])
def test_rule_1_12_no_case_ends_as_if_a_code_had_been_read_out(
    make_case, agent, on_page, stored, state
):
    case = make_case("start")
    if state:
        asked = {"case": case, "reason": "확인", "requested_by": agent, "state": state}
        Approval.objects.create(**asked, kind="code_read_out", decided_at=timezone.now())

    response = on_page(agent, case, "move/close", resolution="code_read_out")

    with translation.override("en"):
        sentence = str(guards.code_was_read_out.sentence)
    assert response.context["form"].non_field_errors() == [sentence]
    assert stored(case).state == "diagnosing"


def test_the_ends_hold_behind_the_form_too(make_case, agent, stored):
    case = make_case("start")

    with pytest.raises(TransitionRefused):
        perform(case, "close", by=agent, resolution="corrected")

    assert stored(case).state == "diagnosing"


def test_the_call_back_ends_with_the_case(make_case, agent, on_page, stored):
    case = make_case("start", follow_up_at="2026-01-02T10:00+09:00", follow_up_reason="재통화")

    on_page(agent, case, "move/close", resolution="guided", reason="해결됨")

    assert (stored(case).follow_up_at, stored(case).follow_up_reason) == (None, "")
    assert case.changes.latest("pk").note == "해결됨"


def test_no_result_is_chosen_beforehand(make_case, agent, signed_in, on_page, stored):
    case = make_case("start", owner=agent)

    page = signed_in(agent).get(f"/admin/cases/case/{case.pk}/move/close/")
    refused = on_page(agent, case, "move/close", resolution="")

    assert page.context["form"]["resolution"].field.choices[0] == ("", "값 선택")
    assert "selected>값 선택" in page.content.decode()
    assert list(refused.context["form"].errors) == ["resolution"]
    assert stored(case).state == "diagnosing"
