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

from .models import AccessRecord, LookTally, PersonMonth, WatchTally

Action = AccessRecord.Action

# What counts as use of personal data. Signing in and reading the records do not.
USES = {
    *(Action.VIEW, Action.LIST, Action.SEARCH, Action.EDIT),
    *(Action.REVEAL, Action.READ_OUT, Action.EXPORT, Action.IMPORT),
}
REVEALS = {Action.REVEAL, Action.READ_OUT}
# What opens one driver's data; a list with many on it does not.
LOOKS = {Action.VIEW, Action.EDIT, *REVEALS}
MANY = 5  # people who opened one driver's data


def is_off_hours(at):
    """Return whether ``at`` is outside of OFFICE_HOURS."""
    start, end = settings.OFFICE_HOURS
    return not start <= timezone.localtime(at).hour < end


def count(rows):
    """Add ``rows``, each the content of a record as ``chain.CONTENT`` names it."""
    uses, looks = defaultdict(list), Counter()
    for _pk, at, by, _account, _address, action, driver, detail in rows:
        day, person = timezone.localdate(at), by or 0
        month = day.replace(day=1)
        if action in USES:
            named = _shown(detail) if driver is None else 1
            uses[month, person].append((day.day - 1, is_off_hours(at), named, action in REVEALS))
        if driver is not None and person and action in LOOKS:
            looks[month, driver, person] += 1
    _add_uses(uses)
    _add_looks(looks)
    _watch(looks)


def _add_uses(uses):
    """Add to everybody's months; nobody else writes them meanwhile."""
    months = {month for month, _person in uses}
    people = {person for _month, person in uses}
    found = PersonMonth.objects.filter(month__in=months, person__in=people)
    kept = {(each.month, each.person): each for each in found}
    for month, person in uses:
        of_month = kept.setdefault((month, person), PersonMonth(month=month, person=person))
        for day, is_off, named, is_reveal in uses[month, person]:
            of_month.uses[day] += 1
            of_month.off_hours[day] += is_off
            of_month.drivers += named
            of_month.reveals += is_reveal
    PersonMonth.objects.bulk_create(
        [kept[each] for each in uses],
        update_conflicts=True,
        unique_fields=["month", "person"],
        update_fields=["uses", "off_hours", "drivers", "reveals"],
    )


def _add_looks(looks):
    # One statement for what is there and what is not; the ORM has none that adds.
    statement = (
        "INSERT INTO audit_looktally (month, driver, person, times) VALUES (%s, %s, %s, %s) "
        "ON CONFLICT (month, driver, person) "
        "DO UPDATE SET times = audit_looktally.times + excluded.times"
    )
    adapt = connection.ops.adapt_datefield_value
    rows = [(adapt(month), *others, times) for (month, *others), times in looks.items()]
    with connection.cursor() as cursor:
        cursor.executemany(statement, rows)


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


def remove_before(month):
    """Remove what was counted before the first day of ``month``."""
    PersonMonth.objects.filter(month__lt=month).delete()
    LookTally.objects.filter(month__lt=month).delete()
    WatchTally.objects.filter(month__lt=month).delete()
