"""1.14 and 1.15: the code does not help, or a team lead does not agree."""

from datetime import timedelta

import pytest
from django.utils import timezone

from backoffice.sms.models import Message

TOLD_BY_DEPARTMENT = [
    "안타깝게도, 인증번호는 당사에서 정확한 확인이 어렵습니다.",
    "관련 내용은 담당부서로 확인 요청하겠습니다.",
    "확인까지 시간이 소요될 수 있는 점 양해 부탁드립니다",
]


@pytest.fixture
def failing(asked_lead, decide, read_out):
    """failing(): the code was read out, and does not help."""

    def make():
        made = asked_lead()
        decide(made, "approve")
        read_out(made)
        return made.quickly("again", "fails")

    return make


@pytest.fixture
def escalated_call(identified_call):
    def make():
        reason = {"details": {"reason": "네 가지 확인, 미수신"}}
        return identified_call().quickly("yes", "not_possible", "next", reason)

    return make


def test_rule_1_14_a_code_that_does_not_help_goes_to_the_department(failing):
    made = failing()
    assert made.says(*TOLD_BY_DEPARTMENT)

    made.answer("next").do(reason="인증번호 안내 후에도 불가")

    assert made.case.state == "escalated"
    assert (made.case.latest_approval.kind, made.case.latest_approval.state) == (
        "escalation",
        "pending",
    )


@pytest.mark.parametrize(("hours", "is_asked"), [(23, False), (25, True)])
def test_rule_1_14_no_second_code_within_a_day(
    failing, call, happened, clock, all_checked, hours, is_asked
):
    failing().answer("next").do(reason="인증번호 안내 후에도 불가")
    clock.shift(timedelta(hours=hours))
    made = call("q1").quickly(*all_checked, "asked", "next").identify(call_back=True)
    made.answer("yes", "pressed")
    happened("code.sent", timezone.now())

    made.do(reason="다시 미수신")

    assert made.case.approvals.exists() == is_asked
    assert [each[:3] for each in made.refusals] == ([] if is_asked else ["G11"])


def test_rule_1_14_who_cannot_press_goes_to_the_department(identified_call):
    made = identified_call().answer("yes", "not_possible")
    assert made.says(*TOLD_BY_DEPARTMENT)

    made.answer("next").do(reason="네 가지 확인, 미수신")

    assert made.case.state == "escalated"
    assert made.case.latest_approval.state == "pending"
    assert made.case.changes.latest("pk").note == "네 가지 확인, 미수신"


def test_rule_1_14_an_escalation_says_why(identified_call):
    made = identified_call().answer("yes", "not_possible", "next").do(reason=" ")

    assert made.refusals
    assert made.case.state == "diagnosing"


def test_rule_1_15_a_lead_who_does_not_agree_says_why(asked_lead, decide, lead):
    made = asked_lead()

    decide(made, "reject", reason="통신사 먼저")

    approval = made.case.latest_approval
    assert (approval.state, approval.decided_by) == ("rejected", lead)
    assert approval.decision == "통신사 먼저"
    assert made.look().answer("again").stands_at == "refused-by-lead"
    assert made.says(TOLD_BY_DEPARTMENT[0])
    assert "통신사 먼저" in made.text
    assert not Message.objects.exists()


@pytest.mark.parametrize(("answer", "state"), [("department", "escalated"), ("guided", "closed")])
def test_rule_1_15_then_it_goes_to_the_department_or_the_driver_calls_again(
    asked_lead, decide, answer, state
):
    made = asked_lead()
    decide(made, "reject")
    made.look().answer("again", answer)

    if answer == "guided":
        made.answer("next").do()
    else:
        made.do(reason="반려됨, 담당부서 확인")

    assert made.case.state == state
    assert made.case.resolution == ("guided" if answer == "guided" else "")


@pytest.mark.parametrize("verdict", ["approve", "reject"])
def test_rule_1_15_not_without_a_reason(asked_lead, decide, verdict):
    made = asked_lead()

    for reason in ("", " "):
        decide(made, verdict, reason=reason)

        assert made.case.latest_approval.state == "pending"


@pytest.mark.parametrize("verdict", ["approve", "reject"])
def test_rule_1_15_nobody_but_a_team_lead_decides(asked_lead, decide, verdict, everybody_else):
    made = asked_lead()

    statuses = [decide(made, verdict, by=person).status_code for person in everybody_else]

    assert statuses == [403] * 4
    assert made.case.latest_approval.state == "pending"


@pytest.mark.parametrize("who", ["lead", "superuser"])
def test_rule_1_15_nor_who_asked_for_it(asked_lead, decide, who, request):
    person = request.getfixturevalue(who)
    made = asked_lead(by=person)

    for verdict in ("approve", "reject"):
        decide(made, verdict, by=person)

        assert made.case.latest_approval.state == "pending"


# The department's queue, which a lead decides likewise


def test_rule_1_15_the_team_lead_returns_it_with_a_reason(escalated_call, at_desk, lead):
    made = escalated_call()

    at_desk(lead, made).move("return_to_agent", reason="통신사 먼저")

    assert (made.case.state, made.case.latest_approval.state) == ("diagnosing", "rejected")
    assert made.case.changes.latest("pk").note == "통신사 먼저"
    assert made.look().begin("q1").stands_at == "phone-number-right"


def test_rule_1_15_rejecting_an_escalation_returns_it_too(escalated_call, decide):
    made = escalated_call()

    decide(made, "reject", reason="통신사 먼저")

    assert (made.case.state, made.case.latest_approval.state) == ("diagnosing", "rejected")
    assert made.look().begin("q1").stands_at == "phone-number-right"


@pytest.mark.parametrize("reason", ["", " "])
def test_rule_1_15_it_is_not_returned_without_a_reason(escalated_call, at_desk, lead, reason):
    made = escalated_call()

    at_desk(lead, made).move("return_to_agent", reason=reason)

    assert made.case.state == "escalated"


@pytest.mark.parametrize(
    ("who", "status"), [("agent", 200), ("privacy_officer", 403), ("administrator", 403)]
)
def test_rule_1_15_nobody_but_a_team_lead_returns_it(
    escalated_call, signed_in, who, status, request
):
    made = escalated_call()
    url = f"/admin/cases/case/{made.pk}/move/return_to_agent/"

    version = made.case.version
    response = signed_in(request.getfixturevalue(who)).post(
        url, {"version": version, "reason": "통신사 먼저"}
    )

    assert response.status_code == status
    assert made.case.state == "escalated"
