"""The manual's four questions, from the screen pop to the end, by keyboard."""

import json
import re
from datetime import date
from functools import partial

import pytest
from playwright.sync_api import expect

from tests.e2e.call import Call
from tests.files.conftest import read_xlsx
from tests.processes.product import eventually

pytestmark = pytest.mark.long

SELF_CHECKS = ["네, 정확함", "wi-fi 미사용", "확인해도 미수신", "안내함, 미수신", "다음"]


@pytest.fixture
def agent(somebody):
    return somebody("agent").look("/admin/")


@pytest.fixture
def lead(somebody):
    return somebody("lead")


@pytest.fixture(scope="module")
def numbers():
    return iter(f"0100000{number}" for number in range(5701, 5799))


@pytest.fixture
def phone(demo, numbers):
    """The number of a driver whom nobody has heard of before."""
    number = next(numbers)
    demo.desk("add_driver", phone=f"+82{number[1:]}")
    return number


@pytest.fixture
def ring(is_usable):
    """ring(agent, phone): a call comes in, and whoever takes it can use each page on the way."""
    return partial(Call, is_usable=is_usable)


@pytest.fixture
def note(record_property):
    """Note what a question took, for the table at the end of the run."""

    def keep(question, call):
        keys, clicks = call.effort
        times = [round(each) for each in (call.popped_after, call.first_words_after)]
        record_property("call", json.dumps([question, keys, clicks, *times]))
        return keys + clicks

    return keep


def decide(lead, key, reason="확인함"):
    """Decide the first request of the queue: A or R, the reason, Enter."""
    lead.look("/admin/cases/approval/queue/").press(key)
    expect(lead.page.locator("[name=reason]").first).to_be_focused()
    lead.type(reason)
    with lead.page.expect_navigation():
        lead.press("Enter")
    return lead


def text_arrives(demo, phone):
    def bodies():
        return [each["body"] for each in demo.inbox() if each["to"] == phone]

    return eventually(bodies, within=30, what=f"a text on {phone}")


def text_is_delivered(call):
    expect(call.page.locator('.desk-left article[data-state="delivered"]').first).to_be_visible()
    return call


def test_q1_no_code_comes_and_the_second_call_leads_to_one(
    demo, agent, lead, somebody, ring, phone, note, is_usable
):
    first = ring(agent, phone).about(1).answers(*SELF_CHECKS, "확인했으나 미수신")
    first.says("안타깝게도, 인증번호는 당사에서 정확한 확인이 어렵습니다.").answers("다음", "다음")
    first.answers("상담 건 종결").is_in_state("closed")
    note("Q1, first call: guided", first)

    call = ring(agent, phone).about(1).answers(*SELF_CHECKS, "확인했으나 미수신", "다음")
    call.identifies(called_back=True).answers("네")
    driver = somebody().look(f"/demo/app/?phone={phone}").click('[value="code.sent"]')
    driver.sees("HTTP 200")
    call.answers("버튼을 눌렀으나 미수신").gives_reason("네 가지 확인, 통신사 이상 없음")
    call.stands_at("팀장 승인 대기")
    decide(lead, "a").press("Enter")
    code = lead.page.locator("[data-secret]").inner_text()
    assert code.isdigit()
    assert is_usable(lead)
    call.answers("결과 확인").stands_at("팀장 인증번호 안내 후 확인")
    assert code not in call.page.content()
    text_is_delivered(call).answers("인증됨", "상담 건 종결").is_in_state("closed")

    assert text_arrives(demo, phone)
    note("Q1, second call: the code is read out", call)


def test_q2_the_usim_differs_and_the_second_call_goes_to_the_department(
    agent, lead, ring, phone, note
):
    first = ring(agent, phone).about(2).answers("네", "다름").stands_at("AS센터·통신사 문의 안내")
    first.answers("다음", "상담 건 종결").is_in_state("closed")
    note("Q2, first call: guided", first)

    call = ring(agent, phone).about(2).answers("네", "다름", "다음")
    call.says("관련 내용은 담당부서로 확인 요청하겠습니다.").answers("다음")
    call.gives_reason("유심 번호 다름, 재인입").is_in_state("escalated")
    note("Q2, second call: escalated", call)
    decide(lead, "r", "먼저 통신사 확인이 필요함")

    agent.look(call.page.url)
    call.is_in_state("diagnosing")


def test_q3_what_is_known_agrees_and_the_department_is_asked(agent, lead, ring, phone, note):
    call = ring(agent, phone).about(3).answers("모두 아님", "네")
    call.compares(phone).compares("19800503").stands_at("담당자 확인 안내").answers("다음")
    call.gives_reason("모두 일치, 재설치 후에도 로그인 불가").is_in_state("escalated")
    number = call.number
    note("Q3: escalated", call)

    decide(lead, "a")
    posts = lead.look("/demo/agit/").page.locator("article").filter(has_text=number)
    expect(posts).to_have_count(1)  # the page keeps itself fresh
    assert phone not in posts.inner_text()

    lead.look(call.page.url).click("text=담당부서 회신 기록")
    lead.page.fill("textarea", "담당부서에서 조치함")
    lead.click("#content form button.primary")
    lead.look(call.page.url).click(".moves >> text=종결")
    lead.page.select_option("[name=resolution]", "answered")
    lead.click("#content form button.primary")
    agent.look(call.page.url)
    call.is_in_state("closed")


def test_q4_the_birthdate_is_corrected_and_the_text_arrives(
    demo, agent, ring, phone, note, is_usable
):
    call = ring(agent, phone)
    agent.shows("call")
    call.about(4).answers("모두 아님", "네")
    call.compares(phone).compares("1980-03-05").identifies().compares("19800305")
    agent.shows("desk")
    call.answers("변경에 동의").corrects("19800305").stands_at("문자 수신 후 로그인 안내")

    body = text_arrives(demo, phone)
    text_is_delivered(call).answers("다음", "로그인됨", "상담 건 종결").is_in_state("closed")

    assert "기사님께서 요청하신 생년월일로 변경되었습니다." in body[0]
    assert len(body) == 1
    assert note("Q4: the birthdate is corrected", call) < 25
    agent.click('.desk-left a[href*="/drivers/driver/"]').sees("로그인 정보 변경").shows("driver")
    agent.look("/demo/inbox/").sees("변경되었습니다").shows("phone", width=480)


def test_q4_another_year_of_birth_asks_a_lead(demo, agent, lead, ring, phone, note, is_usable):
    call = ring(agent, phone).about(4).answers("모두 아님", "네")
    call.compares(phone).compares("19810503").identifies().compares("19810503")
    call.answers("변경에 동의").corrects("19810503").stands_at("팀장 승인 대기")
    assert not [each for each in demo.inbox() if each["to"] == phone]

    lead.look("/admin/cases/approval/queue/")
    expect(lead.page.locator("[data-since]").first).to_have_text(re.compile(r"^0:\d\d$"))
    lead.shows("queue")
    assert is_usable(lead)
    decide(lead, "a")

    call.answers("결과 확인").stands_at("문자 수신 후 로그인 안내")
    assert text_arrives(demo, phone)
    text_is_delivered(call).answers("다음", "로그인됨", "상담 건 종결").is_in_state("closed")
    note("Q4: another year, which a lead decides", call)


def test_q4_who_is_in_a_hurry_logs_in_with_the_registered_date_first(
    demo, agent, ring, phone, note
):
    call = ring(agent, phone).about(4).answers("모두 아님", "네")
    call.compares(phone).compares("19800305").identifies().compares("19800305")
    call.answers("빠른 로그인 요청", "등록된 생년월일 안내 요청").stands_at("콜백 본인 확인")
    call.identifies(called_back=True).corrects("19800305").answers("안내함")
    call.gives_reason("등록된 생년월일을 모르심")
    assert "1980-05-03" in agent.page.locator("[data-secret]").inner_text()
    agent.press("Enter")
    call.says("해당 생년월일을 입력하시어 로그인 진행 부탁 드립니다.").answers("다음")
    call.answers("다음").stands_at("로그인 확인 대기")
    assert not [each for each in demo.inbox() if each["to"] == phone]

    driver = agent.context.new_page()
    driver.goto(f"/demo/app/?phone={phone}")
    driver.click('[value="login.succeeded"]')
    body = text_arrives(demo, phone)

    call.answers("다시 확인").stands_at("변경 후 로그인 확인")
    assert "변경되었습니다" in body[0]
    note("Q4: in a hurry, changed after the log-in", call)

    text_is_delivered(call)
    demo.desk("lose_text", phone=f"+82{phone[1:]}")  # the page is at rest, and is told
    lost = '.desk-left article[data-state="undelivered"]'
    expect(call.page.locator(lost).first).to_be_visible()


def test_the_privacy_officer_signs_a_month(somebody):
    today = date.today()
    year, month = divmod(12 * today.year + today.month - 1 - 2, 12)  # over, whatever the hour
    officer = somebody("privacy")
    officer.look(f"/admin/audit/accessrecord/review/?month={year}-{month + 1:02d}")

    officer.page.fill("[name=comment]", "특이 사항 없음")
    officer.click("form button.primary").sees("특이 사항 없음")

    assert officer.page.locator("[name=comment]").count() == 0


def test_a_lead_fetches_an_exported_list(lead, tmp_path, is_usable):
    lead.look("/admin/drivers/driver/").click('.list-tools a[href*="/export/"]')
    lead.page.fill("[name=reason]", "월간 점검")
    lead.click("form:has([name=reason]) button.primary")
    lead.click('form[action$="/password/"] button')
    password = lead.page.locator("[data-secret]").inner_text()
    assert is_usable(lead)

    with lead.page.expect_download() as download:
        lead.press("Enter")

    file = tmp_path / "drivers"
    download.value.save_as(file)
    assert len(read_xlsx(file.read_bytes(), password)) > 10
