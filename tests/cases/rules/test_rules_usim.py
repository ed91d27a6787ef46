"""2.1 to 2.7: the pop-up that the USIM has another number. It never leads to a code."""

from datetime import timedelta

import pytest

SAME_ONLY = (
    "디바이스 정보에서 확인되는 전화번호와 카카오 T 택시 기사용 앱 인증 시 나타나는 전화번호가 "
    "동일해야만 정상적으로 인증 및 가입을 진행하실 수 있습니다."
)
SERVICE_OR_CARRIER = (
    "만약 디바이스 정보에서 확인한 전화번호와 카카오 T 앱 인증단계에서 보이는 번호가 계속 다르게 "
    "확인된다면 휴대폰 AS센터 또는 통신사에 문의 부탁드립니다."
)
DEPARTMENT = [
    "관련 내용은 담당부서로 확인 요청하겠습니다.",
    "확인까지 시간이 소요될 수 있는 점 양해 부탁드립니다",
]


@pytest.fixture
def differing(call, clock):
    """The USIM's number differs, in a call two days after the one before."""

    def make():
        made = call("q2").answer("yes", "differs", "next")
        clock.shift(timedelta(days=2))
        return made

    return make


def test_rule_2_1_first_whether_the_handset_is_at_hand(call):
    made = call("q2")

    assert made.says(
        "네, 안내해드리기 전, 몇가지를 여쭈어 보겠습니다.",
        "혹시 통화 중 기기 조작이 가능하신가요?",
    )
    assert made.case.state == "diagnosing"


def test_rule_2_2_same_or_not_is_kept_and_no_number(call):
    made = call("q2").answer("yes")
    assert made.says(
        "먼저, [휴대폰 설정 → 디바이스 정보]의 전화번호가 카카오 T 앱 인증 당시 유심번호와 "
        "동일한지 확인 부탁드립니다."
    )

    made.answer("differs")

    assert made.way[-1] == ("usim", "differs")
    assert made.case.answers.latest("pk").step.record == "usim"


@pytest.mark.parametrize("outcome", ["works", "later"])
def test_rule_2_3_the_same_number_tries_again(call, outcome):
    made = call("q2").answer("yes", "same")
    assert made.says(SAME_ONLY)

    made.answer(outcome).do()

    assert (made.case.state, made.case.resolution) == ("closed", "guided")


def test_rule_2_4_a_number_that_keeps_differing_goes_to_the_carrier(call):
    made = call("q2").answer("yes", "differs")
    assert made.says(SAME_ONLY, SERVICE_OR_CARRIER)

    made.answer("next").do()

    assert (made.case.state, made.case.resolution) == ("closed", "guided")


def test_rule_2_4_never_leads_to_a_code_however_often_he_calls(differing):
    first = differing().do()
    others = [differing().answer("next").do(reason="유심 다름") for _each in range(3)]

    assert first.case.resolution == "guided"
    assert {each.case.state for each in others} == {"escalated"}
    assert {each.case.approvals.get().kind for each in others} == {"escalation"}
    assert not any(each.case.identity_checks.exists() for each in [first, *others])


def test_rule_2_4_another_question_in_the_same_case_does_not_forget_it(
    differing, at_desk, lead, all_checked
):
    differing().do()
    made = differing().answer("next").do(reason="유심 다름")
    at_desk(lead, made).move("return_to_agent", reason="다시 확인")

    made.look().begin("q1").answer(*all_checked, "asked", "next").identify()

    assert ("usim", "differs") in made.way
    assert made.stands_at == "unresolved"


def test_rule_2_4_the_next_call_does_not_forget_it(differing, call, all_checked):
    """However often the driver calls, and about whatever question."""
    differing().do()

    made = call("q1").quickly(*all_checked, "asked", "next").identify()

    assert made.case.recontact_no == 1
    assert made.stands_at == "unresolved"


def test_rule_2_5_the_same_again_goes_to_the_department(differing):
    differing().do()
    made = differing()
    assert made.says(*DEPARTMENT)

    made.answer("next").do(reason="유심 다름, 재인입")

    assert made.case.state == "escalated"
    assert made.case.previous_case is not None
    assert made.case.latest_approval.state == "pending"


def test_rule_2_5_a_first_call_has_no_way_to_the_department(differing):
    made = differing()

    assert made.stands_at == "end-guided"
    made.forge(step="to-department", reason="바로 이관")
    assert made.refusals
    made.move("escalate", reason="바로 이관")
    assert made.case.state == "diagnosing"


def test_rule_2_6_the_same_number_and_still_the_pop_up(call):
    made = call("q2").answer("yes", "same", "persists")
    assert made.says(*DEPARTMENT)

    made.answer("next").do(reason="동일하나 지속")

    assert made.case.state == "escalated"


def test_rule_2_7_a_handset_out_of_reach_is_called_back(call):
    made = call("q2").answer("no").call_later()

    assert made.case.follow_up_at is not None
    assert made.case.changes.latest("pk").transition == "call_back"
    assert made.stands_at == "operable"
