"""1.1 to 1.8: the code does not come; four checks in the manual's order, then its words."""

from datetime import timedelta

import pytest
from django.utils import timezone

TEN = "참고로 인증번호가 10회 이상 일치하지 않을 경우, 24시간 이후 재인증 가능하니 유의 바랍니다."
CALL_AGAIN = (
    "통신사 확인 후에도 인증번호 수신이 되지 않을 경우, "
    "운영센터로 다시 한번 연락 부탁드리겠습니다."
)
DIFFICULT = "안타깝게도, 인증번호는 당사에서 정확한 확인이 어렵습니다."


def test_rule_1_1_first_the_number(call):
    made = call("q1")

    assert made.says(
        "인증번호 미 수신되는 경우, 몇가지 확인이 필요합니다.",
        "1. 휴대폰 번호를 정확하게 입력하셨을까요?",
    )
    assert made.answer("yes").stands_at == "wifi"


def test_rule_1_1_the_order_is_not_the_agents(call):
    made = call("q1")

    made.forge(step="carrier", value="told")

    assert made.refusals
    assert made.look().stands_at == "phone-number-right"


def test_rule_1_1_a_slip_is_taken_back_and_answered_anew(call):
    made = call("q1").answer("yes", "not_used").back()

    assert made.stands_at == "wifi"
    assert made.answer("arrived").way[-1] == ("wifi", "arrived")
    assert ("wifi", "not_used") not in made.way


def test_rule_1_2_then_mobile_data(call):
    made = call("q1").answer("yes")

    assert made.says("2. wi-fi 사용중이시라면, 데이터 연결 부탁드립니다.")
    assert made.answer("switched").stands_at == "spam"


def test_rule_1_3_then_spam(call):
    made = call("q1").answer("yes", "not_used")

    assert made.says(
        "3. 휴대폰 기기상에 스팸문자 보관함, 스팸 필터링 설정,",
        "스팸 어플 설치 확인 부탁드립니다.",
    )
    assert made.answer("checked").stands_at == "carrier"


def test_rule_1_4_then_the_carrier(call):
    made = call("q1").answer("yes", "not_used", "checked")

    assert made.says(
        "4. 통신사를 통해 인증번호 수신차단 여부 확인 부탁드립니다.",
        "ㄴ 인증번호 발신 : 1800-3400",
    )
    assert made.answer("told").stands_at == "ten-mismatches"


@pytest.mark.parametrize(
    "before",
    [
        ["arrived"],
        ["yes", "arrived"],
        ["yes", "not_used", "arrived"],
        ["yes", "not_used", "checked", "arrived"],
        ["yes", "not_used", "checked", "told"],
        ["other_number", "guide"],
    ],
)
def test_rule_1_5_the_ten_mismatches_are_always_told(call, before):
    made = call("q1").answer(*before)

    assert made.says(TEN)
    assert made.choices == {"next"}


def test_rule_1_6_whoever_has_not_asked_the_carrier_calls_again(call, all_checked):
    made = call("q1").answer(*all_checked, "not_yet")

    assert made.says(CALL_AGAIN)
    made.answer("next").do()
    assert (made.case.state, made.case.resolution) == ("closed", "guided")
    assert made.case.changes.latest("pk").transition == "close"
    assert made.stands_at is None


def test_rule_1_7_a_locked_driver_hears_when_and_no_checks(call, lock_driver):
    until = timezone.now() + timedelta(hours=5)
    lock_driver(until)

    made = call("q1")

    assert made.stands_at == "locked-told"
    assert made.says(TEN)
    assert timezone.localtime(until).strftime("%Y-%m-%d %H:%M") in made.text
    assert made.choices == {"wait", "call_back"}


def test_rule_1_7_the_case_ends_waiting_for_the_unlock(call, lock_driver):
    lock_driver(timezone.now() + timedelta(hours=5))

    made = call("q1").answer("wait").do()

    assert (made.case.state, made.case.resolution) == ("closed", "wait_unlock")


def test_rule_1_7_a_call_back_before_the_unlock_finds_the_lock(call, clock, lock_driver):
    lock_driver(timezone.now() + timedelta(hours=5))
    made = call("q1").answer("call_back").call_later(hours=6)

    assert made.stands_at == "locked-told"
    assert made.case.follow_up_at == timezone.now() + timedelta(hours=6)


def test_rule_1_7_after_the_unlock_the_checks_go_on(call, clock, lock_driver):
    lock_driver(timezone.now() + timedelta(hours=5))
    made = call("q1").answer("call_back")
    clock.shift(timedelta(hours=5, minutes=1))

    assert made.call_later().stands_at == "phone-number-right"


def test_rule_1_8_the_first_time_nothing_can_be_confirmed(call, all_checked):
    made = call("q1").answer(*all_checked, "asked")

    assert made.says(DIFFICULT)
    assert made.answer("next").says(CALL_AGAIN)
    made.answer("next").do()
    assert (made.case.state, made.case.resolution) == ("closed", "guided")
    assert not made.case.identity_checks.exists()
    assert not made.case.approvals.exists()
