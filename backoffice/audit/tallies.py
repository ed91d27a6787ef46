"""
What the monthly review is made of: counted as records are sealed, each of them once.

Only the sealer writes here, under its own lock and in its own transaction, so that the
sums fit the chain without anybody reading a month of records.
"""

from collections import Counter, defaultdict

from django.conf import settings
from django.db import connection
from django.db.models import Count, Sum
from django.utils import timezone

from .models import AccessRecord, DayTally, LookTally, WatchTally

Action = AccessRecord.Action

# What counts as use of personal data. Signing in and reading the records do not.
USES = {
    *(Action.VIEW, Action.LIST, Action.SEARCH, Action.EDIT),
    *(Action.REVEAL, Action.READ_OUT, Action.EXPORT, Action.IMPORT),
}
ANY_USE = ""
# What opens one driver's data; a list with many on it does not.
LOOKS = {Action.VIEW, Action.EDIT, Action.REVEAL, Action.READ_OUT}
MANY = 5  # people who opened one driver's data


def is_off_hours(at):
    """Return whether ``at`` is outside of OFFICE_HOURS."""
    start, end = settings.OFFICE_HOURS
    return not start <= timezone.localtime(at).hour < end


def count(rows):
    """Add ``rows``, each the content of a record as ``chain.CONTENT`` names it."""
    days, looks = {}, Counter()
    for _pk, at, by, _account, _address, action, driver, detail in rows:
        day, person = timezone.localdate(at), by or 0
        sums = {
            "times": 1,
            "off_hours": int(is_off_hours(at)),
            "drivers": _shown(detail) if driver is None else 1,
        }
        for counted_as in {action, ANY_USE} if action in USES else {action}:
            days.setdefault((day, person, counted_as), Counter()).update(sums)
        if driver is not None and person and action in LOOKS:
            looks[day.replace(day=1), driver, person] += 1
    _add(DayTally, ("day", "person", "action"), days)
    _add(LookTally, ("month", "driver", "person"), {key: {"times": n} for key, n in looks.items()})
    _watch(looks)


def _watch(looks):
    """Keep whom MANY people have looked at, of the drivers and months in ``looks``."""
    drivers_in = defaultdict(set)
    for month, driver, _person in looks:
        drivers_in[month].add(driver)
    for month, drivers in drivers_in.items():
        theirs = LookTally.objects.filter(month=month, driver__in=drivers).values("driver")
        summed = theirs.annotate(people=Count("person"), times=Sum("times"))
        WatchTally.objects.bulk_create(
            [WatchTally(month=month, **each) for each in summed.filter(people__gte=MANY)],
            update_conflicts=True,
            unique_fields=["month", "driver"],
            update_fields=["people", "times"],
        )


def _shown(detail):
    """Return how many drivers a record names in its detail, which holds their keys or a number."""
    named = detail.get("drivers")
    return len(named) if isinstance(named, list) else named if isinstance(named, int) else 0


def _add(model, names, sums):
    """Add ``sums`` to the rows of ``model``, whose keys are the values of ``names``."""
    if not sums:
        return
    added = [*next(iter(sums.values()))]
    table, columns = model._meta.db_table, [*names, *added]
    raised = ", ".join(f"{name} = {table}.{name} + excluded.{name}" for name in added)
    # One statement for what is there and what is not; the ORM has none that adds.
    statement = (
        f"INSERT INTO {table} ({', '.join(columns)}) "  # noqa: S608  own names
        f"VALUES ({', '.join(['%s'] * len(columns))}) ON CONFLICT ({', '.join(names)}) "
        f"DO UPDATE SET {raised}"
    )
    adapt = connection.ops.adapt_datefield_value  # the first of each key is a day
    rows = [(adapt(key[0]), *key[1:], *map(int, each.values())) for key, each in sums.items()]
    with connection.cursor() as cursor:
        cursor.executemany(statement, rows)


def remove_before(month):
    """Remove what was counted before the first day of ``month``."""
    DayTally.objects.filter(day__lt=month).delete()
    LookTally.objects.filter(month__lt=month).delete()
    WatchTally.objects.filter(month__lt=month).delete()
