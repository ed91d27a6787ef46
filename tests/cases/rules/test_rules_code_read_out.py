"""1.10, 1.12 and 1.13: a team lead reads the code out, once, and nobody else has it."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from backoffice.audit.models import AccessRecord
from backoffice.sms.models import Message
from tests.cases.playbooks.walking import all_texts

PRESS_NOW = [
    "카카오 T 택시 앱에서[전화번호 입력 → 인증번호 발송] 버튼을",
    "누른 후 바로 말씀해 주시면 인증번호 확인 후 안내해 드리겠습니다.",
]
TOLD = [
    "기사님의 인증번호는 0000 입니다.",
    "입력 후 정상적으로 전화번호 인증이 되는지 확인 부탁드립니다.",
]


def code_on(response):
    """The code that a page shows, or None."""
    found = re.search(r"data-secret>(\d{4,8})<", response.content.decode())
    return found and found[1]


@pytest.fixture
def told(asked_lead, decide, read_out):
    """told(): the lead has read the code out; the agent's page knows it."""

    def make():
        made = asked_lead()
        decide(made, "approve")
        assert code_on(read_out(made))
        return made.quickly("again")

    return make


def test_rule_1_10_pressed_in_the_call_and_still_nothing_asks_a_team_lead(
    identified_call, happened, agent
):
    made = identified_call().answer("yes", "pressed")
    happened("code.sent", timezone.now())

    made.do(reason="네 가지 확인, 미수신")

    approval = made.case.approvals.get()
    assert (approval.kind, approval.state) == ("code_read_out", "pending")
    assert (approval.requested_by, approval.driver) == (agent, made.case.driver)
    assert made.case.state == "diagnosing"
    assert made.choices == {"again", "stop"}
    assert made.answer("again").stands_at == "lead-awaited"
    made.move("close", resolution="guided")
    assert made.case.state == "diagnosing"


def test_rule_1_10_the_words_come_before_the_button(identified_call):
    made = identified_call()
    assert made.says("저와 통화하시면서 핸드폰 조작 가능하신가요?")

    made.answer("yes")

    assert made.says(*PRESS_NOW)
    assert made.choices == {"pressed", "arrived", "not_possible"}
    assert not made.case.approvals.exists()


def test_rule_1_10_nobody_is_asked_where_no_code_was_sent_in_this_call(
    identified_call, happened, clock
):
    made = identified_call().answer("yes", "pressed")
    happened("code.sent", made.case.created_at - timedelta(seconds=1))

    made.do(reason="네 가지 확인, 미수신")

    assert made.refusals[0].startswith("G6")
    assert made.stands_at == "read-out-asked"
    assert not made.case.approvals.exists()
    assert AccessRecord.objects.get(action="refused").detail["guard"] == "G6"


def test_rule_1_12_the_lead_who_agreed_reads_the_code_once(asked_lead, decide, read_out, lead):
    made = asked_lead()
    response = decide(made, "approve")
    approval = made.case.latest_approval
    assert response.url == f"/admin/cases/approval/{approval.pk}/read-out/"
    assert code_on(read_out(made, method="get")) is None

    seen = read_out(made)
    code = code_on(seen)

    assert re.fullmatch(r"\d{6}", code)
    assert "no-store" in seen["Cache-Control"]
    assert [code_on(read_out(made)), code_on(read_out(made, method="get"))] == [None, None]
    assert code not in all_texts()
    record = AccessRecord.objects.get(action="read_out")
    assert (record.by, record.driver) == (lead, made.case.driver)
    text = Message.objects.get()
    assert (text.template.key, text.to) == ("code_read_out", "01000001234")
    assert made.look().answer("again").stands_at == "code-told"
    assert made.says(*TOLD)
    assert code not in made.text


def test_rule_1_12_nobody_else_reads_it(
    asked_lead, decide, read_out, everybody_else, other_lead, superuser
):
    made = asked_lead()
    decide(made, "approve")

    responses = [read_out(made, by=each) for each in (*everybody_else, other_lead, superuser)]

    assert [each.status_code for each in responses] == [403] * 4 + [200] * 2
    assert [code_on(each) for each in responses] == [None] * 6
    assert made.case.latest_approval.used_at is None
    assert not Message.objects.exists()


@pytest.mark.parametrize(("seconds", "is_read"), [(179, True), (181, False)])
def test_rule_1_12_three_minutes_after_the_decision_it_is_too_late(
    asked_lead, decide, read_out, clock, seconds, is_read
):
    made = asked_lead()
    decide(made, "approve")
    clock.shift(timedelta(seconds=seconds))

    response = read_out(made)

    assert bool(code_on(response)) == is_read
    assert made.look().answer("again").stands_at == ("code-told" if is_read else "live-try")


@pytest.mark.parametrize(("seconds", "state"), [(179, "approved"), (181, "expired")])
def test_rule_1_12_three_minutes_after_the_question_nobody_agrees(
    asked_lead, decide, clock, seconds, state
):
    made = asked_lead()
    clock.shift(timedelta(seconds=seconds))

    decide(made, "approve")

    assert made.case.latest_approval.state == state
    stands_at = "lead-awaited" if state == "approved" else "live-try"
    assert made.look().answer("again").stands_at == stands_at


@pytest.mark.parametrize("verdict", [None, "approve", "reject"])
def test_rule_1_12_no_case_ends_as_if_a_code_had_been_told(
    asked_lead, decide, at_desk, verdict, agent, lead, superuser
):
    made = asked_lead()
    if verdict:
        decide(made, verdict)

    for person in (agent, lead, superuser):
        response = at_desk(person, made).move("close", resolution="code_read_out")

        assert response.context["form"].errors
        assert made.case.state == "diagnosing"


def test_rule_1_13_it_works_and_the_case_ends_when_the_driver_was_told(told):
    made = told().answer("works")
    assert made.stands_at == "notice-awaited"
    made.move("close", resolution="code_read_out")
    assert made.case.state == "diagnosing"

    Message.objects.update(state="delivered")
    made.answer("again").do()

    assert (made.case.state, made.case.resolution) == ("closed", "code_read_out")


def test_rule_1_13_a_notice_that_does_not_arrive_is_told_by_telephone(told):
    made = told()
    Message.objects.update(state="undelivered")

    made.answer("works").do(reason="본인과 통화").do()

    assert not Message.objects.filter(driver_told_at=None).exists()
    assert (made.case.state, made.case.resolution) == ("closed", "code_read_out")


def test_rule_1_13_a_code_that_arrives_ends_the_case(identified_call):
    made = identified_call().answer("yes", "arrived", "next").do()

    assert (made.case.state, made.case.resolution) == ("closed", "guided")
