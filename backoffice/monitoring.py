"""What the machines that watch this product ask: is it up, may it get work, how does it stand."""

from django.db import DatabaseError
from django.http import HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from kombu.exceptions import OperationalError
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily

from backoffice.celery import app
from backoffice.outbox import health
from backoffice.outbox.dispatch import kinds

LATE = 120  # seconds; due rows that wait longer say that nobody works


@never_cache
def healthz(request):
    """The process is up. Asks nobody else."""
    return HttpResponse("ok\n", "text/plain")


@never_cache
def readyz(request):
    """
    Whether the database and the broker answer, and a worker is at work.

    200 with ``{"database": true, …}``, or 503 where one of them is false.
    """
    found = {"database": True, "broker": _broker_answers()}
    try:
        found["worker"] = health.is_alive("sweep")
        found["queue"] = all(health.oldest_due(kind).total_seconds() < LATE for kind in kinds())
    except DatabaseError:
        # It may go at any question; what it was asked before is old by then.
        found = {"database": False, "broker": found["broker"]}
    return JsonResponse(found, status=200 if all(found.values()) else 503)


def _broker_answers():
    try:
        with app.connection_for_write(connect_timeout=1) as broker:
            broker.ensure_connection(max_retries=1, timeout=1)
    except (OperationalError, OSError):
        return False
    return True


@never_cache
def metrics(request):
    """Counts and ages by kind and state, for Prometheus. No personal datum is among them."""
    registry = CollectorRegistry()
    registry.register(OutboxCollector())
    return HttpResponse(generate_latest(registry), CONTENT_TYPE_LATEST)


class OutboxCollector:
    """Reads the outbox at each scrape: the rows are the truth, not what a process remembers."""

    def collect(self):
        depth = GaugeMetricFamily(
            "outbox_rows", "Deliveries that have not come to an end", labels=["kind", "state"]
        )
        oldest = GaugeMetricFamily(
            "outbox_oldest_due_seconds", "Age of the oldest due delivery", labels=["kind"]
        )
        ended = GaugeMetricFamily(
            "outbox_last_hour",
            "Deliveries of the last hour by gateway and state",
            labels=["kind", "gateway", "state"],
        )
        age = GaugeMetricFamily(
            "outbox_oldest_seconds",
            "Since the oldest delivery in a state was queued",
            labels=["kind", "state"],
        )
        latency = GaugeMetricFamily(
            "outbox_latency_seconds",
            "From queued to accepted, median and 95th percentile of the last hour",
            labels=["kind", "quantile"],
        )
        for kind in kinds():
            name = kind._meta.label_lower
            for state, (count, seconds) in health.standing(kind).items():
                depth.add_metric([name, state], count)
                age.add_metric([name, state], seconds)
            oldest.add_metric([name], health.oldest_due(kind).total_seconds())
            for gateway, state, count in health.last_hour(kind):
                ended.add_metric([name, gateway or "-", state], count)
            for quantile, seconds in health.quantiles(health.waits(kind)).items():
                latency.add_metric([name, quantile], seconds)
        alive = GaugeMetricFamily("sweep_lag_seconds", "Since the sweep was last seen")
        alive.add_metric([], health.lag("sweep"))
        yield from (depth, age, oldest, ended, latency, alive)
