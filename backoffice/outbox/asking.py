"""Working off what nobody told the end of: the other side is asked, with growing waits."""

import asyncio
import logging
import time
from datetime import timedelta

from django.conf import settings
from django.db import DataError, IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_noop

from . import http, journal
from .models import Delivery
from .wire import InDoubt, WireError

logger = logging.getLogger(__name__)

AT_ONCE = 200  # rows in one sweep; the next one goes on


def ask_about_open_ends(kinds):
    """
    Ask about each row whose time has come; return how many came to an end.

    One that the other side does not know after the second asking was never taken, and
    fails, unless somebody told of it; a person may send it again. After the last wait it
    is a person's.
    """
    settled = 0
    for kind in kinds:
        if kind.can_be_asked():
            rows = list(kind.objects.to_ask_about(timezone.now())[:AT_ONCE])
            for start in range(0, len(rows), settings.OUTBOX_IN_FLIGHT):
                settled += _ask_together(rows[start : start + settings.OUTBOX_IN_FLIGHT])
    return settled


def _ask_together(rows):
    """Ask about those of ``rows`` that no other sweep asks about; return how many ended."""
    asked = [(row, whom) for row in rows if (whom := _take(row)) is not None]
    if not asked:
        return 0
    answers = asyncio.run(_answers(asked))
    settled = 0
    for (row, whom), answer in zip(asked, answers, strict=True):
        try:
            settled += _record(row, whom, answer)
        except (DataError, IntegrityError):
            # An answer that cannot be stored must not take the others with it.
            logger.exception("Could not record about %s %s.", type(row).__name__, row.pk)
    return settled


def _take(row):
    """Note when to ask next, and return whom to ask now; None if this is not ours to ask."""
    whom = row.whom_to_ask()
    times = 0 if whom is None else 1
    asked = row.asked + times
    then = None if whom is None else _next_time(row, asked)
    mine = type(row).objects.filter(pk=row.pk, ask_at=row.ask_at, state=row.state)
    if not mine.update(ask_at=then, asked=F("asked") + times):
        return None  # another sweep asks
    row.asked = asked
    return whom


def _next_time(row, asked):
    """Return when to ask about ``row`` again that was ``asked`` so often; None: not any more."""
    now, waits = timezone.now(), settings.OUTBOX_ASK_WAITS
    if asked < len(waits):
        return now + timedelta(seconds=waits[asked])
    # A telephone may be off for days, and the other side goes on trying.
    is_tried = row.state == Delivery.State.ACCEPTED and not row.is_spoken_for()
    if is_tried and row.accepted_at and now < row.accepted_at + settings.OUTBOX_MAY_ARRIVE:
        return now + settings.OUTBOX_ASK_RARELY
    return None


async def _answers(asked):
    """Return an answer for each row, in order: what was said, None, or a ``WireError``."""
    async with http.session() as session:
        http.shared_session.set(session)
        return await asyncio.gather(*(_answer(row, whom) for row, whom in asked))


async def _answer(row, whom):
    began = time.monotonic()
    try:
        return await row.ask(whom)
    except WireError as failure:
        return failure
    except Exception as failure:
        logger.exception("Could not ask about %s %s.", type(row).__name__, row.pk)
        return InDoubt(type(failure).__name__, reason="unexpected_error")
    finally:
        row.took = round(1000 * (time.monotonic() - began))  # milliseconds


def _record(row, whom, answer):
    """Bring ``row`` forward as the answer says; return whether that is its end."""
    said = answer.reason if isinstance(answer, WireError) else getattr(answer, "outcome", "none")
    journal.tell("Asked.", row, gateway=row.gateway, said=said, asked=row.asked, ms=row.took)
    if isinstance(answer, WireError):
        logger.warning("Asking about %s %s failed: %s", type(row).__name__, row.pk, answer.reason)
        return False
    with transaction.atomic():
        row = type(row).objects.select_for_update(of=("self",)).get(pk=row.pk)
        if answer is not None:
            row.take_answer(answer, whom=whom)
        elif row.asked > 1 and row.state == Delivery.State.UNKNOWN and not row.is_spoken_for():
            row.advance(
                Delivery.State.FAILED,
                reason="not_taken",
                detail=gettext_noop("The other side does not know of it."),
            )
    row.refresh_from_db(fields=["state"])
    return row.state in Delivery.ENDS
