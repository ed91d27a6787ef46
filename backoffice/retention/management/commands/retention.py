from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from backoffice.retention import running


class Command(BaseCommand):
    help = (
        "Takes what is kept for too long from the database, as the daily task does. "
        "With --dry-run it only prints what would go."
    )

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="print, and change nothing")

    def handle(self, *, dry_run, **options):
        if dry_run:
            return self._print_outlook()
        try:
            done = running.run()
        except running.RunsAlready:
            raise CommandError("Retention runs already, in another process.") from None
        except running.RulesFailed as failure:
            raise CommandError(f"These rules failed, see the log: {failure}.") from None
        for name, count in done.counts().items():
            self.stdout.write(f"{name:<16} {count:>9}")
        self.stdout.write(f"{'all':<16} {done.total:>9}")

    def _print_outlook(self):
        self.stdout.write(
            f"{'rule':<16} {'days':>6} {'would go':>9} {'held back':>9}  oldest      setting"
        )
        for rule, outlook in running.outlooks():
            oldest = outlook["oldest"]
            day = f"{timezone.localtime(oldest):%Y-%m-%d}" if oldest else "-"
            self.stdout.write(
                f"{rule.name:<16} {rule.days:>6} {outlook['count']:>9} {outlook['held']:>9}"
                f"  {day:<10}  {rule.setting or '-'}"
            )
