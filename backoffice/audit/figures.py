"""What a month's access records say, as the monthly review shows and signs it."""

import hashlib
import json
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from statistics import median

from django.contrib.auth import get_user_model
from django.db.models import Count
from django.utils import timezone

from .models import AccessRecord, PersonMonth, WatchTally

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


def preceding(month):
    """Return the first day of the month before ``month``, given by its first day."""
    return (month - timedelta(days=1)).replace(day=1)


def bounds(month):
    """Return the first moment of ``month``, given by its first day, and that of the next."""
    midnight = datetime.min.time()
    return tuple(
        timezone.make_aware(datetime.combine(day, midnight)) for day in (month, following(month))
    )


def figures_of(month):
    """Return all that the review of ``month`` shows, as plain JSON values."""
    months = PersonMonth.objects.filter(month__gte=_first_before(month), month__lte=month)
    counted = list(months.order_by("month", "person"))
    now = [each for each in counted if each.month == month]
    return {
        "month": f"{month:%Y-%m}",
        "days": _days(month, now),
        "people": _people(now, counted),
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


def _first_before(month):
    """Return the first of the months that say what is usual in ``month``."""
    for _month in range(MONTHS_BEFORE):
        month = preceding(month)
    return month


def _days(month, now):
    """Return each day of ``month`` with its uses within and outside of office hours."""
    return [
        {
            "day": f"{month + timedelta(days=day)}",
            "uses": sum(each.uses[day] for each in now),
            "off_hours": sum(each.off_hours[day] for each in now),
        }
        for day in range((following(month) - month).days)
    ]


def _people(now, counted):
    """
    Return everybody who used personal data in a month, most unusual first.

    :param now: what is counted of that month
    :param counted: that, and the months before, which say what is usual
    """
    usual = defaultdict(list)  # the uses of each day that has any
    for each in counted:
        if each.person:
            usual[each.person] += filter(None, each.uses)
    roles = _roles(usual)
    of_role = defaultdict(list)
    for person, uses in usual.items():
        of_role[roles.get(person, ("", ""))[1]] += uses
    usual_of = {role: median(uses) for role, uses in of_role.items()}
    people = []
    for each in now:
        if not each.person:
            continue
        name, role = roles.get(each.person, (str(each.person), ""))
        own, group = median(usual[each.person]), usual_of[role]
        limit = max(LEAST_USES, TIMES_USUAL * min(own, group))
        days = ((each.month + timedelta(days=day), n) for day, n in enumerate(each.uses))
        people.append(
            {
                "person": each.person,
                "name": name,
                "role": role,
                "own_usual": own,
                "group_usual": group,
                "unusual": [[f"{day}", uses] for day, uses in days if uses > limit],
                "uses": sum(each.uses),
                "off_hours": sum(each.off_hours),
                "drivers": each.drivers,
                "days": sum(map(bool, each.uses)),
                "reveals": each.reveals,
            }
        )
    return sorted(people, key=lambda each: (-len(each["unusual"]), -each["uses"], each["person"]))


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
