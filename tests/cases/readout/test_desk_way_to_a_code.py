"""1.9 to 1.15 at the desk: the whole way to a code, and what the agent sees while he waits."""

from datetime import timedelta

import pytest

from backoffice.sms.models import Message
from cases import approvals
from cases.models import Approval
from tests.cases.readout.conftest import CODE, SAID
from tests.cases.rules.desk_call import Call

CHECKED = ["yes", "not_used", "checked", "told", "next", "asked"]
PLEASE_PRESS = [
    "저와 통화하시면서 핸드폰 조작 가능하신가요?",
    "카카오 T 택시 앱에서[전화번호 입력 → 인증번호 발송] 버튼을",
    "누른 후 바로 말씀해 주시면 인증번호 확인 후 안내해 드리겠습니다.",
]
TOLD = [
    "기사님의 인증번호는 0000 입니다.",
    "입력 후 정상적으로 전화번호 인증이 되는지 확인 부탁드립니다.",
]

pytestmark = pytest.mark.usefixtures("login_service")


@pytest.fixture
def asked_call(clock, ready, agent):
    """The second call, at the desk, where the agent has just asked the team leads."""
    return lambda: Call(agent, ready()).look().do(reason="네 가지 확인, 통신사 이상 없음")


@pytest.fixture
def decide(lead):
    def make(call, verdict):
        return approvals.decide(call.case.approvals.get(), verdict, by=lead, reason="확인함")

    return make


def test_rule_1_9_to_1_13_the_whole_way_from_the_second_call_to_the_end(
    clock, make_case, driver, agent, lead, code_sent, decide, read
):
    make_case(driver=driver)
    clock.shift(timedelta(days=1))
    made = Call(agent, make_case(driver=driver)).look().begin("q1").answer(*CHECKED, "next")
    assert made.identify(call_back=True, **SAID).says(PLEASE_PRESS[0])
    assert made.answer("yes").says(*PLEASE_PRESS[1:])
    code_sent(driver)
    made.answer("pressed").do(reason="네 가지 확인, 통신사 이상 없음")
    assert CODE in read(lead, decide(made, "approve")).content.decode()

    assert made.look().answer("again").says(*TOLD)
    assert CODE not in made.text
    assert made.answer("works").stands_at == "notice-awaited"
    Message.objects.update(state="delivered")
    made.answer("again").do()

    assert (made.case.state, made.case.resolution) == ("closed", "code_read_out")
    approval = made.case.approvals.get()
    assert (approval.requested_by, approval.decided_by) == (agent, lead)
    assert made.leaks == []


def test_rule_1_10_approved_and_not_yet_read_still_waits(asked_call, decide):
    made = asked_call()
    decide(made, "approve")

    assert made.look().answer("again").stands_at == "lead-awaited"


@pytest.mark.parametrize("later", [timedelta(minutes=3), timedelta(hours=5)])
def test_rule_1_10_a_request_that_nobody_decided_is_asked_again(
    asked_call, clock, code_sent, driver, later
):
    made = asked_call()
    clock.shift(later)
    approvals.sweep()

    assert made.look().answer("again").stands_at == "live-try"
    if later < timedelta(minutes=10):
        code_sent(driver)
        made.answer("pressed").do(reason="다시 요청")
        assert list(Approval.objects.order_by("pk").values_list("state", flat=True)) == [
            "expired",
            "pending",
        ]


def test_rule_1_10_an_approval_that_was_not_used_in_time_is_asked_again(asked_call, decide, clock):
    made = asked_call()
    decide(made, "approve")
    clock.shift(timedelta(minutes=3, seconds=1))

    assert made.look().answer("again").stands_at == "live-try"


def test_rule_1_15_a_rejected_read_out_is_not_read(asked_call, decide, read, lead, login_service):
    approval = decide(asked_call(), "reject")

    assert CODE not in read(lead, approval).content.decode()
    assert login_service.asked == []


def test_rule_1_12_a_driver_who_does_not_wait_cannot_be_handed_on_while_it_is_pending(asked_call):
    made = asked_call().answer("stop", "department").do(reason="기사님이 끊음")

    assert made.refusals
    assert made.case.state == "diagnosing"
