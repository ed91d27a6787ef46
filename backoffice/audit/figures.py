"""What a month's access records say, as the monthly review shows and signs it."""

import hashlib
import json
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from statistics import median

from django.contrib.auth import get_user_model
from django.db.models import Count, Sum
from django.utils import timezone

from .models import AccessRecord, DayTally, WatchTally
from .tallies import ANY_USE

Action = AccessRecord.Action

REASONED = [Action.REVEAL, Action.READ_OUT, Action.EXPORT, Action.IMPORT, Action.ERASE]
LEAST_USES = 50  # a day with fewer is never unusual
TIMES_USUAL = 3
SHOWN = 100  # rows of a table; how many there are is said beside it
SHOWN_DRIVERS = 20
MONTHS_BEFORE = 3


def following(month):
    """Return the first day of the month after ``month``."""
    return (month + timedelta(days=32)).replace(day=1)


def bounds(month):
    """Return the first moment of ``month``, given by its first day, and that of the next."""
    midnight = datetime.min.time()
    return tuple(
        timezone.make_aware(datetime.combine(day, midnight)) for day in (month, following(month))
    )


def figures_of(month):
    """Return all that the review of ``month`` shows, as plain JSON values."""
    people = _people(month)
    return {
        "month": f"{month:%Y-%m}",
        "days": _days(month),
        "people": people,
        "drivers": _drivers(month),
        "reasoned": _rows(month, REASONED),
        "rights": _rows(month, [Action.RIGHTS]),
        "refused": _accounts(month, Action.REFUSED),
        "failed": _accounts(month, Action.SIGN_IN_FAILED),
    }


def digest_of(figures):
    """Return the digest of ``figures`` that is signed."""
    text = json.dumps(figures, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _uses(start, end):
    return DayTally.objects.filter(day__gte=start, day__lt=end, action=ANY_USE)


def _days(month):
    """Return each day of ``month`` with its uses within and outside of office hours."""
    after = following(month)
    summed = _uses(month, after).values("day")
    found = {each["day"]: each for each in summed.annotate(all=Sum("times"), off=Sum("off_hours"))}
    days = []
    for offset in range((after - month).days):
        day = month + timedelta(days=offset)
        each = found.get(day, {"all": 0, "off": 0})
        days.append({"day": f"{day}", "uses": each["all"], "off_hours": each["off"]})
    return days


def _people(month):
    """Return everybody who used personal data in ``month``, most unusual first."""
    by_person, usual = _daily_uses(month)
    roles = _roles(usual)
    of_role = defaultdict(list)
    for person, uses in usual.items():
        of_role[roles.get(person, ("", ""))[1]] += uses
    usual_of = {role: median(uses) for role, uses in of_role.items()}
    sums = _sums(month)
    people = []
    for person, days in by_person.items():
        name, role = roles.get(person, (str(person), ""))
        own, group = median(usual[person]), usual_of[role]
        limit = max(LEAST_USES, TIMES_USUAL * min(own, group))
        unusual = [[f"{day}", uses] for day, uses in sorted(days.items()) if uses > limit]
        people.append(
            {
                "person": person,
                "name": name,
                "role": role,
                "own_usual": own,
                "group_usual": group,
                "unusual": unusual,
                **sums[person],
            }
        )
    return sorted(people, key=lambda each: (-len(each["unusual"]), -each["uses"], each["person"]))


def _daily_uses(month):
    """Return {person: {day: uses}} of ``month``, and {person: [uses]} with the months before."""
    start = month
    for _month in range(MONTHS_BEFORE):
        start = (start - timedelta(days=1)).replace(day=1)
    found = _uses(start, following(month)).exclude(person=0)
    days, usual = defaultdict(dict), defaultdict(list)
    for person, day, uses in found.values_list("person", "day", "times"):
        usual[person].append(uses)
        if day >= month:
            days[person][day] = uses
    return days, usual


def _sums(month):
    """Return {person: sums} of ``month``."""
    after = following(month)
    summed = (
        _uses(month, after)
        .values("person")
        .annotate(
            uses=Sum("times"),
            off_hours=Sum("off_hours"),
            drivers=Sum("drivers"),
            days=Count("day"),
        )
    )
    reveals = DayTally.objects.filter(
        day__gte=month, day__lt=after, action__in=[Action.REVEAL, Action.READ_OUT]
    )
    revealed = dict(reveals.values_list("person").annotate(times=Sum("times")))
    return {
        (person := each.pop("person")): {**each, "reveals": revealed.get(person, 0)}
        for each in summed
    }


def _roles(people):
    users = get_user_model().objects.filter(pk__in=list(people)).prefetch_related("groups")
    return {
        user.pk: (str(user), ", ".join(sorted(group.name for group in user.groups.all())))
        for user in users
    }


def _drivers(month):
    """Return the drivers whose data many people opened, the most first."""
    watched = WatchTally.objects.filter(month=month).order_by("-people", "-times", "driver")
    return list(watched.values("driver", "people", "times")[:SHOWN_DRIVERS])


def _records(month, actions):
    start, end = bounds(month)
    return AccessRecord.objects.filter(
        action__in=actions, at__gte=start, at__lt=end, sequence__isnull=False
    )


def _rows(month, actions):
    """Return how many records of ``actions`` there are, and the latest with their reasons."""
    found = _records(month, actions)
    latest = found.order_by("-at", "-pk")[:SHOWN]
    return {
        "count": found.count(),
        "rows": [
            {
                "record": record.pk,
                "at": f"{timezone.localtime(record.at):%Y-%m-%d %H:%M}",
                "account": record.account,
                "action": record.action,
                "driver": record.driver_id,
                "reason": str(record.detail.get("reason", "")),
            }
            for record in latest
        ],
    }


def _accounts(month, action):
    """Return how many records of ``action`` there are, and by whom and whence, the most first."""
    found = _records(month, [action])
    pairs = Counter()
    for account, address, times in found.values_list("account", "address").annotate(n=Count("pk")):
        pairs[account, address] = times
    most = sorted(pairs.items(), key=lambda each: (-each[1], each[0]))[:SHOWN]
    return {
        "count": sum(pairs.values()),
        "rows": [
            {"account": account, "address": address, "times": times}
            for (account, address), times in most
        ],
    }
