"""From the call to the department's answer and the end, through the pages all the way."""

import pytest
from django.test import Client

from backoffice.sms.models import Message
from cases.models import Case, ConsultationType
from tests.cases.playbooks.walking import type_of
from tests.cases.rules.desk_call import Call

OWN, RIGHT, REAL = "010-0000-1234", "1980-05-03", "1980-05-13"
AT_WORK = "출근/대기/수락/완료"


@pytest.fixture
def call(driver, agent):
    """call("q3"): the driver calls about the third question, and the agent begins with it."""

    def make(playbook):
        client = Client()
        client.force_login(agent)
        leaf = ConsultationType.objects.get(parent__name=AT_WORK, name=driver.service_type)
        about = {"driver": driver.pk, "consultation_type": leaf.pk, "note": ""}
        client.post("/admin/cases/case/add/", {"presented_phone": OWN, "channel": "phone"} | about)
        return Call(agent, Case.objects.latest("pk")).begin(playbook)

    return make


@pytest.fixture
def posted(make_post):
    """A case that stands in Agit."""
    return make_post("accepted", provider_id="1001").case


@pytest.fixture
def lead_at():
    """lead_at(lead, call): the same case before a lead."""
    return lambda person, call: Call(person, call.case)


@pytest.fixture
def escalated_q3(call):
    """All is equal, the app was installed anew, and the log-in fails all the same."""
    made = call("q3").answer("none", "yes").compare(OWN).compare(RIGHT)
    return made.answer("next").do(reason=f"정보 동일, 로그인 지속 불가 {OWN} {RIGHT}")


@pytest.fixture
def escalated_q4(call):
    """The birthdate was corrected, and the log-in fails all the same."""
    made = call("q4").answer("none", "yes").compare(OWN).compare(REAL).identify().compare(REAL)
    made.answer("agreed").do(birthdate=REAL, reason="가입 시 잘못 입력").answer("next", "fails")
    return made.answer("next").do(reason=f"{RIGHT}에서 {REAL}로 변경·재설치 후에도 불가")


@pytest.fixture
def approved(in_queue, lead, deliver):
    """approved(call): a lead has agreed in the queue, and the post has left."""

    def approve(call):
        in_queue(lead, call.case.approvals.get(), "approve", reason="확인함")
        deliver()
        return call

    return approve


def test_rule_3_4_posted_answered_and_closed(escalated_q3, approved, agit, lead_at, lead):
    call = approved(escalated_q3)
    text = agit.posts[0]["text"]
    assert call.case.number in text
    assert "정보 동일, 로그인 지속 불가" in text
    assert [each for each in ("홍길동", OWN, "01000001234", RIGHT, "1980") if each in text] == []

    call.move("record_answer", reason="로그인 제한을 해제함")
    lead_at(lead, call).move("close", resolution="answered")

    case = call.case
    assert (case.state, case.resolution) == ("closed", "answered")
    assert case.department_answer == "로그인 제한을 해제함"
    assert [each.transition for each in case.changes.order_by("pk")] == [
        *("open", "start", "escalate", "record_answer", "close"),
    ]


def test_rule_4_5_a_text_that_did_not_arrive_is_told_by_telephone_there_too(
    escalated_q4, approved, agit, lead_at, lead
):
    """Only then it closes, and as what it is: answered by the department."""
    call = approved(escalated_q4)
    call.move("record_answer", reason="로그인 제한을 해제함")
    Message.objects.update(state="undelivered")
    lead_at(lead, call).move("close", resolution="answered")
    assert call.case.state == "escalated"

    call.move("record_call_back", reason="유선으로 변경과 부서 답변을 안내함")
    lead_at(lead, call).move("close", resolution="answered")

    assert (call.case.state, call.case.resolution) == ("closed", "answered")


def test_rule_3_4_answered_the_agent_goes_on(posted, on_page, lead, agent, stored):
    on_page(agent, posted, "move/record_answer", reason="재설치를 다시 안내해 주세요")

    on_page(lead, posted, "move/return_to_agent", reason="부서 답변대로 안내")

    Case.objects.filter(pk=posted.pk).update(consultation_type=type_of("q3"))
    case = stored(posted)
    assert case.state == "diagnosing"
    assert case.department_answer == "재설치를 다시 안내해 주세요"
    assert Call(agent, case).look().begin("q3").stands_at == "questions"


def test_rule_3_4_returned_without_an_answer_the_agent_goes_on_too(posted, on_page, lead, stored):
    on_page(lead, posted, "move/return_to_agent", reason="더 살펴볼 것이 있음")

    assert stored(posted).state == "diagnosing"
    assert posted.approvals.get().state == "approved"  # decided once


def test_rule_3_4_not_done_before_the_department_has_answered(posted, on_page, lead, stored):
    on_page(lead, posted, "move/close", resolution="answered")

    assert stored(posted).state == "escalated"


@pytest.mark.parametrize("resolution", ["guided", "corrected", ""])
def test_rule_3_4_what_the_department_had_ends_as_answered_only(
    posted, on_page, lead, agent, stored, resolution
):
    on_page(agent, posted, "move/record_answer", reason="해제함")

    on_page(lead, posted, "move/close", resolution=resolution)

    assert stored(posted).state == "escalated"


def test_rule_3_4_the_agent_does_not_end_it(posted, on_page, agent, stored):
    on_page(agent, posted, "move/record_answer", reason="해제함")

    on_page(agent, posted, "move/close", resolution="answered")
    on_page(agent, posted, "move/return_to_agent", reason="직접 처리")

    assert stored(posted).state == "escalated"


@pytest.mark.parametrize("reason", ["", "  ", "인증번호는 1234 입니다"])
def test_an_answer_is_words_and_no_code(posted, on_page, agent, stored, reason):
    on_page(agent, posted, "move/record_answer", reason=reason)

    assert stored(posted).department_answer == ""


def test_an_answer_to_what_nobody_approved_is_none(escalated, on_page, agent, stored):
    case = escalated(agent)

    on_page(agent, case, "move/record_answer", reason="해제함")

    assert stored(case).department_answer == ""


def test_rule_4_7_posted_without_the_dates_closed_once_told_and_commented_on(
    escalated_q4, approved, agit, lead_at, lead, call, deliver
):
    made = approved(escalated_q4)
    text = agit.posts[0]["text"]
    assert [each for each in (RIGHT, REAL, "1980", "05-13") if each in text] == []
    assert "변경·재설치 후에도 불가" in text
    made.move("record_answer", reason="서버에 반영함")

    lead_at(lead, made).move("close", resolution="answered")
    assert made.case.state == "escalated"  # the driver's text has not arrived yet
    Message.objects.update(state="delivered")
    lead_at(lead, made).move("close", resolution="answered")

    assert (made.case.state, made.case.resolution) == ("closed", "answered")

    again = call("q4")
    deliver()

    assert again.case.previous_case == made.case
    assert again.case.number in agit.posts[1]["text"]
    assert agit.posts[1]["parent_id"] == 1001
