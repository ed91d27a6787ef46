import time

from django.core.management.base import BaseCommand, CommandError

from backoffice.demo.mass import run
from backoffice.demo.mass.calendar import DAYS

WIDTH = 30  # of the bar


class Command(BaseCommand):
    help = (
        "Fills an empty database with invented drivers and cases, a million of each in minutes. "
        "What was broken off goes on at a second start with the same numbers and seed."
    )

    def add_arguments(self, parser):
        parser.add_argument("--drivers", type=int, default=1_000_000)
        parser.add_argument("--cases", type=int, default=1_000_000)
        parser.add_argument("--days", type=int, default=DAYS, help="that the cases come from")
        parser.add_argument("--seed", type=int, default=1, help="another one, other people")

    def handle(self, *, drivers, cases, days, seed, **options):
        if drivers < 1 or cases < 0 or days < 1 or drivers > run.people.NUMBERS:
            raise CommandError(
                f"From 1 to {run.people.NUMBERS:,} drivers are possible, and no case or more."
            )
        bar = Bar(self.stdout)
        try:
            run.make(seed=seed, drivers=drivers, cases=cases, days=days, progress=bar.show)
        except run.Refused as refusal:
            raise CommandError(str(refusal)) from None
        except KeyboardInterrupt:
            raise CommandError("\nBroken off; the same command goes on from here.") from None
        bar.end()


class Bar:
    """How far it is, how fast, and how long it will still take."""

    def __init__(self, stdout):
        self.stdout, self.what, self.began = stdout, "", time.monotonic()

    def show(self, what, done, count):
        now = time.monotonic()
        if what != self.what:
            self._end_line()
            self.what, self.since, self.first = what, now, done
            rate = 0
        else:
            rate = (done - self.first) / max(now - self.since, 0.001)
        filled = WIDTH * done // count
        left = f", {(count - done) / rate:,.0f} s left" if rate and done < count else ""
        self.stdout.write(
            f"\r[{'#' * filled:-<{WIDTH}}] {what} {done:,} of {count:,}"
            f", {rate:,.0f} a second{left}".ljust(100),
            ending="",
        )
        self.stdout.flush()

    def end(self):
        self._end_line()
        self.stdout.write(f"Done in {time.monotonic() - self.began:,.0f} s.")

    def _end_line(self):
        if self.what:
            self.stdout.write("")
