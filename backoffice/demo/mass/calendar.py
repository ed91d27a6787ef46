"""When the cases were opened: over three years up to now, or less, in office hours."""

from bisect import bisect_left
from datetime import datetime, timedelta

from django.utils import timezone

SECOND = timedelta(seconds=1)
DAYS = 3 * 365
OPENS, HOURS = timedelta(hours=7), 15  # as the README's OFFICE_HOURS


class Calendar:
    """The times and numbers of ``count`` cases in ``days``, the last just before ``epoch``."""

    def __init__(self, epoch, count, days=DAYS):
        self.epoch, self.count, self.span = epoch, count, timedelta(days=days)
        self.zone = timezone.get_current_timezone()
        self.today = epoch.astimezone(self.zone).date()
        self._firsts = {}

    def opened_at(self, place):
        """Return when the case at ``place`` was opened; a later place is never earlier."""
        passed = self.span // SECOND * place // self.count
        at = self.epoch - self.span + passed * SECOND
        local = at.astimezone(self.zone)
        if local.date() == self.today:
            return at
        midnight = datetime.combine(local.date(), datetime.min.time())
        of_day = local.replace(tzinfo=None) - midnight
        squeezed = (midnight + OPENS + of_day * HOURS / 24).replace(microsecond=0)
        return squeezed.replace(tzinfo=self.zone).astimezone(at.tzinfo)

    def number_of(self, place, opened_at):
        """Return the year and the number in it of the case at ``place``."""
        year = opened_at.astimezone(self.zone).year
        return year, place - self._first_of(year) + 1

    def _first_of(self, year):
        """Return the place of the first case of ``year``."""
        if year not in self._firsts:
            starts = datetime(year, 1, 1, tzinfo=self.zone)
            self._firsts[year] = bisect_left(range(self.count), starts, key=self.opened_at)
        return self._firsts[year]

    def cases_a_day(self):
        """Return about how many there are."""
        return max(1, self.count // self.span.days)
