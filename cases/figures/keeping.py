"""
Keeping the figures right: what is stored of a day is brought to what its rows say now.

Whatever changes a row that counts leaves a ``StaleDay`` in its own transaction. The counter
reads the marks that are committed, counts their days anew and takes exactly these marks, in
one transaction. What commits while it counts leaves a mark that it did not see, for the next.
In the same transaction the months of these days are summed up anew.
"""

from collections import Counter, defaultdict
from datetime import timedelta

from django.db import transaction
from django.db.models import Count, Max, Min, Q
from django.utils import timezone

from backoffice.outbox.models import Heartbeat
from backoffice.sms.models import Message
from cases.models import Approval, Case

from .counting import Place, count
from .days import DAY, day_of, end_of_month, midnight, month_of, trunc
from .models import About, DayFigures, MonthFigures, StaleDay

NAME = "figures"  # of the counter, among the signs of life
MOST = 5000  # marks in one transaction
DAYS = 20  # and days: on SQLite nobody else writes meanwhile
BATCH = 4 * DAY  # of which all is counted at once; more, and PostgreSQL reads whole tables
# A text of yesterday's may be committed so long after midnight.
LATE = timedelta(hours=1)
FIRST_MOMENTS = {
    About.CASES: (Case, "created_at"),
    About.TEXTS: (Message, "queued_at"),
    About.APPROVALS: (Approval, "requested_at"),
}


def catch_up():
    """
    Count the days anew of which something has changed, and return how many.

    Any number of processes may call this at once: one counts, the others go home.
    """
    counted = 0
    while True:
        texts = {(About.TEXTS, day) for day in stale_texts()}
        if not texts and not StaleDay.objects.exists():
            # Nothing is locked for looking, which on SQLite would keep everybody waiting.
            Heartbeat.objects.update_or_create(name=NAME, defaults={"at": timezone.now()})
            return counted
        with transaction.atomic():
            if not _is_our_turn(wait=False):
                return counted
            seen = list(StaleDay.objects.order_by("pk").values_list("pk", "about", "day")[:MOST])
            stale = {(about, day) for _pk, about, day in seen} | texts
            now = sorted(stale)[:DAYS]
            for about, day in now:
                _store(about, day, day, differences(about, day, day))
            # By their keys, not by the highest: a lower one may be committed only now.
            taken = [pk for pk, *about_and_day in seen if tuple(about_and_day) in now]
            StaleDay.objects.filter(pk__in=taken).delete()
        counted += len(now)
        if len(now) == len(stale) and len(seen) < MOST:
            return counted


def recount(*, progress=lambda done, days: None):
    """
    Count everything anew, some days in each transaction, and return how many rows were wrong.

    :param progress: called with how many days are done, of how many
    """
    wrong = 0
    for about, first, last in _batches(progress):
        with transaction.atomic():
            _is_our_turn(wait=True)
            found = differences(about, first, last)
            _store(about, first, last, found)
        wrong += len(found)
    for about, month in _months():
        with transaction.atomic():
            _is_our_turn(wait=True)
            found = month_differences(about, month)
            _store_month(about, month, found)
        wrong += len(found)
    return wrong


def check(*, progress=lambda done, days: None):
    """
    Compare what is stored with the rows, and return what differs: (place, stored, counted).

    What is only waiting to be counted is no difference: its mark was committed with it. A
    month has its name in place of the day, and differs from the days that are stored.
    """
    wrong = []
    for about, first, last in _batches(progress):
        found = differences(about, first, last)
        if found:
            waiting = set(
                StaleDay.objects.filter(about=about, day__range=(first, last)).values_list(
                    "day", flat=True
                )
            )
            waiting |= stale_texts() if about == About.TEXTS else set()
            wrong += [each for each in found if each[0].day not in waiting]
    for about, month in _months():
        with transaction.atomic():
            list(_turn(wait=True))  # days and month are read one after the other
            found = month_differences(about, month)
        wrong += [(place._replace(day=f"{month:%Y-%m}"), *counts) for place, *counts in found]
    return wrong


def differences(about, first, last):
    """
    Return where what is stored of these days is not what their rows say.

    :returns: triples: the ``Place``, the counts stored and those counted; None where there
        is nothing
    """
    rows = DayFigures.objects.filter(about=about, day__range=(first, last))
    stored = {Place(*key): counts for *key, counts in rows.values_list(*Place._fields, "counts")}
    return _differing(stored, count(about, first, last))


def month_differences(about, month, **lookups):
    """
    Return where what is stored of a month is not the sum of its stored days.

    :param month: its first day
    :param lookups: which rows only
    :returns: as ``differences``; the day of a ``Place`` is the month's first
    """
    whose = ("version", "person", "channel")
    rows = MonthFigures.objects.filter(about=about, month=month, **lookups)
    stored = {
        Place(month, about, *key): counts for *key, counts in rows.values_list(*whose, "counts")
    }
    summed = defaultdict(Counter)
    days = DayFigures.objects.filter(
        about=about, day__range=(month, end_of_month(month)), **lookups
    )
    for *key, counts in days.values_list(*whose, "counts"):
        summed[Place(month, about, *key)].update(counts)
    return _differing(stored, summed)


def _differing(stored, counted):
    return [
        (place, stored.get(place), dict(counted[place]) if place in counted else None)
        for place in sorted(stored.keys() | counted.keys())
        if stored.get(place) != counted.get(place)
    ]


def _store(about, first, last, found):
    """Let the rows of these days be as they were counted."""
    gone = [place for place, _stored, counted in found if counted is None]
    if gone:
        rows = DayFigures.objects.filter(about=about, day__range=(first, last))
        keys = [pk for pk, *key in rows.values_list("pk", *Place._fields) if Place(*key) in gone]
        DayFigures.objects.filter(pk__in=keys).delete()
    DayFigures.objects.bulk_create(
        [
            DayFigures(**place._asdict(), counts=counted, unsettled=_unsettled(about, counted))
            for place, _stored, counted in found
            if counted is not None
        ],
        update_conflicts=True,
        unique_fields=list(Place._fields),
        update_fields=["counts", "unsettled"],
        batch_size=500,
    )
    for month in {month_of(place.day) for place, *_counts in found}:
        changed = [place for place, *_counts in found if month_of(place.day) == month]
        whose = {
            "version__in": {place.version for place in changed},
            "person__in": {place.person for place in changed},
        }
        _store_month(about, month, month_differences(about, month, **whose))


def _store_month(about, month, found):
    """Let the rows of this month be the sums of its days."""
    rows = MonthFigures.objects.filter(about=about, month=month)
    for place, _stored, summed in found:
        if summed is None:
            rows.filter(**_whose(place)).delete()
    MonthFigures.objects.bulk_create(
        [
            MonthFigures(month=month, about=about, counts=summed, **_whose(place))
            for place, _stored, summed in found
            if summed is not None
        ],
        update_conflicts=True,
        unique_fields=["person", "version", "month", "about", "channel"],
        update_fields=["counts"],
        batch_size=500,
    )


def _whose(place):
    return {"version": place.version, "person": place.person, "channel": place.channel}


def _unsettled(about, counts):
    return sum(_open_part(counts).values()) if about == About.TEXTS else 0


def _open_part(counts):
    return {name: counts[name] for name in OPEN if counts.get(name)}


OPEN = [f"state:{state}" for state in Message.OPEN]


# Which days of texts have changed


def stale_texts():
    """
    Return the days whose texts have changed since they were counted, without a mark.

    A text that has ended never changes, and one that has not changes only towards an end. So
    of a day that is over, whatever changes, changes how many are open and in which states.
    Of a day that still gets texts their number tells the rest.
    """
    edge = _edge()
    open_now, arrived = _texts_now(edge)
    looked_at = Q(unsettled__gt=0) | Q(day__gte=edge)
    rows = DayFigures.objects.filter(looked_at, about=About.TEXTS)
    stored = dict(rows.values_list("day", "counts"))
    days = open_now.keys() | arrived.keys() | stored.keys()
    return {day for day in days if _has_changed(day, stored.get(day), open_now, arrived, edge)}


def _has_changed(day, stored, open_now, arrived, edge):
    if stored is None:
        return True
    if day >= edge and sum(stored.values()) != arrived.get(day, 0):
        return True
    return _open_part(stored) != open_now.get(day, {})


def _texts_now(edge):
    """Return {day: open texts by the name of their state}, and {day: number} from ``edge`` on."""
    texts = Message.objects.annotate(day=trunc("queued_at")).order_by()
    open_now = {}
    standing = texts.filter(state__in=Message.OPEN).values_list("day", "state")
    for day, state, n in standing.annotate(n=Count("pk")):
        open_now.setdefault(day, {})[f"state:{state}"] = n
    latest = texts.filter(queued_at__gte=midnight(edge)).values_list("day")
    return open_now, dict(latest.annotate(n=Count("pk")))


def _edge():
    """Return the first day that may still have got texts since the last count."""
    latest = DayFigures.objects.filter(about=About.TEXTS).aggregate(day=Max("day"))["day"]
    recent = day_of(timezone.now() - LATE)
    return min(latest, recent) if latest else recent


# Who counts, and what


def _is_our_turn(*, wait):
    """
    Return whether nobody else counts; until the end of the transaction nobody does.

    Of two at once the one that began to read first might write last, and leave older figures.
    """
    now = timezone.now()
    Heartbeat.objects.get_or_create(name=NAME, defaults={"at": now})
    turn = _turn(wait=wait)
    if not list(turn):
        return False
    turn.update(at=now)
    return True


def _turn(*, wait):
    return Heartbeat.objects.select_for_update(skip_locked=not wait).filter(name=NAME)


def _months():
    """Return (about, first day of a month) for all months of which anything is stored."""
    of_days = DayFigures.objects.order_by().values_list("about", "day").distinct()
    of_months = MonthFigures.objects.order_by().values_list("about", "month").distinct()
    return sorted({(about, month_of(day)) for each in (of_days, of_months) for about, day in each})


def _batches(progress):
    """Yield (about, first day, last day) until all days of all of them were named."""
    spans = {about: _span(about) for about in FIRST_MOMENTS}
    spans = {about: span for about, span in spans.items() if span}
    days = sum((last - first) // DAY + 1 for first, last in spans.values())
    done = 0
    for about, (first, last) in spans.items():
        while first <= last:
            end = min(first + BATCH - DAY, last)
            yield about, first, end
            done += (end - first) // DAY + 1
            progress(done, days)
            first = end + DAY


def _span(about):
    """Return the first and the last day that has rows or figures; None where there is none."""
    model, field = FIRST_MOMENTS[about]
    moments = model.objects.aggregate(first=Min(field), last=Max(field))
    stored = DayFigures.objects.filter(about=about).aggregate(first=Min("day"), last=Max("day"))
    ends = [day_of(each) for each in moments.values() if each]
    ends += [each for each in stored.values() if each]
    return (min(ends), max(ends)) if ends else None
