"""1.9 to 1.15: still no code at the second call. The read-out is not built: no page has one."""

from datetime import timedelta

import pytest

from cases.models import Approval

NO_CODE = ["인증번호는 0000", "기사님의 인증번호는", "인증번호 확인 후 안내해 드리겠습니다"]
TOLD_BY_DEPARTMENT = [
    "안타깝게도, 인증번호는 당사에서 정확한 확인이 어렵습니다.",
    "관련 내용은 담당부서로 확인 요청하겠습니다.",
    "확인까지 시간이 소요될 수 있는 점 양해 부탁드립니다",
]


@pytest.fixture
def identified_call(unanswered):
    """The second call, and the caller is shown to be the driver."""
    return lambda **more: unanswered(**more).answer("next").identify()


@pytest.fixture
def escalated_call(identified_call):
    def make():
        return identified_call().answer("yes", "still", "next").do(reason="네 가지 확인, 미수신")

    return make


def test_rule_1_9_the_second_call_leads_to_the_identity_check(unanswered):
    made = unanswered()

    assert made.case.recontact_no == 1
    assert made.says("카카오 T 택시 인증번호가 지속적으로 수신되지 않아 문의 주셨는데요.")
    assert made.answer("next").stands_at == "identity"
    assert made.identify().stands_at == "operable"
    assert made.case.identity_checks.get().is_verified


def test_rule_1_9_a_call_after_a_week_is_a_first_one(call, clock, all_checked):
    call("q1").answer(*all_checked, "not_yet", "next").do()
    clock.shift(timedelta(days=7, minutes=1))

    assert call("q1").answer(*all_checked, "asked").stands_at == "not-confirmed"


def test_rule_1_9_the_carrier_has_to_be_asked_at_the_second_call_too(call, clock, all_checked):
    call("q1").answer(*all_checked, "not_yet", "next").do()
    clock.shift(timedelta(days=2))

    assert call("q1").answer(*all_checked, "not_yet").stands_at == "call-again"


def test_rule_1_9_three_failed_checks_need_a_team_lead(unanswered, agent, lead, at_desk):
    made = unanswered().answer("next")
    for _each in range(3):
        made.identify(name="김철수").answer("again")

    made.identify()
    assert made.refusals
    made.move("lift_identity_lock", reason="직접 확인")
    assert made.identify().refusals
    at_desk(lead, made).move("lift_identity_lock", reason="직접 확인")

    assert made.look().identify().stands_at == "operable"


def test_rule_1_9_leads_to_the_department_only_when_identified(unanswered):
    made = unanswered().answer("next").identify(name="김철수")

    assert made.stands_at == "identity-again"
    made.answer("stop").do()
    assert (made.case.resolution, made.case.approvals.count()) == ("refused_identity", 0)


def test_rule_1_10_pressing_again_in_the_call_offers_no_code(identified_call):
    made = identified_call()
    assert made.says("저와 통화하시면서 핸드폰 조작 가능하신가요?")

    made.answer("yes")

    assert made.choices == {"arrived", "still"}
    assert not made.case.approvals.exists()


def test_rule_1_11_a_handset_out_of_reach_is_called_back(identified_call):
    made = identified_call().answer("no").call_later()

    assert made.case.follow_up_at is not None
    assert made.case.state == "diagnosing"
    assert made.stands_at == "identity"


@pytest.mark.parametrize("who", ["agent", "lead", "superuser"])
def test_rule_1_12_nobody_is_offered_a_code(escalated_call, at_desk, who, request):
    made = escalated_call()
    seen = at_desk(request.getfixturevalue(who), made)

    page = seen.client.get(f"/admin/cases/case/{made.pk}/change/").content.decode()

    assert [each for each in NO_CODE if each in seen.text + page] == []
    assert Approval.objects.get().kind == "escalation"


@pytest.mark.parametrize("who", ["agent", "lead", "superuser"])
def test_rule_1_12_no_case_ends_as_if_a_code_had_been_told(identified_call, at_desk, who, request):
    made = identified_call()

    seen = at_desk(request.getfixturevalue(who), made)
    response = seen.move("close", resolution="code_read_out")

    assert response.context["form"].errors
    assert made.case.state == "diagnosing"


def test_rule_1_13_a_code_that_arrives_ends_the_case(identified_call):
    made = identified_call().answer("yes", "arrived", "next").do()

    assert (made.case.state, made.case.resolution) == ("closed", "guided")


def test_rule_1_14_still_nothing_goes_to_the_department(identified_call):
    made = identified_call().answer("yes", "still")
    assert made.says(*TOLD_BY_DEPARTMENT)

    made.answer("next").do(reason="네 가지 확인, 미수신")

    assert made.case.state == "escalated"
    assert made.case.latest_approval.state == "pending"
    assert made.case.changes.latest("pk").note == "네 가지 확인, 미수신"


def test_rule_1_14_an_escalation_says_why(identified_call):
    made = identified_call().answer("yes", "still", "next").do(reason=" ")

    assert made.refusals
    assert made.case.state == "diagnosing"


def test_rule_1_15_the_team_lead_returns_it_with_a_reason(escalated_call, at_desk, lead):
    made = escalated_call()

    at_desk(lead, made).move("return_to_agent", reason="통신사 먼저")

    assert (made.case.state, made.case.latest_approval.state) == ("diagnosing", "rejected")
    assert made.case.changes.latest("pk").note == "통신사 먼저"
    assert made.look().begin("q1").stands_at == "phone-number-right"


@pytest.mark.parametrize("reason", ["", " "])
def test_rule_1_15_not_without_a_reason(escalated_call, at_desk, lead, reason):
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
