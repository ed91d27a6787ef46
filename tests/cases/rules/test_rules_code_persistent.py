"""1.9 and 1.11: still no code at the second call; who calls, and can he press a button?"""

from datetime import timedelta


def test_rule_1_9_the_second_call_leads_to_the_identity_check(unanswered):
    made = unanswered()

    assert made.case.recontact_no == 1
    assert made.says("카카오 T 택시 인증번호가 지속적으로 수신되지 않아 문의 주셨는데요.")
    assert made.answer("next").stands_at == "identity"
    assert made.identify().stands_at == "operable"
    assert made.case.identity_checks.get().is_verified


def test_rule_1_9_a_call_after_a_week_is_a_first_one(call, clock, all_checked):
    call("q1").quickly(*all_checked, "not_yet", "next", {})
    clock.shift(timedelta(days=7, minutes=1))

    assert call("q1").quickly(*all_checked, "asked").stands_at == "not-confirmed"


def test_rule_1_9_the_carrier_has_to_be_asked_at_the_second_call_too(call, clock, all_checked):
    call("q1").quickly(*all_checked, "not_yet", "next", {})
    clock.shift(timedelta(days=2))

    assert call("q1").quickly(*all_checked, "not_yet").stands_at == "call-again"


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


def test_rule_1_11_a_handset_out_of_reach_is_called_back(identified_call):
    made = identified_call().answer("no").call_later()

    assert made.case.follow_up_at is not None
    assert made.case.state == "diagnosing"
    assert made.stands_at == "identity"
