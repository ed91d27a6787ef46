"""The line to Agit breaks: tried again only where nothing can have arrived, and never doubled."""

import socket
import time
from datetime import timedelta

import pytest
import time_machine
from aiohttp import ClientOSError, ClientSession
from django.utils import timezone

from backoffice.outbox.dispatch import dispatch_due, sweep
from backoffice.outbox.holds import current_hold
from cases.models import AgitPost

HOUR = timedelta(hours=1)
SHORT = b"HTTP/1.0 200 OK\r\nContent-Length: 100\r\n\r\n"


@pytest.fixture
def nobody_listens():
    """An address that refuses connections."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{bound.getsockname()[1]}/webhook"


@pytest.fixture
def after():
    """after(HOUR): the bells and the sweep of that time from now."""

    def run(later):
        with time_machine.travel(AgitPost.objects.latest("pk").queued_at + later):
            sweep()
            dispatch_due()

    return run


def test_who_cannot_be_reached_has_nothing_and_is_tried_again(
    nobody_listens, make_post, deliver, settings
):
    settings.AGIT_WEBHOOK_URL = nobody_listens
    post = make_post()

    deliver()

    post.refresh_from_db()
    assert (post.state, post.reason, post.attempts) == ("queued", "no_connection", 1)


def test_what_could_not_leave_leaves_as_soon_as_agit_is_back(
    nobody_listens, agit, make_post, settings, after, state_of
):
    settings.AGIT_WEBHOOK_URL = nobody_listens
    post = make_post()
    for hours in range(3):
        after(hours * HOUR)
    assert state_of(post) == "queued"

    settings.AGIT_WEBHOOK_URL = agit.url
    after(4 * HOUR)

    post.refresh_from_db()
    assert (post.state, post.attempts, post.reason) == ("accepted", 4, "")
    assert len(agit.posts) == 1


def test_silence_is_a_doubt_after_the_limit(agit, make_post, deliver, settings):
    settings.OUTBOX_WIRE_LIMIT = timedelta(seconds=0.2)
    agit.script.append("hang")
    post = make_post()
    started = time.monotonic()

    deliver()

    post.refresh_from_db()
    assert (post.state, post.reason) == ("unknown", "no_answer")
    assert time.monotonic() - started < 2


FAULTS = {
    "closed before reading": ("hang up unread", "line_broke"),
    "closed after reading": ("hang up", "line_broke"),
    "closed within the answer": (SHORT, "line_broke"),
    "no HTTP": (b"220 smtp.example.com\r\n\r\n", "unclear_answer"),
    "500": ((500, ""), "unclear_answer"),
    "502": ((502, "<html>bad gateway</html>"), "unclear_answer"),
    "taken, and an answer without id": ((200, "{}"), "unclear_answer"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_broken_line_is_a_doubt_and_never_a_second_post(
    agit, make_post, deliver, after, state_of, fault
):
    """Who hangs up may have read before: only a person who looks into Agit can tell."""
    how, reason = FAULTS[fault]
    agit.script.append(how)
    post = make_post()

    deliver()

    post.refresh_from_db()
    assert (post.state, post.reason) == ("unknown", reason)
    assert "of-the-department" not in f"{post.detail}{post.answer}"  # the address is a secret
    after(48 * HOUR)
    assert state_of(post) == "unknown"
    assert agit.calls == 1


@pytest.mark.parametrize("number", [None, 104])
def test_the_librarys_words_which_hold_the_address_are_not_kept(
    number, agit, make_post, deliver, monkeypatch
):
    def broken(self, method, url, **kwargs):
        raise ClientOSError(number, f"Can not write request body for {url}")

    monkeypatch.setattr(ClientSession, "request", broken)
    post = make_post()

    deliver()

    post.refresh_from_db()
    told = "Connection reset by peer" if number else "ClientOSError"
    assert (post.reason, post.detail) == ("line_broke", told)


def test_an_address_that_is_none_stops_the_posts_and_loses_none(make_post, deliver, settings):
    settings.AGIT_WEBHOOK_URL = "http://:80/webhook/of-the-department"
    post = make_post()

    deliver()

    post.refresh_from_db()
    assert (post.state, post.reason, post.detail) == ("queued", "bad_address", "")
    assert current_hold(AgitPost).reason == "bad_address"


@pytest.mark.parametrize("seed", range(0, 11, 5))
def test_each_intent_is_posted_at_most_once_through_all_faults(
    agit, make_post, settings, after, seed
):
    # Only one of them waits for it; the others must not meet it on a busy machine.
    settings.OUTBOX_WIRE_LIMIT = timedelta(seconds=2)
    faults = [how for how, _reason in FAULTS.values()] + ["hang", (429, ""), (404, ""), None]
    agit.script[:] = faults[seed:] + faults[:seed]
    posts = [make_post() for _each in range(len(faults))]

    for hours in range(3):
        after(hours * HOUR)

    read = [each["text"] for each in agit.posts]
    asked_again = sum(post.attempts > 1 for post in AgitPost.objects.all())
    assert asked_again == 1  # the one that was told to come later
    assert len(read) - len(set(read)) <= asked_again
    assert agit.calls == len(posts) + asked_again
    states = list(AgitPost.objects.order_by("pk").values_list("state", flat=True))
    assert sorted(states) == ["accepted"] * 2 + ["failed"] + ["unknown"] * 8


def test_a_worker_that_died_on_the_wire_leaves_a_doubt(agit, make_post, after):
    """What it leaves is a row on the wire; nobody knows whether Agit has the post."""
    post = make_post("sending", claimed_at=timezone.now(), attempts=1)

    after(HOUR)

    post.refresh_from_db()
    assert (post.state, post.reason) == ("unknown", "worker_lost")
    assert agit.calls == 0


def test_an_answer_that_comes_after_all_settles_it(agit, make_post, after):
    """The sweep took the worker for dead; then it came with the number of the post."""
    post = make_post("sending", claimed_at=timezone.now(), attempts=1)
    after(HOUR)

    post.advance("accepted", provider_id="1001", reason="")

    post.refresh_from_db()
    assert (post.state, post.provider_id, post.reason) == ("accepted", "1001", "")


def test_one_fault_keeps_nobody_else_waiting(agit, make_post, deliver, state_of):
    agit.script += ["hang up", (404, "")]
    posts = [make_post() for _each in range(3)]

    deliver()

    # They are on the wire together, so which of them meets which fault is open.
    assert sorted(map(state_of, posts)) == ["accepted", "failed", "unknown"]
