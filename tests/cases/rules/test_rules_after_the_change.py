"""4.4, 4.5, 4.7 and 4.8: was the driver told, does it help, and what the manual does not say."""

import pytest

from backoffice.sms.models import Message
from drivers.models import Correction, Driver

ON_ITS_WAY = ["queued", "sending", "accepted"]
NOT_DELIVERED = ["undelivered", "failed", "unknown"]
STILL_FAILING = [
    "말씀해주신 내용으로 확인해보았습니다만,",
    "관련 내용은 담당자 확인이 필요할 것으로 보입니다.",
]


@pytest.fixture
def told(corrected_call):
    """told("delivered"): the driver was corrected, logs in, and this became of the text."""

    def make(state, answer="works"):
        made = corrected_call().quickly("next")
        Message.objects.update(state=state)
        return made.answer(answer)

    return make


def test_rule_4_4_delivered_may_be_closed(told):
    made = told("delivered")
    assert made.stands_at == "end-corrected"

    made.do()

    assert (made.case.state, made.case.resolution) == ("closed", "corrected")


@pytest.mark.parametrize("state", ON_ITS_WAY)
def test_rule_4_4_a_text_on_its_way_is_awaited(told, state):
    made = told(state)

    assert made.stands_at == "notice-awaited"
    assert made.answer("again").stands_at == "notice-awaited"
    made.move("close", resolution="corrected")
    assert made.case.state == "info_corrected"


def test_rule_4_4_the_page_sees_that_it_has_arrived(told):
    made = told("accepted")
    Message.objects.update(state="delivered")

    assert made.answer("again").do().case.resolution == "corrected"


def test_rule_4_4_not_done_either_after_the_department_sent_it_back(told, at_desk, lead):
    """The way through an escalation is no way around the notice."""
    made = told("undelivered", answer="fails").answer("next").do(reason="여전히 불가")
    at_desk(lead, made).move("return_to_agent", reason="다시 확인")

    made.move("close", resolution="guided")

    assert made.case.state == "diagnosing"


@pytest.mark.parametrize("state", NOT_DELIVERED)
def test_rule_4_5_a_text_that_does_not_arrive_is_told_by_telephone(told, state):
    made = told(state)

    assert made.stands_at == "told-by-phone"
    assert made.says("차후 로그인 시에는 변경된 생년월일로 로그인 및 이용 부탁 드립니다.")
    assert Correction.objects.get().state == "applied"
    made.move("close", resolution="corrected")
    assert made.case.state == "info_corrected"


def test_rule_4_5_closes_when_the_call_is_recorded(told):
    made = told("undelivered").answer("told").do(reason="본인과 통화")
    line = made.case.changes.latest("pk")
    assert (line.transition, line.note) == ("record_call_back", "본인과 통화")

    made.do()

    assert (made.case.state, made.case.resolution) == ("closed", "corrected")


def test_rule_4_5_nobody_is_told_yet_who_is_called_later(told):
    made = told("undelivered").answer("later").call_later()

    assert made.case.follow_up_at is not None
    assert made.stands_at == "told-by-phone"
    assert made.case.state == "info_corrected"


@pytest.mark.parametrize("state", ["delivered", *ON_ITS_WAY, *NOT_DELIVERED])
def test_rule_4_7_still_failing_after_the_change_goes_to_agit(told, state):
    made = told(state, answer="fails")
    assert made.says(*STILL_FAILING)

    made.answer("next").do(reason="변경·재설치 후에도 불가")

    assert made.case.state == "escalated"
    assert made.case.changes.latest("pk").source == "info_corrected"
    assert made.case.latest_approval.state == "pending"
    assert Driver.objects.get().birthdate.isoformat() == "1980-05-13"


def test_rule_4_7_not_before_a_try_after_the_reinstall(corrected_call):
    made = corrected_call()

    made.move("escalate", reason="바로")

    assert made.case.state == "info_corrected"
    assert not made.case.approvals.exists()


@pytest.mark.parametrize("playbook", ["q3", "q4"])
@pytest.mark.parametrize("answer", ["phone", "both"])
def test_rule_4_8_a_changed_phone_goes_to_the_department(call, playbook, answer):
    made = call(playbook).answer(answer)
    assert made.says("관련 내용은 담당자 확인이 필요할 것으로 보입니다.")

    made.answer("next").do(reason="전화번호 변경")

    assert made.case.state == "escalated"
    assert not Correction.objects.exists()


def test_rule_4_8_an_agent_changes_no_phone_number(call, driver):
    made = call("q4").answer("phone")
    typed = {"service_type": driver.service_type, "affiliation": "company", "company": "한빛운수"}

    made.client.post(
        f"/admin/drivers/driver/{driver.pk}/change/",
        {**typed, "version": driver.version, "phone": "010-0000-5678", "reason": "번호 변경"},
    )

    assert Driver.objects.get().phone == driver.phone
    assert not Correction.objects.exists()


def test_rule_4_8_a_changed_device_reinstalls_first(call):
    made = call("q4").answer("device")

    assert made.choices == {"works", "fails", "later"}
    assert made.answer("fails").stands_at == "reinstalled"
