"""Moving what is due out of the house, and finding what got stuck."""

import logging
import threading
import time

from celery import current_app
from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop
from kombu.exceptions import OperationalError

from .drain import Drain
from .holds import current_hold
from .models import Delivery, Lease

logger = logging.getLogger(__name__)

AT_ONCE = 1000  # rows that one sweep fails; the next one goes on


def wake():
    """
    Ring for the dispatcher once the transaction at hand is committed.

    Only a bell: if the broker is away nobody hears it, the page goes on, and the
    sweep finds the row.
    """
    transaction.on_commit(_ring, robust=True)


def _ring():
    try:
        current_app.send_task("outbox.dispatch", retry=False)
    except (OperationalError, OSError):
        logger.warning("The worker could not be woken; the sweep will find what is due.")


def kinds():
    """Return every model that is delivered by the outbox."""
    return [model for model in apps.get_models() if issubclass(model, Delivery)]


_at_work = threading.Lock()
_rung = threading.Event()
stopping = threading.Event()  # set when this process is asked to end


def dispatch_due(*, seconds=50):
    """
    Deliver what is due, until nothing is or ``seconds`` have passed.

    Any number of processes may do so at once. In one process one drain is enough: who
    comes while it runs lets it look once more.

    :returns: how many rows were handled here
    """
    stop_at = time.monotonic() + seconds
    _rung.set()
    handled = 0
    while _rung.is_set() and time.monotonic() < stop_at and _at_work.acquire(blocking=False):
        try:
            _rung.clear()
            handled += _drain(seconds=stop_at - time.monotonic())
        finally:
            _at_work.release()
    if handled and time.monotonic() >= stop_at and not stopping.is_set():
        _ring()  # there is more
    return handled


def _drain(*, seconds, limit=None, of=None):
    return Drain(of or kinds(), seconds=seconds, limit=limit, should_stop=stopping.is_set).run()


def deliver_next(kind):
    """
    Deliver one due row of ``kind``.

    :returns: whether there was a row
    """
    return bool(_drain(seconds=60, limit=1, of=[kind]))


def sweep():
    """
    Put right what a dead worker or a lost wake-up left behind.

    :returns: counts, e.g. ``{"unknown": 1, "failed": 0}``
    """
    now = timezone.now()
    found = {"unknown": 0, "failed": 0}
    lease = settings.OUTBOX_LEASE
    Lease.objects.exclude(until__range=(now - lease, now + 2 * lease)).delete()
    for kind in kinds():
        kind.objects.bring_back_to(now)
        for row in kind.objects.abandoned(now):
            found["unknown"] += row.advance(
                Delivery.State.UNKNOWN,
                source=row.state,
                claim=row.claim,
                reason="worker_lost",
                detail=gettext_noop("The worker stopped while this was on the wire."),
            )
        if current_hold(kind) is None:  # what is held does not fail meanwhile
            found["failed"] += fail_too_old(kind)
    return found


def fail_too_old(kind):
    """Fail what waited too long to be of use, at most AT_ONCE; return how many rows."""
    return sum(
        row.advance(
            Delivery.State.FAILED,
            source=row.state,
            reason="too_old",
            detail=gettext_noop("It waited too long to be of use."),
        )
        for row in kind.objects.too_old(timezone.now())[:AT_ONCE]
    )
