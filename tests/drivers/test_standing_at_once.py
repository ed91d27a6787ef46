"""A lock and a person's save at the same moment: neither undoes the other."""

import threading
import time
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from backoffice.workflow.transitions import lock
from drivers.locking import unlock_due
from drivers.models import Driver
from drivers.verification import take_event
from tests.together import together

PATIENCE = 60  # seconds, on a busy machine

pytestmark = pytest.mark.django_db(transaction=True)


def tries(driver, times=10):
    for _time in range(times):
        take_event(
            event_id=str(uuid4()),
            kind="code.mismatch",
            phone=driver.phone,
            occurred_at=timezone.now(),
        )


def test_five_sweeps_at_once_unlock_once(driver):
    tries(driver)
    past = timezone.now() - timedelta(seconds=1)
    Driver.objects.update(locked_until=past)
    start = threading.Barrier(5)

    def sweep():
        start.wait(PATIENCE)
        return unlock_due()

    assert sum(together(*[sweep] * 5)) == 1

    lines = [each.transition for each in driver.changes.order_by("pk")]
    assert lines == ["lock", "unlock"]


def somebody_waits():
    """Whether another connection waits for a row."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from pg_stat_activity"
            " where datname = current_database() and wait_event_type = 'Lock'"
        )
        return cursor.fetchone()[0] > 0


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets in one writer at a time.")
def test_a_save_that_waited_for_a_lock_does_not_open_it(driver, agent):
    is_held, client = threading.Event(), Client()
    client.force_login(agent)

    def report():
        with transaction.atomic():
            lock(driver)
            is_held.set()
            end = time.monotonic() + 10
            while not somebody_waits() and time.monotonic() < end:
                time.sleep(0.02)
            tries(driver)

    def save():
        is_held.wait(PATIENCE)
        return client.post(
            f"/admin/drivers/driver/{driver.pk}/change/",
            {
                "version": driver.version,
                "service_type": driver.service_type,
                "affiliation": driver.affiliation,
                "company": "새길택시",
                "birthdate": "",
                "reason": "",
            },
        ).status_code

    assert together(report, save) == [None, 302]

    driver.refresh_from_db()
    assert (driver.company, driver.verification_state) == ("새길택시", "locked")
