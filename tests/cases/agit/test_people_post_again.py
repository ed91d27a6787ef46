"""A person decides that a post goes out once more; the old one stays as it ended."""

import pytest
from django.test import Client
from django.utils.translation import gettext, override

from backoffice.workflow.transitions import not_now
from cases.models import AgitPost

NOT_ALLOWED = "You are not allowed to do this."
SAY_WHY = "Say why; the reason goes into the history."
LOOKS_LIKE_A_CODE = (
    "This looks like a verification code. Codes are never written down; take it out."
)
AGAIN_ALREADY = "It has been posted again already."
MAY_DECIDE = {  # who may post again what stands so
    "failed": {"agent", "lead", "superuser"},
    "unknown": {"lead", "superuser"},
}
PEOPLE = ["agent", "lead", "superuser", "privacy_officer", "administrator"]


def in_korean(sentence):
    with override("ko"):
        return gettext(sentence)


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("state", MAY_DECIDE)
def test_a_failed_one_is_for_all_who_work_and_one_in_doubt_for_leads(
    make_post, on_post, state_of, state, who, request
):
    post = make_post(state)

    answer = on_post(request.getfixturevalue(who), post, "again", reason="다시 게시")

    new = AgitPost.objects.exclude(pk=post.pk)
    assert new.exists() == (who in MAY_DECIDE[state])
    assert state_of(post) == state
    if who in {"privacy_officer", "administrator"}:
        assert answer.status_code == 404
    elif not new.exists():
        assert answer.said == [in_korean(NOT_ALLOWED)]


def test_the_new_post_is_the_old_one_once_more(make_post, on_post, lead):
    post = make_post("failed")

    answer = on_post(lead, post, "again", reason="주소를 고침")

    new = AgitPost.objects.get(resend_of=post)
    assert (new.text, new.case, new.parent, new.state) == (post.text, post.case, None, "queued")
    assert new.reference != post.reference
    assert answer.url == f"/admin/cases/agitpost/{new.pk}/change/"


def test_the_decision_stands_in_the_history(make_post, on_post, lead):
    post = make_post("unknown")

    on_post(lead, post, "again", reason="아지트에 없음")

    line = post.changes.latest("pk")
    assert (line.transition, line.by, line.note) == ("send_again", lead, "아지트에 없음")
    assert (line.source, line.target) == ("unknown", "unknown")


def test_it_rings_for_the_worker(make_post, on_post, agent, django_capture_on_commit_callbacks):
    post = make_post("failed")

    with django_capture_on_commit_callbacks() as bells:
        on_post(agent, post, "again", reason="다시")

    assert len(bells) == 1


def test_what_was_in_doubt_is_taken_once_more_by_agit(
    make_post, on_post, lead, agit, deliver, state_of
):
    agit.script.append("hang up")
    post = make_post()
    deliver()

    on_post(lead, post, "again", reason="아지트에 없음")
    deliver()

    assert (agit.calls, state_of(post)) == (2, "unknown")
    assert AgitPost.objects.get(resend_of=post).state == "accepted"


@pytest.mark.parametrize(
    ("who", "state"),
    [("agent", "queued"), ("lead", "queued"), ("superuser", "sending"), ("lead", "accepted")],
)
def test_what_needs_nobody_is_refused_in_a_sentence(make_post, on_post, state, who, request):
    post = make_post(state)

    answer = on_post(request.getfixturevalue(who), post, "again", reason="다시")

    with override("ko"):
        assert answer.said == [str(not_now(post))]
    assert AgitPost.objects.count() == 1


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        (None, SAY_WHY),
        ("", SAY_WHY),
        (" \n ", SAY_WHY),
        ("인증번호 1234", LOOKS_LIKE_A_CODE),
        ("123 456", LOOKS_LIKE_A_CODE),
    ],
)
def test_a_reason_is_needed_and_no_code(make_post, on_post, lead, reason, sentence):
    typed = {} if reason is None else {"reason": reason}

    answer = on_post(lead, make_post("failed"), "again", **typed)

    assert answer.said == [in_korean(sentence)]
    assert AgitPost.objects.count() == 1


def test_the_sentence_is_in_the_language_of_the_person(make_post, on_post, lead, client):
    client.cookies["django_language"] = "en"

    assert on_post(lead, make_post("failed"), "again").said == [SAY_WHY]


def test_a_second_click_posts_nothing_more(make_post, on_post, agent):
    post = make_post("failed")
    on_post(agent, post, "again", reason="다시")

    answer = on_post(agent, post, "again", reason="다시")

    assert answer.said == [in_korean(AGAIN_ALREADY)]
    assert AgitPost.objects.count() == 2


@pytest.mark.parametrize("state", ["failed", "unknown"])
def test_what_was_posted_again_can_be_posted_again_itself(make_post, on_post, lead, state):
    post = make_post(state)
    on_post(lead, post, "again", reason="첫 번째")
    second = AgitPost.objects.get(resend_of=post)
    AgitPost.objects.filter(pk=second.pk).update(state=state)

    on_post(lead, second, "again", reason="두 번째")

    assert AgitPost.objects.get(resend_of=second).text == post.text


def test_a_comment_posted_again_stays_under_its_post(make_post, make_case, on_post, agent):
    post = make_post("accepted", provider_id="1001")
    comment = make_case(driver=post.case.driver).agit_posts.get()
    AgitPost.objects.filter(pk=comment.pk).update(state="failed")

    on_post(agent, comment, "again", reason="다시")

    assert AgitPost.objects.get(resend_of=comment).parent == post


def test_comments_move_along_each_time(make_post, make_case, on_post, agent):
    post = make_post("failed")
    comment = make_case(driver=post.case.driver).agit_posts.get()
    for _time in range(2):
        on_post(agent, post, "again", reason="다시")
        post = AgitPost.objects.get(resend_of=post)
        AgitPost.objects.filter(pk=post.pk).update(state="failed")

    comment.refresh_from_db()
    assert comment.parent == post


@pytest.mark.parametrize("key", [0, 999_999, 10**17, 10**40])
def test_a_post_that_is_not_there_is_not_found(signed_in, lead, key):
    answer = signed_in(lead).post(f"/admin/cases/agitpost/{key}/again/", {"reason": "다시"})

    assert answer.status_code == 404


def test_nobody_signed_in_decides_nothing(make_post):
    post = make_post("failed")

    answer = Client().post(f"/admin/cases/agitpost/{post.pk}/again/", {"reason": "다시"})

    assert (answer.status_code, AgitPost.objects.count()) == (302, 1)
    assert "/login/" in answer.url


def test_a_page_of_another_site_decides_nothing(make_post, lead):
    post = make_post("failed")
    client = Client(enforce_csrf_checks=True)
    client.force_login(lead)

    answer = client.post(f"/admin/cases/agitpost/{post.pk}/again/", {"reason": "다시"})

    assert (answer.status_code, AgitPost.objects.count()) == (403, 1)
