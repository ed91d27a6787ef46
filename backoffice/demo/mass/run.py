"""From an empty database, or from where an earlier start was broken off, to the end."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import F, Max, Q
from django.utils import timezone

from backoffice.audit import chain
from backoffice.audit.models import AccessRecord
from backoffice.demo import data
from backoffice.sms.models import Message
from backoffice.sms.retention import MessageBodies
from backoffice.staff import roles
from backoffice.staff.models import User
from cases.figures import keeping
from cases.models import Approval, Case, Walk
from drivers.models import Correction, Driver

from . import drivers as people
from .calendar import DAYS, Calendar
from .cases import Cases
from .paper import Paper, freeze_facts
from .tables import follow_keys

BATCH = 5000  # rows of the main table in one transaction
AGENTS = 60  # beside those who can sign in


class Refused(Exception):
    """Nothing was written; the sentence says why."""


@dataclass
class Staff:
    """Keys of those who work on the cases."""

    agents: list[int]
    leads: list[int]
    names: dict[int, str]


def make(*, seed, drivers, cases, progress, days=DAYS, epoch=None):
    """
    Make ``drivers`` and ``cases``, or what is missing of them.

    Each batch is a transaction, so what was broken off goes on at the next start.

    :param days: how many of them the cases come from; the same as at an earlier start
    :param progress: called with what is done, how many of how many
    :param epoch: the present, where everything ends; of what is there already it is known
    :raises Refused: there are drivers or cases that this did not make with this seed
    """
    drivers_made, cases_made = Driver.objects.count(), Case.objects.count()
    epoch = _epoch(drivers_made) or (epoch or timezone.now()).replace(microsecond=0)
    calendar = Calendar(epoch, cases, days)
    _refuse_others(seed, drivers_made, cases_made)
    _refuse_other_numbers(calendar, drivers, drivers_made, cases_made)
    staff = load_staff()
    _make_drivers(people.Drivers(seed, epoch, staff.leads[0]), drivers_made, drivers, progress)
    if cases > cases_made:
        known = people.ordinals(Driver.objects.all())
        paper = Paper(seed, calendar, known, staff)
        _make_cases(Cases(seed, calendar, known, staff, paper), cases_made, cases, progress)
    _finish(epoch, progress)


def _make_drivers(maker, start, count, progress):
    progress("drivers", start, count)
    while start < count:
        end = min(start - start % BATCH + BATCH, count)
        maker.prepare(start, end, BATCH)
        with transaction.atomic():
            for table in maker.tables:
                table.write()
            follow_keys(Driver)
        start = end
        progress("drivers", start, count)


def _make_cases(maker, start, count, progress):
    progress("cases", start, count)
    maker.take_up(start)
    while start < count:
        end = min(start + BATCH, count)
        maker.prepare(start, end)
        with transaction.atomic():
            for table in maker.tables:
                table.write()
            maker.write_numbers()
            maker.paper.touch_drivers()
            follow_keys(Case, Correction, Message, Approval, Walk)
        start = end
        progress("cases", start, count)


def _finish(epoch, progress):
    freeze_facts()
    _erase_old_texts(epoch, progress)
    unsealed, sealed = AccessRecord.objects.unsealed().count(), 0
    while unsealed > sealed:
        count, _head = chain.seal_batch()
        sealed += count
        if not count:
            break
        progress("records sealed", sealed, unsealed)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # or whole tables are read for each of a thousand days
    keeping.recount(progress=lambda done, days: progress("days counted", done, days))
    with connection.cursor() as cursor:
        # As autovacuum keeps a database that has grown day by day: counts read indexes alone.
        is_vacuumed = connection.vendor == "postgresql" and not connection.in_atomic_block
        cursor.execute("VACUUM (ANALYZE)" if is_vacuumed else "ANALYZE")


def _erase_old_texts(epoch, progress):
    """Take from old texts what the nightly runs of these years would have taken."""
    rule = MessageBodies()
    lasts = timedelta(days=rule.days)
    keys = list(rule.due(epoch - lasts).order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), BATCH):
        batch = keys[start : start + BATCH]
        with transaction.atomic():
            rule.erase(batch)
            Message.objects.filter(pk__in=batch).update(erased_at=F("queued_at") + lasts)
        progress("old texts erased", min(start + BATCH, len(keys)), len(keys))


def load_staff():
    """Return those who work on the cases; the demo's accounts, and agents who cannot sign in."""
    data.load_accounts()
    data.load_agents(AGENTS)
    people_of = {
        role: list(User.objects.filter(groups__name=role, is_demo=True).order_by("pk"))
        for role in (roles.AGENT, roles.TEAM_LEAD)
    }
    agents, leads = ([each.pk for each in found] for found in people_of.values())
    return Staff(agents, leads, dict(User.objects.values_list("pk", "username")))


# What it goes on from


def _epoch(drivers_made):
    """Return when everything ends, as the first driver tells it; None where there is none."""
    first = Driver.objects.filter(pk=1).first() if drivers_made else None
    return first and first.created_at + people.JOINED


def _refuse_others(seed, drivers_made, cases_made):
    elsewhere = Q(phone__lt=people.FIRST_NUMBER) | Q(phone__gt=people.LAST_NUMBER)
    if Driver.objects.filter(elsewhere).exists():
        raise Refused(
            "There are drivers here whose numbers may be real. Use a database that is empty."
        )
    ends = Driver.objects.filter(pk__in={1, drivers_made} - {0})
    are_all = (Driver.objects.aggregate(last=Max("pk"))["last"] or 0) == drivers_made
    are_ours = all(people.made_by(driver, driver.pk - 1, seed) for driver in ends)
    if not (are_all and are_ours) or (cases_made and not drivers_made):
        raise Refused(
            f"What is here was not made by this command with --seed {seed}. "
            "Use a database that is empty, or the seed it was made with."
        )


def _refuse_other_numbers(calendar, drivers, drivers_made, cases_made):
    if not cases_made:
        return
    if drivers != drivers_made:
        raise Refused(
            f"There are {drivers_made:,} drivers with cases. Go on with --drivers {drivers_made}."
        )
    last = Case.objects.order_by("-pk").first()
    place = cases_made - 1
    is_next = last.pk == cases_made and calendar.count >= cases_made
    if not is_next or last.created_at != calendar.opened_at(place):
        raise Refused(
            "The cases here were not made by this command with these --cases and --days, or "
            "people have worked on them since. Nothing is added to them."
        )
