"""What Agit may answer, over a real socket, and what becomes of the post."""

import json
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from backoffice.outbox.dispatch import dispatch_due, sweep
from cases.models import AgitPost

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def stored(post):
    return AgitPost.objects.get(pk=post.pk)


@pytest.fixture
def answered(agit, make_post, deliver):
    """answered(500, "…"): the post as it is stored after Agit has answered that."""

    def make(status, body="", **headers):
        agit.script.append((status, body, headers))
        post = make_post()
        deliver()
        return stored(post)

    return make


@pytest.fixture
def never_again(agit, state_of):
    """never_again(post): a sweep and a bell days later give Agit nothing more."""

    def check(post):
        before, state = len(agit.posts), state_of(post)
        with time_machine.travel(post.claimed_at + 9 * DAY):
            sweep()
            dispatch_due()
        assert (len(agit.posts), state_of(post)) == (before, state)

    return check


def test_the_post_is_its_text_as_markdown(agit, make_post, deliver):
    post = make_post()

    deliver()

    assert agit.posts == [{"text": post.text, "mrkdwn": True}]
    assert agit.paths == ["/webhook/of-the-department"]
    assert agit.kinds == ["application/json"]


def test_a_comment_names_the_post_it_belongs_under(agit, make_post, make_case, deliver):
    post = make_post()
    make_case(driver=post.case.driver)

    deliver()

    assert agit.posts[1] == {
        "text": post.comments.get().text,
        "mrkdwn": True,
        "parent_id": 1001,
    }


@pytest.mark.parametrize("given", [7, "7", "a7-uuid"])
def test_an_id_is_an_acceptance(answered, given, never_again):
    post = answered(200, json.dumps({"id": given, "more": ["…"]}))

    assert (post.state, post.provider_id, post.attempts) == ("accepted", str(given), 1)
    assert post.accepted_at is not None
    assert post.answer == {"id": given, "more": ["…"]}
    never_again(post)


@pytest.mark.parametrize(("given", "sent"), [("7", 7), ("a7-uuid", "a7-uuid")])
def test_the_id_is_given_back_as_a_number_where_it_is_one(
    agit, make_post, make_case, deliver, given, sent
):
    agit.script.append((200, json.dumps({"id": given})))
    post = make_post()
    make_case(driver=post.case.driver)

    deliver()

    assert agit.posts[1]["parent_id"] == sent


@pytest.mark.parametrize(
    "body",
    [
        "",
        "ok",
        "[]",
        "<html><body>ok</body></html>",
        '{"id": null}',
        '{"id": ""}',
        '{"id": [7]}',
        '{"id": 7.5}',
        '{"id": 7',
        '"7"',
    ],
)
def test_a_yes_without_an_id_is_a_doubt(answered, body, never_again):
    post = answered(200, body)

    assert (post.state, post.reason) == ("unknown", "unclear_answer")
    assert (post.provider_id, post.accepted_at) == ("", None)
    never_again(post)


@pytest.mark.parametrize("status", [202, 204, 500, 502, 503])
def test_neither_yes_nor_no_is_a_doubt(answered, status, never_again):
    post = answered(status, "" if status == 204 else '{"id": 7}')

    assert (post.state, post.reason, post.detail) == (
        "unknown",
        "unclear_answer",
        f"HTTP {status}",
    )
    never_again(post)


@pytest.mark.parametrize("status", [400, 401, 404, 422])
def test_a_refusal_is_for_good(answered, status, never_again):
    post = answered(status, '{"error": "no"}')

    assert (post.state, post.reason, post.detail) == ("failed", "refused", f"HTTP {status}")
    assert post.answer == {"error": "no"}
    never_again(post)


@pytest.mark.parametrize("status", [302, 307])
def test_a_redirection_is_not_followed(agit, answered, status, never_again):
    post = answered(status, Location=f"{agit.url}/elsewhere")

    assert agit.paths == ["/webhook/of-the-department"]
    assert post.state in AgitPost.NEED_A_PERSON
    never_again(post)


@pytest.mark.parametrize(
    ("said", "waits"),
    [(None, 5), ("2", 5), ("120", 120), ("soon", 5), ("999999", 3600)],
)
def test_busy_is_tried_again_when_agit_says(agit, make_post, state_of, said, waits):
    agit.script.append((429, "", {"Retry-After": said} if said else {}))
    with time_machine.travel(NOW, tick=False) as clock:
        post = make_post()

        dispatch_due()

        assert (stored(post).state, stored(post).reason) == ("queued", "busy")
        assert stored(post).not_before == NOW + timedelta(seconds=waits)
        clock.shift(timedelta(seconds=waits - 1))
        assert dispatch_due() == 0
        clock.shift(timedelta(seconds=1))
        dispatch_due()

    assert (stored(post).state, stored(post).attempts) == ("accepted", 2)
    assert [each["text"] for each in agit.posts] == [post.text] * 2


@pytest.mark.parametrize("given", ["true", "false"])
def test_a_truth_value_is_no_id(answered, given):
    assert answered(200, f'{{"id": {given}}}').state == "unknown"


@pytest.mark.parametrize(
    "body", ['{"id": 7, "at": NaN}', '{"id": 1e400}', '{"id": "\\ud800"}', '{"id": Infinity}']
)
def test_an_answer_that_cannot_be_stored_stays_in_its_row(agit, make_post, state_of, body):
    agit.script.append((200, body))
    post, next_one = make_post(), make_post()

    dispatch_due()

    assert state_of(post) != "sending"
    assert state_of(next_one) == "accepted"


def test_an_answer_with_a_nul_stays_in_its_row(agit, make_post, state_of):
    agit.script.append((200, '{"id": 7, "more": "\\u0000"}'))
    post = make_post()

    dispatch_due()

    assert state_of(post) == "accepted"
