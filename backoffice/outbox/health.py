"""Signs of life, and how long what is due has been waiting."""

from datetime import timedelta

from django.db.models import Count, Min
from django.utils import timezone

from .holds import current_hold
from .models import Delivery, Heartbeat

SAMPLE = 1000  # deliveries, the latest of the hour
ALIVE = timedelta(seconds=60)  # four sweeps


def beat(name):
    """Note that the process called ``name`` is at work."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": timezone.now()})


def is_alive(name, *, within=ALIVE):
    """Return whether ``name`` showed itself of late."""
    now = timezone.now()
    # One from ahead was given before the clock was set back, and says nothing of today.
    return Heartbeat.objects.filter(name=name, at__range=(now - within, now + within)).exists()


def lag(name):
    """Return for how many seconds ``name`` was not seen; -1 if it never was."""
    seen = Heartbeat.objects.filter(name=name).values_list("at", flat=True).first()
    return (timezone.now() - seen).total_seconds() if seen else -1


def last_hour(kind):
    """Return (gateway, state, count) of what was queued within the last hour."""
    since = timezone.now() - timedelta(hours=1)
    counted = kind.objects.filter(queued_at__gte=since).values_list("gateway", "state")
    return list(counted.annotate(n=Count("pk")).order_by("gateway", "state"))


def latency(kind):
    """Return seconds from queued to accepted within the last hour, by quantile."""
    since = timezone.now() - timedelta(hours=1)
    times = kind.objects.filter(queued_at__gte=since, accepted_at__isnull=False)
    pairs = times.order_by("-pk").values_list("queued_at", "accepted_at")[:SAMPLE]
    waits = sorted((accepted - queued).total_seconds() for queued, accepted in pairs)
    if not waits:
        return {}
    return {
        "0.5": waits[len(waits) // 2],
        "0.95": waits[min(len(waits) - 1, int(len(waits) * 0.95))],
    }


def depth(kind):
    """Return how many rows of ``kind`` stand in each state that is not an end."""
    open_states = [*Delivery.ON_ITS_WAY, Delivery.State.UNKNOWN]
    counted = kind.objects.filter(state__in=open_states).values("state").annotate(n=Count("pk"))
    return dict.fromkeys(map(str, open_states), 0) | {each["state"]: each["n"] for each in counted}


def oldest_due(kind):
    """Return for how long the oldest due row of ``kind`` waits; zero if none, or if it is held."""
    now = timezone.now()
    if current_hold(kind) is not None:
        return timedelta()
    since = kind.objects.due(now).order_by().aggregate(since=Min("not_before"))["since"]
    return now - since if since is not None else timedelta()
