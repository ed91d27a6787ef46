"""`manage.py demo`, as somebody meets it who has just checked the product out."""

import re
import signal

import pytest

from tests.processes.demo import Demo
from tests.processes.product import eventually, free_port

pytestmark = pytest.mark.long

MANUAL = """\
카카오 T 파트너 운영센터입니다.
기사님께서 요청하신 생년월일로 변경되었습니다.

추후 기존 사용자로 로그인 시 변경된 정보로 이용 부탁드립니다.
앱 삭제 및 재설치 후 변경된 정보로 기존 사용자 로그인 부탁드립니다.

▶ 앱 설치 링크 :
https://play.google.com/store/apps/details?id=com.kakao.taxi.driver&hl=ko

추가적으로 문의하실 사항이 있는 경우 언제든지 카카오 T 파트너 \
운영센터(1644-8830) 문의 이용 바랍니다."""
PHONE = "01000001234"  # of the driver whom the demo's greeting names


@pytest.fixture(scope="module")
def only_demo(product):
    return Demo(product)


@pytest.fixture
def demo(only_demo):
    """The demo, running, whatever an earlier test did to it."""
    if not only_demo.is_running:
        eventually(only_demo.is_gone, within=45, what="an earlier demo is gone")
        only_demo.start()
    return only_demo


def find_driver(browser, phone=PHONE):
    """Search by the last four digits and return the key of the one driver found."""
    page = browser.get(f"/admin/drivers/driver/?q={phone[-4:]}")
    found = set(re.findall(r"/admin/drivers/driver/(\d+)/change/", page.html))
    assert len(found) == 1, page.text
    return int(found.pop())


def add_driver(demo, phone):
    """Let a lead record a driver whom no other test corrects: a second change needs a lead."""
    lead = demo.sign_in("lead")
    typed = {"name": "고길동", "phone": phone, "birthdate": "1980-05-03", "service_type": "일반"}
    path = "/admin/drivers/driver/add/"
    page = lead.post(path, lead.get(path).form("vehicle_no") | typed)
    assert "/add/" not in page.url, page.text
    return find_driver(lead, phone)


def decide(browser, verdict):
    """Decide the most urgent request in the leads' queue; return the page that follows."""
    queue = browser.get("/admin/cases/approval/queue/")
    path = re.search(r"/admin/cases/approval/\d+/decide/", queue.html)[0]
    return browser.post(path, queue.form("reason") | {"verdict": verdict, "reason": "서류 확인"})


def corrections(browser):
    """Return the keys of the corrections in the list."""
    html = browser.get("/admin/drivers/correction/").html
    return {int(key) for key in re.findall(r"/correction/(\d+)/change/", html)}


def test_rule_4_3_a_corrected_birthdate_reaches_the_phone_once(demo):
    agent = demo.sign_in("agent")
    driver = find_driver(agent)
    before, saved_before = demo.inbox(), corrections(agent)
    birthdate = "1980-03-05"

    page = agent.correct_birthdate(driver, birthdate)

    assert page.status == 200
    assert "생년월일을 변경했습니다" in page.text
    texts = eventually(lambda: demo.inbox()[: -len(before) or None], within=5, what="the text")
    assert [(each["to"], each["from"]) for each in texts] == [(PHONE, "16448830")]
    assert (texts[0]["kind"], texts[0]["bytes"]) == ("LMS", 405)
    assert texts[0]["subject"] == "[카카오 T] 생년월일 변경 완료 안내"
    assert texts[0]["body"] == MANUAL
    eventually(lambda: agent.message_states(driver)[0] == "delivered", within=8, what="the report")

    saved_again = agent.correct_birthdate(driver, birthdate)

    assert saved_again.status == 200
    assert "생년월일을 변경했습니다" not in saved_again.text
    assert saved_again.form("birthdate")["birthdate"] == ""  # a fresh page, not a refusal
    # A message is written with the save or never, so its list needs no waiting.
    assert len(agent.messages()) == len(before) + 1
    assert len(demo.inbox()) == len(before) + 1
    assert len(corrections(agent)) == len(saved_before) + 1


def test_reading_a22_another_year_reaches_the_phone_when_a_lead_has_agreed(demo):
    agent, lead = demo.sign_in("agent"), demo.sign_in("lead")
    driver = add_driver(demo, "01000005601")
    before = demo.inbox()

    asked = agent.correct_birthdate(driver, "1981-05-03")

    assert asked.status == 200
    assert "생년월일을 변경했습니다" not in asked.text
    assert agent.message_states(driver) == []

    decided = decide(lead, "approve")

    assert decided.status == 200
    texts = eventually(lambda: demo.inbox()[: -len(before) or None], within=5, what="the text")
    assert [(each["to"], each["body"]) for each in texts] == [("01000005601", MANUAL)]


def test_the_privacy_officer_sees_who_corrected_whom(demo):
    agent = demo.sign_in("agent")
    driver, before = add_driver(demo, "01000005602"), len(demo.inbox())
    agent.correct_birthdate(driver, "1980-03-05")
    latest = max(corrections(agent))
    eventually(lambda: len(demo.inbox()) == before + 1, within=5, what="the text")

    page = demo.sign_in("privacy").get("/admin/audit/accessrecord/?action__exact=edit")

    assert page.status == 200
    assert f"정보 변경: {latest}" in page.text
    assert "agent" in page.text
    assert "127.0.0.1" in page.text
    assert "1980" not in page.text  # a record of an access holds no personal datum


def test_a_used_port_is_said_in_a_sentence(demo, tmp_path):
    refused = demo.product.manage(
        "demo",
        f"--port={demo.port}",
        environment={"VAR_DIR": str(tmp_path), "DATABASE_URL": f"sqlite:///{tmp_path}/other"},
    )

    assert refused.returncode != 0
    assert str(demo.port) in refused.stderr
    assert "Traceback" not in refused.stderr
    assert len(refused.stderr.strip().splitlines()) == 1


def test_a_second_demo_in_one_folder_is_refused_in_a_sentence(demo):
    refused = demo.product.manage("demo", f"--port={free_port()}")

    assert refused.returncode != 0
    assert "running here already" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert demo.is_running
    assert demo.inbox() is not None


def test_ctrl_c_ends_every_process_and_a_second_start_keeps_what_was_entered(demo):
    agent = demo.sign_in("agent")
    driver = add_driver(demo, "01000005603")
    before = len(demo.inbox())
    agent.correct_birthdate(driver, "1980-03-05")
    eventually(lambda: len(demo.inbox()) == before + 1, within=5, what="the text")
    eventually(lambda: agent.message_states(driver)[0] == "delivered", within=8, what="the report")
    texts, states = demo.inbox(), agent.message_states(driver)
    # The web server alone has two: at least parent, gateway, worker, beat beside them.
    assert len(demo.product.pids()) >= 6

    demo.parent.signal(signal.SIGINT)

    status = demo.parent.wait(45)
    eventually(demo.is_gone, within=1, what="every process has ended")
    assert status == 0
    assert "Traceback" not in demo.parent.words()

    demo.start()

    assert "Keeping the drivers and cases" in demo.parent.words()
    assert demo.inbox() == texts
    agent = demo.sign_in("agent")
    assert find_driver(agent, "01000005603") == driver
    assert agent.message_states(driver) == states


def test_killing_the_demo_ends_its_children(demo):
    demo.parent.signal(signal.SIGKILL)
    demo.parent.wait(5)

    eventually(demo.is_gone, within=10, what="every process has ended")
