"""What a page of figures is asked for: from which day to which, of whom, by which way."""

from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.keys import key_in
from cases.models import Case

from .days import DAY, day_of, end_of_month, midnight

LONGEST = 366  # days
PERIODS = {
    "today": gettext_lazy("Today"),
    "7d": gettext_lazy("7 days"),
    "30d": gettext_lazy("30 days"),
    "quarter": gettext_lazy("This quarter"),
}
USUAL, CHOSEN = "7d", "custom"


@dataclass(frozen=True)
class Asked:
    """
    Read from an address, and written into one again.

    ``fault`` is a sentence about what could not be read; then the usual period stands.
    """

    period: str
    first: date
    last: date
    person: int = 0
    channel: str = ""
    version: int = 0  # whose way through the playbook is drawn; 0: the one walked most
    fault: str = ""

    @classmethod
    def read(cls, query):
        """Return what ``query``, a GET's parameters, asks for; nonsense is passed over."""
        today = day_of(timezone.now())
        period = query.get("period", USUAL)
        fault = ""
        if period == CHOSEN:
            first, last, fault = _chosen(query, today)
            # Days that have a name go on with time under it: 7 days are 7 days tomorrow, too.
            named = (name for name in PERIODS if (_first_day(name, today), today) == (first, last))
            period = next(named, CHOSEN)
        if period not in {*PERIODS, CHOSEN} or fault:
            period = USUAL
        if period != CHOSEN:
            first, last = _first_day(period, today), today
        channel = query.get("channel", "")
        return cls(
            period=period,
            first=first,
            last=last,
            person=key_in(query.get("person")) or 0,
            channel=channel if channel in Case.Channel.values else "",
            version=key_in(query.get("version")) or 0,
            fault=fault,
        )

    def address(self, **other):
        """Return the query string that asks for the same, but for ``other``."""
        asked = {
            "period": self.period,
            "person": self.person,
            "channel": self.channel,
            "version": self.version,
        } | other
        if asked["period"] == CHOSEN:
            asked |= {"from": self.first, "to": self.last}
        return "?" + urlencode({name: value for name, value in asked.items() if value})

    def steps(self):
        """Return the stretches that a chart shows one by one: (first day, last day) each."""
        days = (self.last - self.first) // DAY + 1
        begins = {day for day in self.days() if day == self.first or _begins(day, days)}
        firsts = sorted(begins)
        ends = [each - DAY for each in firsts[1:]] + [self.last]
        return list(zip(firsts, ends, strict=True))

    def months(self):
        """Return the first days of the months that a chart shows whole, each as one stretch."""
        return [
            first for first, last in self.steps() if first.day == 1 and last == end_of_month(first)
        ]

    def days(self):
        count = (self.last - self.first) // DAY + 1
        return [self.first + timedelta(days=place) for place in range(count)]


def _begins(day, days):
    """Whether a stretch begins on ``day``: days of a month, weeks of a quarter, else months."""
    if days <= 31:
        return True
    return day.weekday() == 0 if days <= 120 else day.day == 1


def _first_day(period, today):
    if period == "quarter":
        return today.replace(month=today.month - (today.month - 1) % 3, day=1)
    return today - {"today": 0, "7d": 6, "30d": 29}[period] * DAY


def _chosen(query, today):
    """Return the first and the last day, and a sentence where they are none."""
    first, last = (_day(query.get(name)) for name in ("from", "to"))
    if first is None or last is None or first > last:
        return None, None, _("Choose a first day and a last day that is not before it.")
    if (last - first) // DAY >= LONGEST:
        return None, None, _("At most %(days)d days can be shown at once.") % {"days": LONGEST}
    return first, min(last, max(today, first)), ""


def _day(text):
    try:
        day = parse_date(text or "")
    except ValueError:  # well formed, but no day
        return None
    return day if day is not None and 2000 <= day.year < 2200 else None


def between(field, first, last):
    """Return the parameters by which a list shows what happened from ``first`` to ``last``."""
    return {f"{field}__gte": str(midnight(first)), f"{field}__lt": str(midnight(last + DAY))}
