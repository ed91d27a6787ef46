"""
What the monthly review is made of: counted as records are sealed, each of them once.

Only the sealer writes here, under its own lock and in its own transaction, so that the
sums fit the chain without anybody reading a month of records.
"""

from collections import Counter

from django.conf import settings
from django.utils import timezone

from .models import AccessRecord, DayTally, LookTally

Action = AccessRecord.Action

# What opens one driver's data; a list with many on it does not.
LOOKS = {Action.VIEW, Action.EDIT, Action.REVEAL, Action.READ_OUT}


def is_off_hours(at):
    """Return whether ``at`` is outside of OFFICE_HOURS."""
    start, end = settings.OFFICE_HOURS
    return not start <= timezone.localtime(at).hour < end


def count(rows):
    """Add ``rows``, each the content of a record as ``chain.CONTENT`` names it."""
    days, looks = {}, Counter()
    for _pk, at, by, _account, _address, action, driver, detail in rows:
        day, person = timezone.localdate(at), by or 0
        sums = days.setdefault((day, person, action), Counter())
        sums.update(
            times=1,
            off_hours=is_off_hours(at),
            drivers=_shown(detail) if driver is None else 1,
        )
        if driver is not None and person and action in LOOKS:
            looks[day.replace(day=1), driver, person] += 1
    _add(DayTally, ("day", "person", "action"), days)
    _add(LookTally, ("month", "driver", "person"), {key: {"times": n} for key, n in looks.items()})


def _shown(detail):
    """Return how many drivers a record names in its detail, which holds their keys or a number."""
    named = detail.get("drivers")
    return len(named) if isinstance(named, list) else named if isinstance(named, int) else 0


def _add(model, names, sums):
    """Add ``sums`` to the rows of ``model``, whose keys are the values of ``names``."""
    if not sums:
        return
    among = {f"{name}__in": {key[place] for key in sums} for place, name in enumerate(names)}
    rows = {
        tuple(getattr(row, name) for name in names): row for row in model.objects.filter(**among)
    }
    for key, added in sums.items():
        row = rows.setdefault(key, model(**dict(zip(names, key, strict=True))))
        for field, value in added.items():
            setattr(row, field, getattr(row, field) + value)
    changed = [rows[key] for key in sums]
    new = [row for row in changed if row.pk is None]
    known = [row for row in changed if row.pk is not None]
    model.objects.bulk_create(new)
    model.objects.bulk_update(known, [*next(iter(sums.values()))])


def remove_before(month):
    """Remove what was counted before the first day of ``month``."""
    DayTally.objects.filter(day__lt=month).delete()
    LookTally.objects.filter(month__lt=month).delete()
