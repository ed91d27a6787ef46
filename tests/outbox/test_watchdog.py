"""A worker that is there and does nothing beside due rows is ended; one with a reason is not."""

import os
import signal
from datetime import timedelta

import pytest
from django.conf import settings as product
from django.db import OperationalError
from django.utils import timezone

from backoffice.outbox import dispatch, health, holds, watchdog
from backoffice.outbox.holds import hold
from backoffice.sms.models import Message

LONG = product.OUTBOX_WATCHDOG + timedelta(seconds=5)


@pytest.fixture
def overdue(make_message):
    """A text that should have left long ago."""
    return make_message(not_before=timezone.now() - LONG)


def test_is_idle_beside_what_is_overdue(overdue):
    assert watchdog.is_idle_beside_work()


def test_has_nothing_to_do(db):
    assert not watchdog.is_idle_beside_work()


def test_a_little_patience(make_message):
    make_message(not_before=timezone.now() - product.OUTBOX_WATCHDOG + timedelta(seconds=5))

    assert not watchdog.is_idle_beside_work()


@pytest.mark.parametrize("state", ["sending", "accepted", "unknown", "failed"])
def test_what_is_not_due_is_no_work(state, make_message):
    make_message(state, not_before=timezone.now() - LONG)

    assert not watchdog.is_idle_beside_work()


def test_what_waits_for_its_next_try_is_no_work(make_message):
    make_message(queued_at=timezone.now() - LONG, not_before=timezone.now() + LONG)

    assert not watchdog.is_idle_beside_work()


@pytest.mark.parametrize(("ago", "idle"), [(timedelta(), False), (LONG, True)])
def test_who_claims_is_busy(ago, idle, overdue):
    health.beat("drain")
    health.Heartbeat.objects.update(at=timezone.now() - ago)

    assert watchdog.is_idle_beside_work() == idle


def test_the_sweep_alone_is_no_work(overdue):
    """Beat and the sweep may go on while no drain claims anything."""
    health.beat("sweep")

    assert watchdog.is_idle_beside_work()


def test_what_is_held_waits_with_a_reason(overdue, lead):
    hold(Message, by=lead, reason="발송사 점검")

    assert not watchdog.is_idle_beside_work()


def test_after_letting_go_a_worker_has_time_to_begin(overdue, lead):
    """Rows that were held are overdue at once, before anybody could have claimed them."""
    hold(Message, by=lead, reason="발송사 점검")
    holds.release(Message, by=lead)

    assert not watchdog.is_idle_beside_work()


def test_without_a_database_an_idle_worker_is_no_wonder(db, monkeypatch):
    def gone(*args, **kwargs):
        raise OperationalError("server closed the connection")

    monkeypatch.setattr(health, "is_alive", gone)

    assert not watchdog.is_idle_beside_work()


def test_ends_its_own_process_and_no_other(overdue, monkeypatch):
    ended = []
    monkeypatch.setattr(watchdog, "EVERY", 0)
    monkeypatch.setattr(watchdog, "TO_END", 0)
    monkeypatch.setattr(os, "kill", lambda *told: ended.append(told))

    watchdog._watch()

    # Asked first; this one does not end, as where its threads hang.
    assert ended == [(os.getpid(), signal.SIGTERM), (os.getpid(), signal.SIGKILL)]


def test_stops_watching_when_the_worker_ends(overdue, monkeypatch):
    ended = []
    monkeypatch.setattr(os, "kill", lambda *told: ended.append(told))
    dispatch.stopping.set()
    try:
        watchdog._watch()
    finally:
        dispatch.stopping.clear()

    assert ended == []
