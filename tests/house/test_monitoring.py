"""What machines ask: alive, ready for work, and the figures; none of them about anybody."""

import re
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerGone

from backoffice import monitoring
from backoffice.outbox import health
from backoffice.outbox.holds import hold
from backoffice.outbox.models import Heartbeat
from backoffice.sms.models import Message

LINE = re.compile(r"(?P<name>\w+)(?:\{(?P<labels>.*)\})? (?P<value>\S+)")


@pytest.fixture
def figures(client, db):
    """Return the figures by name and labels."""

    def read():
        found = {}
        for line in client.get("/metrics").content.decode().splitlines():
            if not line.startswith("#"):
                parts = LINE.fullmatch(line)
                labels = ",".join(sorted((parts["labels"] or "").split(",")))
                found[parts["name"], labels] = float(parts["value"])
        return found

    return read


def test_being_up_asks_nobody(client, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        assert client.get("/healthz").content == b"ok\n"


def test_is_ready_when_all_parts_are(client, db):
    health.beat("sweep")

    response = client.get("/readyz")

    assert response.status_code == 200
    assert response.json() == {"database": True, "broker": True, "worker": True, "queue": True}


def test_names_the_broker_that_is_away(client, db, monkeypatch):
    def gone(**options):
        raise BrokerGone("no route")

    monkeypatch.setattr(monitoring.app, "connection_for_write", gone)
    health.beat("sweep")

    assert_only("broker", client.get("/readyz"))


def test_a_broker_that_is_really_not_there_is_named_soon(client, db):
    health.beat("sweep")
    url = monitoring.app.conf.broker_url
    monitoring.app.conf.broker_url = monitoring.app.conf.broker_write_url = "redis://127.0.0.1:1/0"
    began = timezone.now()
    try:
        response = client.get("/readyz")
    finally:
        monitoring.app.conf.broker_url = monitoring.app.conf.broker_write_url = url

    assert_only("broker", response)
    assert timezone.now() - began < timedelta(seconds=5)


@pytest.mark.parametrize("seen", [None, 61, 3600])
def test_names_the_worker_that_was_not_seen(seen, client, db):
    if seen is not None:
        Heartbeat.objects.create(name="sweep", at=timezone.now() - timedelta(seconds=seen))

    assert_only("worker", client.get("/readyz"))


def test_names_the_queue_that_stands_still(client, make_message):
    health.beat("sweep")
    make_message(not_before=timezone.now() - timedelta(seconds=125))

    assert_only("queue", client.get("/readyz"))


def test_a_queue_that_is_held_stands_still_with_a_reason(client, make_message, lead):
    health.beat("sweep")
    make_message(not_before=timezone.now() - timedelta(seconds=125))
    hold(Message, by=lead, reason="점검")

    assert client.get("/readyz").status_code == 200


@pytest.mark.parametrize("question", [1, 2])
def test_names_the_database_that_is_away_or_goes_meanwhile(question, client, db):
    asked = 0

    def gone(execute, *args):
        nonlocal asked
        asked += 1
        if asked >= question:
            raise OperationalError("server closed the connection")
        return execute(*args)

    with connection.execute_wrapper(gone):
        response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json() == {"database": False, "broker": True}


def assert_only(part, response):
    assert response.status_code == 503
    assert [name for name, is_so in response.json().items() if not is_so] == [part]


def test_the_figures_are_those_of_the_rows(figures, make_message):
    now = timezone.now()
    for state, n in {"queued": 3, "sending": 1, "accepted": 2, "unknown": 1, "failed": 4}.items():
        for _each in range(n):
            make_message(state, gateway="" if state == "queued" else "memory")
    Message.objects.filter(state="accepted").update(accepted_at=now + timedelta(seconds=2))
    Message.objects.filter(state="unknown").update(queued_at=now - timedelta(minutes=50))

    found = figures()

    for state, n in {"queued": 3, "sending": 1, "accepted": 2, "unknown": 1}.items():
        assert found["outbox_rows", f'kind="sms.message",state="{state}"'] == n
    assert ("outbox_rows", 'kind="sms.message",state="failed"') not in found
    assert found["outbox_oldest_seconds", 'kind="sms.message",state="unknown"'] == pytest.approx(
        3000, abs=30
    )
    given = {labels: n for (name, labels), n in found.items() if name == "outbox_last_hour"}
    assert sum(given.values()) == 11
    assert given['gateway="memory",kind="sms.message",state="failed"'] == 4
    assert given['gateway="-",kind="sms.message",state="queued"'] == 3
    assert found["outbox_latency_seconds", 'kind="sms.message",quantile="0.5"'] == pytest.approx(
        2, abs=1
    )
    assert found["sweep_lag_seconds", ""] == -1


def test_what_waits_is_as_old_as_its_oldest(figures, make_message):
    make_message(not_before=timezone.now() - timedelta(seconds=90))
    make_message()

    assert figures()["outbox_oldest_due_seconds", 'kind="sms.message"'] == pytest.approx(90, abs=9)


def test_tells_nothing_of_anybody(client, make_message, driver):
    make_message("failed", detail="01000001234", reason="refused")

    text = client.get("/metrics").content.decode() + client.get("/readyz").content.decode()

    assert "sms.message" in text
    for told in (driver.name, "00001234", "생년월일", "refused"):
        assert told not in text


@pytest.mark.parametrize("path", ["/metrics", "/readyz"])
def test_asks_the_database_as_often_for_many_as_for_few(path, client, make_message):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            client.get(path)
        return len(asked)

    make_message()
    few = queries()
    for state in ("queued", "sending", "accepted", "unknown", "failed", "queued"):
        make_message(state)

    assert queries() == few


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_whom_it_tells_without_https_is_not_sent_elsewhere(path, client, db, settings):
    """To a balancer a redirection is as good as a yes."""
    settings.SECURE_SSL_REDIRECT = True

    assert client.get(path).status_code in {200, 503}
    assert client.get("/admin/").status_code == 301


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_is_not_kept_by_anybody(path, client, db):
    assert "no-store" in client.get(path)["Cache-Control"]
