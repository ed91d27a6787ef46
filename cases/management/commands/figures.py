from django.core.management.base import BaseCommand

from cases.figures import keeping

SHOWN = 50  # differences


class Command(BaseCommand):
    help = (
        "Counts all days' figures anew. With --check it changes nothing, names what differs "
        "from what is stored, and ends with 1 if anything does."
    )

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true", help="compare only")

    def handle(self, *, check, **options):
        if not check:
            wrong = keeping.recount()
            self.stdout.write(f"All days were counted; {wrong} rows of figures were not right.")
            return
        wrong = keeping.check()
        for place, stored, counted in wrong[:SHOWN]:
            self.stdout.write(f"{_named(place)}: {_told(stored or {}, counted or {})}")
        if len(wrong) > SHOWN:
            self.stdout.write(f"… and {len(wrong) - SHOWN} more.")
        if wrong:
            raise SystemExit(1)
        self.stdout.write("What is stored is what the rows say.")


def _named(place):
    day, about, version, person, channel = place
    parts = [f"{day}", about, version and f"version {version}", person and f"person {person}"]
    return " · ".join(filter(None, [*parts, channel]))


def _told(stored, counted):
    names = sorted({*stored, *counted})
    return ", ".join(
        f"{name} is {stored.get(name, 0)}, counted {counted.get(name, 0)}"
        for name in names
        if stored.get(name, 0) != counted.get(name, 0)
    )
