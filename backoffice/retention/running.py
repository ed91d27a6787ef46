"""Working the rules off: in short transactions, row by row once, and written down."""

import logging
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, Min
from django.utils import timezone

from backoffice.audit.models import AccessRecord
from backoffice.audit.records import record

from .models import Erasure, Run
from .rules import rules

logger = logging.getLogger(__name__)

BATCH = 1000  # rows in one transaction: a few tenths of a second
SILENT = timedelta(minutes=10)  # then whoever ran it is dead


class RunsAlready(Exception):
    """Another process works the rules off at this moment. Nothing was done."""


class RulesFailed(Exception):
    """Some rules could not be worked off; the log says why. The others were."""


def run():
    """
    Take what is too old of everything, and return the ``Run``.

    Each batch is a transaction of its own with its line in the ledger, so a run that is
    broken off has taken what it says, and the next one goes on. Rows that somebody
    works on at this moment are left for the next run.

    :raises RunsAlready: another one is under way
    :raises RulesFailed: names the rules that failed, after the others were worked off
    """
    current = _begin()
    for each in rules():
        try:
            _work_off(each, current)
        except Exception:
            logger.exception("Retention could not work off the rule %s.", each.name)
            current.failed.append(each.name)
    _end(current)
    if current.failed:
        raise RulesFailed(", ".join(current.failed))
    return current


def outlooks():
    """Return (rule, outlook) for each rule: what a run would take now."""
    return [(each, each.outlook(each.before())) for each in rules()]


def _begin():
    now = timezone.now()
    for dead in Run.objects.filter(running=True, beat_at__lt=now - SILENT):
        _end(dead)  # what it took has to be in the access records as well
    try:
        with transaction.atomic():
            return Run.objects.create(started_at=now, beat_at=now, running=True)
    except IntegrityError:
        raise RunsAlready from None


def _end(current):
    """Close a run, with its one access record. Only the first to do so writes it."""
    with transaction.atomic():
        mine = Run.objects.filter(pk=current.pk, running=True)
        if mine.update(running=None, ended_at=timezone.now(), failed=current.failed):
            record(AccessRecord.Action.ERASE, by=None, run=current.pk, rows=current.counts())
    current.refresh_from_db()


def _work_off(rule, current):
    before = rule.before()
    last = None
    while True:
        last = _take_batch(rule, before, current, after=last)
        if last is None:
            return


def _take_batch(rule, before, current, *, after):
    """Erase the next rows behind the key ``after``; return the last key looked at, or None."""
    with transaction.atomic():
        due = rule.due(before)
        behind = due.filter(pk__gt=after) if after is not None else due
        locking = behind.order_by("pk").select_for_update(skip_locked=True, of=("self",))
        keys = list(locking.values_list("pk", flat=True)[:BATCH])
        if not keys:
            return None
        # Once more: what holds a row back may have come between looking and locking.
        still_due = due.filter(pk__in=keys)
        oldest = still_due.aggregate(oldest=Min(rule.age))["oldest"]
        taken = list(still_due.values_list("pk", flat=True))
        if taken:
            rule.erase(taken)
            _note(rule, before, current, len(taken), oldest)
        Run.objects.filter(pk=current.pk).update(beat_at=timezone.now())
    return keys[-1]


def _note(rule, before, current, count, oldest):
    line, _is_new = Erasure.objects.get_or_create(
        run=current,
        rule=rule.name,
        defaults={
            "keep_days": rule.days,
            "before": before,
            "oldest": oldest,
            "at": timezone.now(),
        },
    )
    Erasure.objects.filter(pk=line.pk).update(
        count=F("count") + count, oldest=min(line.oldest, oldest)
    )
