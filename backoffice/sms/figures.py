"""What the page of the sending draws: the figures that /metrics tells, as bars."""

from datetime import timedelta

from django.db.models import Count
from django.db.models.functions import TruncHour
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.outbox import health

from .models import Message

HOURS = 24
RESULTS = ("delivered", "accepted", "undelivered", "failed", "unknown", "sending", "queued")
# Seconds up to which a text counts as taken within the step, and what the step is called.
STEPS = (
    (1, lambda: _("up to 1 s")),
    (5, lambda: _("up to 5 s")),
    (30, lambda: _("up to 30 s")),
    (120, lambda: _("up to 2 min")),
    (float("inf"), lambda: _("longer")),
)


def legend():
    """Return the states by which bars are coloured."""
    labels = dict(Message.State.choices)
    return [{"state": state, "label": labels[state]} for state in RESULTS]


def states():
    """Return how many texts stand in each state that is no end, and for how long the oldest."""
    labels = dict(Message.State.choices)
    found = health.standing(Message)
    most = max(count for count, _seconds in found.values())
    return [
        {
            "state": state,
            "label": labels[state],
            "n": count,
            "width": _share(count, most),
            "age": timedelta(seconds=int(seconds)) if count else None,
        }
        for state, (count, seconds) in found.items()
    ]


def gateways():
    """Return for each gateway how the texts of the last hour stand that it was given."""
    by_gateway = {}
    for gateway, state, count in health.last_hour(Message):
        by_gateway.setdefault(gateway, {})[state] = count
    most = max((sum(found.values()) for found in by_gateway.values()), default=0)
    return [
        {
            "gateway": gateway or _("not sent yet"),
            "n": sum(found.values()),
            "bars": _bars(found, most),
        }
        for gateway, found in sorted(by_gateway.items())
    ]


def latency():
    """Return how long the texts of the last hour waited until a gateway took them; {} of none."""
    waits = health.waits(Message)
    if not waits:
        return {}
    steps, begin = [], 0
    for limit, label in STEPS:
        count = sum(begin <= seconds < limit for seconds in waits)
        steps.append({"label": label(), "n": count})
        begin = limit
    most = max(step["n"] for step in steps)
    found = health.quantiles(waits)
    return {
        "steps": [step | {"width": _share(step["n"], most)} for step in steps],
        "median": f"{found['0.5']:.1f}",
        "late": f"{found['0.95']:.1f}",
    }


def hours():
    """Return, for each of the last hours, how many texts were queued and how they stand now."""
    now = timezone.localtime().replace(minute=0, second=0, microsecond=0)
    start = now - timedelta(hours=HOURS - 1)
    counted = (
        Message.objects.filter(queued_at__gte=start)
        .annotate(hour=TruncHour("queued_at"))
        .values("hour", "state")
        .annotate(n=Count("pk"))
    )
    by_hour = {}
    for each in counted:
        by_hour.setdefault(timezone.localtime(each["hour"]), {})[each["state"]] = each["n"]
    most = max((sum(found.values()) for found in by_hour.values()), default=0)
    return [
        {
            "hour": hour,
            "bars": _bars(by_hour.get(hour, {}), most),
            "n": sum(by_hour.get(hour, {}).values()),
        }
        for hour in (start + timedelta(hours=offset) for offset in range(HOURS))
    ]


def _bars(found, most):
    labels = dict(Message.State.choices)
    return [
        {
            "state": state,
            "label": labels[state],
            "n": found[state],
            "share": _share(found[state], most),
        }
        for state in RESULTS
        if found.get(state)
    ]


def _share(n, most):
    """Return ``n`` in percent of ``most``, and at least one where there is anything to see."""
    return max(round(100 * n / most), 1) if n else 0
