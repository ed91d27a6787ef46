"""Signs of life, and how long what is due has been waiting."""

from datetime import timedelta

from django.db.models import Count, Max, Min
from django.utils import timezone

from .holds import current_hold
from .models import Delivery, Heartbeat, Hold

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


def waits(kind):
    """Return the seconds from queued to accepted of the last hour's latest, the shortest first."""
    since = timezone.now() - timedelta(hours=1)
    times = kind.objects.filter(queued_at__gte=since, accepted_at__isnull=False)
    pairs = times.order_by("-queued_at").values_list("queued_at", "accepted_at")[:SAMPLE]
    return sorted((accepted - queued).total_seconds() for queued, accepted in pairs)


def quantiles(waits):
    """Return the median and the 95th percentile of what ``waits()`` returned; {} of nothing."""
    last = len(waits) - 1
    return {
        name: waits[min(last, int(len(waits) * share))]
        for name, share in (("0.5", 0.5), ("0.95", 0.95))
        if waits
    }


def standing(kind):
    """
    Return for each state that is not an end how many rows stand in it, and since when.

    :returns: pairs by state: the count, and the seconds since the oldest was queued
    """
    now = timezone.now()
    counted = kind.objects.filter(state__in=Delivery.OPEN).values_list("state")
    found = {
        state: (n, (now - since).total_seconds())
        for state, n, since in counted.annotate(n=Count("pk"), since=Min("queued_at"))
    }
    return dict.fromkeys(map(str, Delivery.OPEN), (0, 0.0)) | found


def oldest_due(kind):
    """
    Return for how long the oldest due row of ``kind`` waits; zero if none, or if it is held.

    What was held waits from when it was let go: nobody could have taken it before.
    """
    now = timezone.now()
    if current_hold(kind) is not None:
        return timedelta()
    since = kind.objects.due(now).order_by().aggregate(since=Min("not_before"))["since"]
    if since is None:
        return timedelta()
    held = Hold.objects.filter(kind=kind._meta.label_lower).aggregate(until=Max("released_at"))
    return now - max(since, held["until"] or since)
