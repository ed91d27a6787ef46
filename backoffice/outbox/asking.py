"""Working off what nobody told the end of: the other side is asked, with growing waits."""

import logging
from datetime import timedelta

from django.conf import settings
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_noop

from .models import Delivery
from .wire import WireError

logger = logging.getLogger(__name__)

AT_ONCE = 200  # rows in one sweep; the next one goes on


def ask_about_open_ends(kinds):
    """
    Ask about each row whose time has come; return how many came to an end.

    One that the other side does not know after the second asking was never taken, and
    fails; a person may send it again. After the last wait it is a person's.
    """
    settled = 0
    for kind in kinds:
        if kind.can_be_asked():
            for row in kind.objects.to_ask_about(timezone.now())[:AT_ONCE]:
                settled += _ask(row)
    return settled


def _ask(row):
    waits = settings.OUTBOX_ASK_WAITS
    asked = row.asked + 1
    then = timezone.now() + timedelta(seconds=waits[asked]) if asked < len(waits) else None
    mine = type(row).objects.filter(pk=row.pk, ask_at=row.ask_at, state=row.state)
    if not mine.update(ask_at=then, asked=F("asked") + 1):
        return False  # another sweep asks
    try:
        is_known = row.ask()
    except WireError as failure:
        logger.warning("Asking about %s %s failed: %s", type(row).__name__, row.pk, failure.reason)
        return False
    if not is_known and asked > 1 and row.state == Delivery.State.UNKNOWN:
        return row.advance(
            Delivery.State.FAILED,
            source=row.state,
            reason="not_taken",
            detail=gettext_noop("The other side does not know of it."),
        )
    row.refresh_from_db(fields=["state"])
    return row.state not in {Delivery.State.UNKNOWN, Delivery.State.ACCEPTED}
