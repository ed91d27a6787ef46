"""Working the rules off: in short transactions, row by row once, and written down."""

import logging
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from backoffice.audit.models import AccessRecord
from backoffice.audit.records import record

from .models import Erasure, Run
from .rules import rules

logger = logging.getLogger(__name__)

BATCH = 250  # rows in one transaction: a few tenths of a second
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
    before, taken = rule.before(), None
    while taken is None or taken.last is not None:
        with transaction.atomic():
            taken = rule.take(before, after=taken and taken.last, limit=BATCH)
            if taken.count:
                _note(rule, before, current, taken)
            Run.objects.filter(pk=current.pk).update(beat_at=timezone.now())


def _note(rule, before, current, taken):
    line, _is_new = Erasure.objects.get_or_create(
        run=current,
        rule=rule.name,
        defaults={
            "keep_days": rule.days,
            "before": before,
            "oldest": taken.oldest,
            "at": timezone.now(),
        },
    )
    Erasure.objects.filter(pk=line.pk).update(
        count=F("count") + taken.count, oldest=min(line.oldest, taken.oldest)
    )
