"""Days as the centre's calendar has them."""

from datetime import datetime, timedelta

from django.db.models.functions import TruncDate
from django.utils import timezone

DAY = timedelta(days=1)


def day_of(moment):
    """Return the day of ``moment``, whatever time zone is active."""
    return timezone.localdate(moment, timezone.get_default_timezone())


def midnight(day):
    """Return the first moment of ``day``."""
    return timezone.make_aware(
        datetime.combine(day, datetime.min.time()), timezone.get_default_timezone()
    )


def month_of(day):
    """Return the first day of the month of ``day``."""
    return day.replace(day=1)


def end_of_month(first):
    """Return the last day of the month that begins on ``first``."""
    return month_of(first + 31 * DAY) - DAY


def within(field, first, last):
    """Return the lookups for ``field`` from the day ``first`` to ``last``, for an index."""
    return {f"{field}__gte": midnight(first), f"{field}__lt": midnight(last + DAY)}


def trunc(field):
    """Return the day of ``field`` as the database finds it."""
    return TruncDate(field, tzinfo=timezone.get_default_timezone())
