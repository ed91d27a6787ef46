"""The keys that need no mouse, and that they rest while somebody types or composes Hangul."""

import pytest
from playwright.sync_api import expect

from tests.e2e.call import PLACE, Call

pytestmark = pytest.mark.long

COMPOSED = """([key, how]) => document.body.dispatchEvent(
    new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...how }),
)"""
CATCH = """addEventListener("submit", (event) => {
    event.preventDefault();
    window.sent = true;
}, true)"""
ENTER_OF_THE_IME = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229}
FIND = ".find input[name=q]"
BESIDE = ".nav-find input[name=q]"


@pytest.fixture(scope="module")
def driver(demo):
    number = "01000005790"
    return number, demo.desk("add_driver", phone=f"+82{number[1:]}")["pk"]


@pytest.fixture
def agent(somebody):
    return somebody("agent")


@pytest.fixture
def call(agent, driver):
    return Call(agent, driver[0]).about(3)


def test_a_number_key_chooses_an_answer(call):
    assert call.page.locator('[data-key="5"]').inner_text().split("\n")[-2].strip() == "모두 아님"

    call.agent.press("5")

    call.stands_at("재설치 여부")


def test_a_call_goes_on_without_loading_its_page_anew(call):
    call.page.evaluate("window.isSame = true")

    call.answers("모두 아님").stands_at("재설치 여부")
    call.page.locator(".go-back button").click()
    call.stands_at("변경 여부 기본 질문")

    assert call.page.evaluate("window.isSame")


def test_a_note_that_was_begun_is_not_lost_by_going_on(call):
    call.page.fill("#desk-note", "통화 중 메모")
    call.page.evaluate("document.activeElement.blur()")

    call.answers("모두 아님").stands_at("재설치 여부")

    assert call.page.input_value("#desk-note") == "통화 중 메모"


def test_the_browsers_own_way_back_leads_out_of_the_call(call):
    call.answers("모두 아님")

    call.page.go_back()

    expect(call.page.locator('[data-key="4"]')).to_be_visible()
    assert "/admin/call/" in call.page.url


# A route stands before its page is loaded: an open page may ask once more past a new one.
def test_an_answer_that_is_no_page_is_sent_by_the_browser_itself(agent, driver):
    """As where the session has ended: the page to sign in again has another frame."""
    refused = {"status": 403, "content_type": "text/html", "body": "<p>refused</p>"}
    asked = []
    agent.page.route(
        "**/desk/answer/", lambda route: [asked.append(route), route.fulfill(**refused)]
    )
    call = Call(agent, driver[0]).about(3)

    with call.page.expect_navigation():
        call.agent.press("1")

    assert call.page.inner_text("p") == "refused"
    assert [each.request.is_navigation_request() for each in asked] == [False, True]
    assert len({each.request.post_data for each in asked}) == 1
    call.agent.seen.problems.clear()


def test_a_line_that_breaks_after_the_case_was_opened_opens_no_second(agent, driver):
    opened = []

    def lose_the_answer(route):
        if route.request.method == "POST" and not opened:
            opened.append(route.fetch(max_redirects=0).headers["location"])
            route.abort("connectionreset")
        else:
            route.continue_()

    agent.page.route("**/admin/call/**", lose_the_answer)
    call = Call(agent, driver[0]).about(3)

    assert call.page.url.endswith(opened[0])
    agent.seen.problems.clear()


@pytest.mark.parametrize("key", ["5", "/", "?"])
@pytest.mark.parametrize("how", [{"isComposing": True}, {"keyCode": 229}, {"ctrlKey": True}])
def test_no_key_works_while_hangul_is_composed(call, key, how):
    before, tabs = call.agent.value(PLACE), len(call.agent.context.pages)

    went_through = call.page.evaluate(COMPOSED, [key, how])

    assert went_through, "Somebody took the key for himself."
    assert (call.agent.value(PLACE), len(call.agent.context.pages)) == (before, tabs)


def test_keys_rest_while_somebody_types(call):
    before = call.agent.value(PLACE)
    call.page.focus("#desk-note")

    call.agent.type("5 / ? 메모")

    assert call.page.input_value("#desk-note") == "5 / ? 메모"
    assert call.agent.value(PLACE) == before


def test_slash_leads_to_the_search(agent):
    agent.look("/admin/").press("/")

    expect(agent.page.locator(FIND)).to_be_focused()


@pytest.mark.parametrize("path", ["/admin/sessions/", "/admin/help/"])
def test_a_driver_is_found_from_every_page(path, agent, driver):
    agent.look(path).press("/")
    expect(agent.page.locator(BESIDE)).to_be_focused()

    with agent.page.expect_navigation():
        agent.type(driver[0]).press("Enter")

    assert agent.page.locator(f"#result_list a[href*='/driver/{driver[1]}/']").count() == 1


def test_slash_leads_from_the_desk_to_the_search(call):
    call.agent.press("/")

    expect(call.page.locator(BESIDE)).to_be_focused()


def test_slash_leads_to_the_first_page_where_the_menu_is_hidden(call):
    call.page.set_viewport_size({"width": 1024, "height": 768})

    call.agent.press("/")

    expect(call.page.locator(FIND)).to_be_focused()
    assert call.page.url.endswith("/admin/")


def test_slash_leads_to_the_box_of_a_list(agent):
    agent.look("/admin/cases/case/").press("/")

    expect(agent.page.locator("#searchbar")).to_be_focused()


def test_slash_loses_nothing_that_was_typed(call):
    call.page.fill("#desk-note", "통화 중")
    call.page.evaluate("document.activeElement.blur()")

    call.agent.press("/")

    assert call.page.input_value("#desk-note") == "통화 중"
    assert "/desk/" in call.page.url


def test_question_mark_opens_the_help_beside_the_call(call):
    with call.agent.context.expect_page() as opened:
        call.agent.press("?")

    opened.value.wait_for_url("**/admin/help/")
    assert "/desk/" in call.page.url


def test_enter_that_ends_a_syllable_does_not_send_the_decision(demo, driver, somebody):
    demo.desk("escalate", driver=driver[1])
    lead = somebody("lead").look("/admin/cases/approval/queue/").press("a")
    reason = lead.page.locator("[name=reason]").first
    expect(reason).to_be_focused()
    lead.page.evaluate(CATCH)
    keyboard = lead.context.new_cdp_session(lead.page)

    composed = {"text": "확인", "selectionStart": 2, "selectionEnd": 2}
    keyboard.send("Input.imeSetComposition", composed)
    keyboard.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **ENTER_OF_THE_IME})

    assert lead.page.evaluate("window.sent") is None

    keyboard.send("Input.insertText", {"text": "확인"})
    lead.press("Enter")

    assert lead.page.evaluate("window.sent") is True
    assert reason.input_value() == "확인"
