"""A driver who calls again about what was posted: a comment under the same post, once a case."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils.translation import gettext, override

from backoffice.workflow.transitions import perform
from cases import agit as posting
from cases.models import AgitPost, Case, ConsultationType


@pytest.fixture
def call_again(signed_in, agent):
    """call_again(case): the driver calls again, and the agent adds that on the page."""

    def call(earlier, **typed):
        about = {
            "driver": earlier.driver_id,
            "channel": "phone",
            "presented_phone": "",
            "consultation_type": earlier.consultation_type_id,
            "note": "",
        }
        response = signed_in(agent).post("/admin/cases/case/add/", about | typed)
        assert response.status_code == 302, response.context["errors"]
        return Case.objects.latest("pk")

    return call


def comment_of(case):
    return case.agit_posts.get()


def test_a_new_call_about_the_same_is_a_comment(make_post, call_again, agit, deliver):
    post = make_post()
    deliver()

    again = call_again(post.case)

    comment = comment_of(again)
    assert (comment.parent, comment.state) == (post, "queued")
    deliver()
    assert [each.get("parent_id") for each in agit.posts] == [None, 1001]
    assert agit.posts[1]["text"] == comment.text


def test_the_comment_says_which_call_it_is_and_nothing_of_the_driver(
    make_post, call_again, settings, driver, make_case
):
    settings.AGIT_MENTION, settings.SITE_URL = "@ops", "https://support.example.com"
    post = make_post(case=make_case("start", driver=driver))

    again = call_again(post.case, note="홍길동 010-0000-1234 1980-05-03")

    said = "The driver called again (%(number)s, re-contact %(count)s)"
    with override("ko"):
        expected = gettext(said) % {"number": again.number, "count": 1}
    text = comment_of(again).text
    assert f"*{expected}* @ops" in text
    assert f"(https://support.example.com/admin/cases/case/{again.pk}/change/)" in text
    assert [each for each in ("홍", "010", "1980", "1234") if each in text] == []


@pytest.mark.parametrize("state", ["queued", "sending", "failed", "unknown"])
def test_a_comment_never_leaves_before_its_post(make_post, call_again, agit, deliver, state):
    post = make_post(state)
    AgitPost.objects.filter(pk=post.pk).update(not_before="2100-01-01T00:00Z")
    call_again(post.case)

    deliver()

    assert agit.calls == 0


def test_post_and_comment_leave_in_this_order(make_post, call_again, agit, deliver):
    post = make_post()
    comment = comment_of(call_again(post.case))

    deliver()

    assert [each["text"] for each in agit.posts] == [post.text, comment.text]
    assert agit.posts[1]["parent_id"] == 1001


def test_it_follows_the_post_that_was_posted_again(make_post, call_again, agit, deliver, agent):
    agit.script.append((404, ""))
    post = make_post()
    comment = comment_of(call_again(post.case))
    deliver()
    assert agit.calls == 1

    new = posting.post_again(post, by=agent, reason="주소 수정")
    deliver()

    comment.refresh_from_db()
    assert (comment.parent, comment.state) == (new, "accepted")
    assert agit.posts[2]["parent_id"] == 1002


def test_a_call_after_it_was_posted_again_comments_on_the_new_one(make_post, call_again, agent):
    post = make_post("failed")
    new = posting.post_again(post, by=agent, reason="다시")

    assert comment_of(call_again(post.case)).parent == new


def test_a_call_in_the_moment_in_which_it_is_posted_again_comments_on_the_new_one(
    make_post, call_again, lead, monkeypatch
):
    """Looked for before, and queued after: nobody could post either of the old ones again."""
    post, look = make_post("failed"), posting._latest

    def look_and_wait(case):
        found = look(case)
        posting.post_again(post, by=lead, reason="다시")
        return found

    monkeypatch.setattr(posting, "_latest", look_and_wait)

    assert comment_of(call_again(post.case)).parent.resend_of == post


@pytest.mark.parametrize(("number", "sent"), [("77", 77), ("a-7", "a-7")])
def test_it_goes_under_the_number_that_a_lead_has_seen(
    make_post, call_again, agit, deliver, lead, number, sent
):
    post = make_post("unknown")
    call_again(post.case)

    posting.settle(post, by=lead, reason="아지트에서 확인", post_id=number)
    deliver()

    assert [each["parent_id"] for each in agit.posts] == [sent]


def test_without_a_number_it_stands_by_itself(make_post, call_again, agit, deliver, lead):
    post = make_post("unknown")
    call_again(post.case)

    posting.settle(post, by=lead, reason="아지트에서 확인")
    deliver()

    assert len(agit.posts) == 1
    assert "parent_id" not in agit.posts[0]


def test_each_call_is_one_comment_under_the_first_post(make_post, call_again, agit, deliver):
    post = make_post()
    cases = [call_again(post.case) for _call in range(3)]

    deliver()

    assert [comment_of(each).parent for each in cases] == [post] * 3
    assert [each.get("parent_id") for each in agit.posts] == [None, 1001, 1001, 1001]


def test_once_a_case(make_post, call_again):
    again = call_again(make_post().case)

    assert posting.note_recontact(again) is None
    assert again.agit_posts.count() == 1


def test_a_call_about_something_else_is_no_comment(make_post, call_again):
    other = ConsultationType.objects.filter(is_leaf=True).last()

    assert not call_again(make_post().case, consultation_type=other.pk).agit_posts.exists()


def test_another_drivers_call_is_no_comment(make_post, call_again, make_driver):
    assert not call_again(make_post().case, driver=make_driver().pk).agit_posts.exists()


def test_a_call_after_one_that_was_not_posted_is_no_comment(make_case, call_again):
    again = call_again(make_case("start"))

    assert again.previous_case is not None
    assert not again.agit_posts.exists()


def test_a_rejected_escalation_leaves_nothing_to_comment_on(make_case, escalate, lead, call_again):
    case = escalate(make_case("start"))
    perform(case, "return_to_agent", by=lead, reason="재설치 먼저")

    assert not call_again(case).agit_posts.exists()


def test_escalated_twice_the_second_post_is_a_comment_under_the_first(
    make_post, escalate, approve, agit, deliver, lead, stored
):
    post = make_post()
    deliver()
    case = perform(stored(post.case), "return_to_agent", by=lead, reason="다시 확인")

    second = approve(escalate(case, reason="재확인 후에도 불가"))
    deliver()

    assert second.parent == post
    assert "재확인 후에도 불가" in agit.posts[1]["text"]
    assert [each.get("parent_id") for each in agit.posts] == [None, 1001]


def test_the_escalation_of_a_second_call_goes_under_the_first_post(
    make_post, call_again, escalate, approve, agent
):
    post = make_post()
    again = perform(call_again(post.case), "start", by=agent)

    second = approve(escalate(again))

    assert second.parent == post
    assert again.agit_posts.count() == 2


def test_what_was_posted_about_earlier_contacts_is_left_alone(
    make_post, call_again, escalate, approve, agent
):
    """Nobody in the department looks at a post of last year for what is new."""
    made = datetime(2026, 3, 2, 1, tzinfo=UTC)
    with time_machine.travel(made, tick=False):
        old = make_post("accepted", provider_id="1001").case
    with time_machine.travel(made + timedelta(days=300), tick=False):
        first = call_again(old)
        again = perform(call_again(first), "start", by=agent)
        post = approve(escalate(again))
        comment = comment_of(call_again(again))

    assert (first.recontact_no, again.recontact_no) == (0, 1)
    assert list(again.agit_posts.all()) == [post]
    assert (post.parent, comment.parent) == (None, post)
