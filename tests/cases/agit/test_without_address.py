"""While AGIT_WEBHOOK_URL is not set, posts wait, however long, and the pages say so."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from django.utils.translation import gettext, override

from backoffice.outbox.dispatch import dispatch_due, sweep
from cases.models import AgitPost

SENTENCE = "No address of Agit is set (AGIT_WEBHOOK_URL). Posts wait until it is."


@pytest.fixture
def says(signed_in, agent):
    """says("…/change/"): whether the page tells that posts wait for an address."""

    def look(page, person=agent, language="ko"):
        client = signed_in(person)
        client.cookies["django_language"] = language
        response = client.get(page)
        assert response.status_code == 200
        with override(language):
            return gettext(SENTENCE) in response.content.decode()

    return look


def pages_of(case):
    return [f"/admin/cases/case/{case.pk}/desk/", f"/admin/cases/case/{case.pk}/change/"]


def test_posts_wait_however_long(make_post, settings, state_of):
    post = make_post()
    late = timezone.now() + settings.OUTBOX_TOO_OLD + timedelta(days=30)

    with time_machine.travel(late):
        found = sweep()
        dispatch_due()

    assert found["failed"] == 0
    post.refresh_from_db()
    assert (post.state, post.attempts) == ("queued", 0)


def test_they_leave_once_it_is_set(make_post, make_case, agit, settings, state_of):
    settings.AGIT_WEBHOOK_URL = ""
    posts = [make_post(), make_post()]
    comment = make_case(driver=posts[0].case.driver).agit_posts.get()
    late = timezone.now() + settings.OUTBOX_TOO_OLD * 3
    with time_machine.travel(late):
        dispatch_due()
    assert agit.calls == 0

    settings.AGIT_WEBHOOK_URL = agit.url
    with time_machine.travel(late):
        sweep()
        dispatch_due()

    assert [state_of(each) for each in (*posts, comment)] == ["accepted"] * 3
    assert [each["text"] for each in agit.posts] == [*(each.text for each in posts), comment.text]
    assert agit.posts[2]["parent_id"] == 1001


def test_texts_to_drivers_do_not_wait_with_them(corrected, make_post, sent):
    make_post()
    corrected()

    dispatch_due()

    assert len(sent) == 1
    assert AgitPost.objects.get().state == "queued"


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_desk_and_the_case_say_so(make_post, says, language):
    post = make_post()

    assert [says(page, language=language) for page in pages_of(post.case)] == [True, True]


def test_the_page_of_the_post_says_so(make_post, says):
    assert says(f"/admin/cases/agitpost/{make_post().pk}/change/")


def test_nothing_is_said_where_it_is_set(make_post, says, settings):
    settings.AGIT_WEBHOOK_URL = "http://127.0.0.1:1/webhook"
    post = make_post()

    assert [says(page) for page in pages_of(post.case)] == [False, False]


@pytest.mark.parametrize("state", ["accepted", "unknown"])
def test_nothing_is_said_of_a_post_that_does_not_wait(make_post, says, state):
    post = make_post(state)

    assert not says(pages_of(post.case)[1])


def test_nothing_is_said_where_nothing_is_posted(make_case, says):
    assert [says(page) for page in pages_of(make_case("start"))] == [False, False]
