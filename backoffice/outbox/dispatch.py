"""Moving what is due out of the house, and finding what got stuck."""

import logging
import time
from functools import partial

from celery import current_app
from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop
from kombu.exceptions import OperationalError

from .models import Delivery
from .wire import InDoubt, NotTaken

logger = logging.getLogger(__name__)


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


def dispatch_due(*, seconds=50):
    """
    Deliver what is due, until nothing is or ``seconds`` have passed.

    Any number of these may run at once.

    :returns: how many rows were handled
    """
    stop_at = time.monotonic() + seconds
    handled = 0
    for kind in kinds():
        while time.monotonic() < stop_at and deliver_next(kind):
            handled += 1
    return handled


def deliver_next(kind):
    """
    Claim one due row of ``kind``, hand it over and record what became of it.

    No transaction is open while the other side thinks. Whatever goes wrong in
    one row stays in that row: the next one is handled all the same.

    :returns: whether there was a row
    """
    # Not the wall clock: it may be set back while the process is stopped.
    lease_ends = time.monotonic() + settings.OUTBOX_LEASE.total_seconds()
    row = kind.claim_next()
    if row is None:
        return False
    if time.monotonic() > lease_ends:
        # Stopped since the claim: the row counts as abandoned, so hands off.
        return True
    try:
        accepted = row.hand_over()
    except NotTaken as refusal:
        record = partial(row.record_refusal, refusal)
    except InDoubt as doubt:
        record = partial(row.record_doubt, doubt)
    except Exception as failure:
        logger.exception("Could not hand over %s %s.", kind.__name__, row.pk)
        record = partial(
            row.record_doubt, InDoubt(type(failure).__name__, reason="unexpected_error")
        )
    else:
        record = partial(row.record_accepted, accepted)
    record()
    return True


def sweep():
    """
    Put right what a dead worker or a lost wake-up left behind.

    :returns: counts, e.g. ``{"unknown": 1, "failed": 0}``
    """
    now = timezone.now()
    found = {"unknown": 0, "failed": 0}
    for kind in kinds():
        for row in kind.objects.abandoned(now):
            found["unknown"] += row.advance(
                Delivery.State.UNKNOWN,
                source=row.state,
                claim=row.claim,
                reason="worker_lost",
                detail=gettext_noop("The worker stopped while this was on the wire."),
            )
        for row in kind.objects.too_old(now):
            found["failed"] += row.advance(
                Delivery.State.FAILED,
                source=row.state,
                reason="too_old",
                detail=gettext_noop("It waited too long to be of use."),
            )
    return found
