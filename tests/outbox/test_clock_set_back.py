"""After the clock was set back, times lie ahead that must not be waited for."""

import uuid
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from backoffice.celery import app
from backoffice.outbox import health
from backoffice.outbox.beat import Scheduler
from backoffice.outbox.dispatch import dispatch_due, sweep
from backoffice.outbox.models import Lease
from backoffice.sms.models import Message

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


@pytest.fixture
def ahead(clock):
    return timezone.now() + HOUR


def test_what_was_queued_by_the_old_time_leaves_after_a_sweep(ahead, make_message, sent):
    make_message(queued_at=ahead, not_before=ahead)

    sweep()
    dispatch_due()

    assert len(sent) == 1


def test_what_waits_for_another_try_by_the_old_time_leaves_after_a_sweep(
    ahead, make_message, sent
):
    make_message(claimed_at=ahead, not_before=ahead, attempts=1)

    sweep()
    dispatch_due()

    assert len(sent) == 1


def test_what_waits_by_the_time_of_today_goes_on_waiting(make_message, clock):
    soon = timezone.now() + settings.OUTBOX_LEASE - SECOND
    message = make_message(queued_at=soon, not_before=soon)  # a web server's clock is fast

    sweep()

    message.refresh_from_db()
    assert (message.queued_at, message.not_before) == (soon, soon)


def lease(message, *, until):
    kind = Message._meta.label_lower
    Lease.objects.create(worker=uuid.uuid4(), kind=kind, keys=[message.pk], until=until)


def test_a_lease_by_the_old_time_holds_nothing(ahead, make_message):
    lease(make_message(), until=ahead)

    assert Message.objects.due(timezone.now()).count() == 1


def test_a_lease_of_today_holds(make_message, clock):
    lease(make_message(), until=timezone.now() + settings.OUTBOX_LEASE)

    assert not Message.objects.due(timezone.now()).exists()


def test_what_was_on_the_wire_by_the_old_time_is_in_doubt(ahead, make_message):
    message = make_message("sending", claimed_at=ahead, claim=uuid.uuid4())

    assert sweep()["unknown"] == 1

    message.refresh_from_db()
    assert (message.state, message.reason) == ("unknown", "worker_lost")


def test_a_sign_of_life_from_ahead_says_nothing_of_today(db, clock):
    health.beat("sweep")
    assert health.is_alive("sweep")

    clock.shift(-HOUR)

    assert not health.is_alive("sweep")


def test_beat_does_not_wait_for_the_old_time(clock, tmp_path, monkeypatch):
    rung = []
    monkeypatch.setattr(
        Scheduler, "apply_entry", lambda self, entry, producer=None: rung.append(entry.task)
    )
    monkeypatch.setattr(Scheduler, "producer", None)
    scheduler = Scheduler(app=app, schedule_filename=str(tmp_path / "schedule"))
    try:
        run(scheduler, clock, seconds=120)
        clock.shift(-HOUR)
        rung.clear()

        run(scheduler, clock, seconds=120)
    finally:
        scheduler.close()
    assert {"outbox.sweep", "drivers.sweep", "cases.sweep_approvals"} <= set(rung)


def run(scheduler, clock, *, seconds):
    for _second in range(seconds):
        while scheduler.tick() == 0:
            pass
        clock.shift(SECOND)
