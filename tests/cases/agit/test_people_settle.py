"""A lead has looked into Agit: what was in doubt stands there, and is taken as posted."""

import pytest
from django.utils.translation import gettext, override

from backoffice.workflow.transitions import not_now
from cases.models import AgitPost

NOT_ALLOWED = "You are not allowed to do this."
SAY_WHY = "Say why; the reason goes into the history."
LOOKS_LIKE_A_CODE = (
    "This looks like a verification code. Codes are never written down; take it out."
)


def in_korean(sentence):
    with override("ko"):
        return gettext(sentence)


def stored(post):
    return AgitPost.objects.get(pk=post.pk)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ({"post_id": "77"}, "77"),
        ({"post_id": "  77 "}, "77"),
        ({"post_id": ""}, ""),
        ({}, ""),
        ({"post_id": "x" * 500}, "x" * 100),
    ],
)
def test_it_is_taken_as_posted_with_its_number_or_without(make_post, on_post, lead, typed, number):
    post = make_post("unknown", reason="no_answer", detail="No answer in time.")

    on_post(lead, post, "settle", reason="아지트에서 확인", **typed)

    now = stored(post)
    assert (now.state, now.provider_id) == ("accepted", number)
    assert (now.reason, now.detail) == ("", "")
    assert now.accepted_at is not None
    assert AgitPost.objects.count() == 1


def test_nothing_leaves_for_it(make_post, on_post, lead, agit, deliver):
    post = make_post("unknown")

    on_post(lead, post, "settle", reason="아지트에서 확인")
    deliver()

    assert agit.calls == 0


def test_the_decision_stands_in_the_history(make_post, on_post, lead):
    post = make_post("unknown")

    on_post(lead, post, "settle", reason="아지트에서 확인")

    decided, moved = post.changes.order_by("-pk")[:2][::-1]
    assert (decided.transition, decided.by, decided.note) == ("settle", lead, "아지트에서 확인")
    assert (moved.source, moved.target) == ("unknown", "accepted")


@pytest.mark.parametrize("who", ["agent", "privacy_officer", "administrator"])
def test_who_is_no_lead_settles_nothing(make_post, on_post, who, request):
    post = make_post("unknown")

    answer = on_post(request.getfixturevalue(who), post, "settle", reason="확인", post_id="7")

    assert (stored(post).state, stored(post).provider_id) == ("unknown", "")
    if answer.status_code != 404:
        assert answer.said == [in_korean(NOT_ALLOWED)]
    assert (answer.status_code == 404) == (who in {"privacy_officer", "administrator"})


def test_a_superuser_may_as_a_lead_may(make_post, on_post, superuser):
    post = make_post("unknown")

    on_post(superuser, post, "settle", reason="확인")

    assert stored(post).state == "accepted"


@pytest.mark.parametrize(
    ("who", "state"),
    [("agent", "failed"), ("lead", "failed"), ("superuser", "queued"), ("lead", "accepted")],
)
def test_what_is_in_no_doubt_is_refused_in_a_sentence(make_post, on_post, state, who, request):
    post = make_post(state, provider_id="1001")

    answer = on_post(request.getfixturevalue(who), post, "settle", reason="확인", post_id="7")

    with override("ko"):
        assert answer.said == [str(not_now(post))]
    assert (stored(post).state, stored(post).provider_id) == (state, "1001")


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [("", SAY_WHY), ("  ", SAY_WHY), ("코드 4321 확인", LOOKS_LIKE_A_CODE)],
)
def test_a_reason_is_needed_and_no_code(make_post, on_post, lead, reason, sentence):
    post = make_post("unknown")

    answer = on_post(lead, post, "settle", reason=reason, post_id="7")

    assert answer.said == [in_korean(sentence)]
    assert (stored(post).state, stored(post).provider_id) == ("unknown", "")


def test_a_refused_page_keeps_the_number_that_was_typed(make_post, on_post, lead):
    page = on_post(lead, make_post("unknown"), "settle", reason="", post_id='7"><b>1')

    assert 'value="7&quot;&gt;&lt;b&gt;1"' in page.content.decode()


def test_a_second_click_changes_nothing(make_post, on_post, lead):
    post = make_post("unknown")
    on_post(lead, post, "settle", reason="확인", post_id="7")

    answer = on_post(lead, post, "settle", reason="확인", post_id="8")

    with override("ko"):
        assert answer.said == [str(not_now(stored(post)))]
    assert stored(post).provider_id == "7"


def test_what_was_posted_again_is_not_settled(make_post, on_post, lead, other_lead):
    post = make_post("unknown")
    on_post(lead, post, "again", reason="아지트에 없음")

    answer = on_post(other_lead, post, "settle", reason="아지트에 있음")

    with override("ko"):
        assert answer.said == [str(not_now(post))]
    assert stored(post).state == "unknown"


def test_what_was_settled_is_not_posted_again(make_post, on_post, lead, other_lead):
    post = make_post("unknown")
    on_post(lead, post, "settle", reason="아지트에 있음")

    answer = on_post(other_lead, post, "again", reason="아지트에 없음")

    with override("ko"):
        assert answer.said == [str(not_now(stored(post)))]
    assert AgitPost.objects.count() == 1


def test_an_answer_that_comes_late_settles_it_before_a_person_does(make_post, on_post, lead):
    post = make_post("unknown")
    post.advance("accepted", provider_id="1001")

    on_post(lead, post, "settle", reason="확인", post_id="7")

    assert stored(post).provider_id == "1001"
