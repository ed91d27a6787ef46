import re
import time

from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError

from backoffice.audit.chain import seal
from backoffice.audit.models import AccessRecord, Anchor
from backoffice.audit.verifying import verify


class Command(BaseCommand):
    help = (
        "Seals the access records that are not sealed yet, then walks the whole chain and "
        "names the first link that does not hold. Ends with 1 if there is one."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--head",
            metavar="NUMBER:LINK",
            help="an earlier end of the chain, as the log or an earlier run named it",
        )

    def handle(self, *, head, **options):
        if head and not re.fullmatch(r"[0-9]{1,18}:[0-9a-f]{64}", head):
            raise CommandError(f"{head} is no NUMBER:LINK; the log has them as 12:3fa9…")
        began = time.monotonic()
        try:
            seal()
        except IntegrityError:
            self.stderr.write("The sealer cannot go on: the note of the newest link was changed.")
        walk, broken = verify()
        took = time.monotonic() - began
        if broken is not None:
            raise CommandError(
                f"{broken}\n{walk.count} links before it hold. If AUDIT_KEY or SECRET_KEY was "
                "changed, name the earlier one as well: see the README."
            )
        self.stdout.write(f"{walk.count} links hold; verified in {took:.1f} s.")
        if last := Anchor.objects.order_by("pk").last():
            self.stdout.write(f"Those up to {last.sequence} were removed after their time.")
        self.stdout.write(f"The end is {walk.sequence}:{walk.chain}")
        if head:
            self._compare(*head.split(":"))

    def _compare(self, number, link):
        number = int(number)
        last = Anchor.objects.order_by("pk").last()
        if last is not None and number < last.sequence:
            self.stdout.write(f"Link {number} was removed after its time; it is not compared.")
            return
        found = AccessRecord.objects.filter(sequence=number).values_list("chain", flat=True)
        known = last.chain if last is not None and number == last.sequence else found.first()
        if known is None:
            raise CommandError(f"Link {number} is missing: the chain was cut off before it.")
        if known != link:
            raise CommandError(f"Link {number} is not the one that was named: sealed anew.")
        self.stdout.write(f"Link {number} is the one that was named.")
