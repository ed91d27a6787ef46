"""The worker that imports: whole or not at all, also when it breaks or dies."""

import threading
from contextlib import suppress
from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from backoffice.files import jobs
from drivers.importing import loading, services, tasks
from drivers.importing.models import DriverImport
from drivers.models import Driver, DriverName, VerificationEvent
from tests.drivers.importing.conftest import csv_file, row
from tests.together import together

ADMIN = "/admin/importing/driverimport/"
PEOPLE = ["agent", "privacy_officer", "administrator"]


def many(count, **other):
    return csv_file(*(row(f"010-2000-{number:04d}", **other) for number in range(count)))


def test_nothing_is_imported_without_its_record(lead, checked, act, monkeypatch):
    job = checked(lead, csv_file(row()))
    real = services.record

    def broken(*args, act, **kwargs):
        if act == "imported":
            raise RuntimeError
        return real(*args, act=act, **kwargs)

    monkeypatch.setattr(services, "record", broken)
    act(lead, job, "confirm")

    assert job.state == "failed"
    assert not Driver.objects.exists()
    assert not DriverName.objects.exists()


def test_a_fault_in_the_last_chunk_leaves_none_of_the_first(lead, checked, act, monkeypatch):
    monkeypatch.setattr(services, "CHUNK", 2)
    job = checked(lead, many(5))
    Driver.objects.create(  # somebody adds him between the check and the import
        name="홍길동", phone="+821020000004", birthdate="1980-05-03", service_type="일반"
    )

    act(lead, job, "confirm")

    assert job.state == "failed"
    assert "have changed since the check" in job.fault
    assert Driver.objects.count() == 1


def test_a_number_taken_at_the_last_moment_ends_it_with_a_sentence(
    lead, checked, act, monkeypatch
):
    job = checked(lead, csv_file(row()))
    real = loading.load_new

    def overtaken(drivers):
        Driver.objects.create(
            name="홍길동", phone="+821023456789", birthdate="1980-05-03", service_type="일반"
        )
        real(drivers)

    monkeypatch.setattr(loading, "load_new", overtaken)
    act(lead, job, "confirm")

    assert job.state == "failed"
    assert "have changed since the check" in job.fault
    assert not Driver.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("failure", [OperationalError, IntegrityError])
def test_what_breaks_after_the_commit_does_not_call_it_failed(
    failure, lead, checked, act, monkeypatch
):
    def broken(phone):
        raise failure

    VerificationEvent.objects.create(
        event_id="late", kind="code.sent", phone="+821023456789", occurred_at=timezone.now()
    )
    monkeypatch.setattr(loading, "adopt_events", lambda driver: None)  # it came too late for that
    monkeypatch.setattr(loading, "adopt_late", broken)
    job = checked(lead, csv_file(row()))

    act(lead, job, "confirm")

    assert Driver.objects.count() == 1
    assert (job.state, job.fault) == ("imported", "")


def test_what_nobody_confirms_within_a_day_is_gone(lead, checked, folder):
    checked(lead, csv_file(row()))

    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        assert tasks.sweep()["dropped"] == 1

    assert DriverImport.objects.get().state == "dropped"
    assert not list((folder / "imports").glob("*"))


@pytest.mark.parametrize("state", ["checking", "importing"])
def test_a_dead_worker_is_noticed_and_said(state, lead, checked, client, folder):
    job = checked(lead, csv_file(row()))
    DriverImport.objects.update(state=state)  # as kill -9 leaves it

    assert tasks.sweep()["found"] == 1

    client.force_login(lead)
    client.cookies["django_language"] = "en"
    assert "worker stopped" in client.get(f"{ADMIN}{job.pk}/change/").content.decode()
    assert not Driver.objects.exists()
    assert not list((folder / "imports").glob("*"))


def test_a_worker_at_work_is_left_alone(lead, checked):
    job = checked(lead, csv_file(row()))
    DriverImport.objects.update(state="importing")

    with jobs.at_work(job):
        assert tasks.sweep()["found"] == 0


def test_the_progress_counts_rows(lead, checked, client, monkeypatch):
    monkeypatch.setattr(services, "CHUNK", 2)
    job = checked(lead, many(5))
    client.force_login(lead)

    answer = client.get(f"{ADMIN}{job.pk}/progress/")

    assert answer.json() | {"label": ""} == {
        **{"state": "checked", "label": "", "done": 5, "total": 5, "moving": False}
    }
    assert "no-store" in answer.headers["Cache-Control"]
    assert job.done() == 5


def test_who_may_not_any_more_when_it_is_due_imports_nothing(lead, checked, client):
    job = checked(lead, csv_file(row()))
    client.post(f"{ADMIN}{job.pk}/confirm/")
    lead.groups.clear()

    tasks.run()

    assert DriverImport.objects.get().state == "failed"
    assert not Driver.objects.exists()


def test_many_who_change_cost_no_more_questions_than_few(lead, imported, checked, client):
    """Every changed row is locked till the end, and the agent who corrects that driver waits."""
    imported(lead, many(40))
    asked = []
    for count in (3, 40):
        job = checked(lead, many(count, name=f"남궁{count}"))
        client.post(f"{ADMIN}{job.pk}/confirm/")
        with CaptureQueriesContext(connection) as queries:
            tasks.run()
        asked.append(len(queries))

    assert Driver.objects.filter(name="남궁40").count() == 40
    assert asked[0] == asked[1]


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_that_change_the_same_drivers_the_second_is_told(
    lead, imported, checked, client, monkeypatch
):
    """Each would hold the driver whom the other needs next."""
    monkeypatch.setattr(services, "CHUNK", 1)
    imported(lead, many(2))
    rows = [row(f"010-2000-{number:04d}", name="남궁찬") for number in range(2)]
    jobs_at_once = [checked(lead, csv_file(*rows)), checked(lead, csv_file(*reversed(rows)))]
    for job in jobs_at_once:
        client.post(f"{ADMIN}{job.pk}/confirm/")
    both = threading.Barrier(2)
    real = loading.load_changed

    def load_changed(drivers):
        real(drivers)
        with suppress(threading.BrokenBarrierError):
            both.wait(timeout=1)  # until the other has its first driver, where it may

    monkeypatch.setattr(loading, "load_changed", load_changed)
    together(tasks.run, tasks.run)

    ends = DriverImport.objects.filter(pk__in=[job.pk for job in jobs_at_once])
    assert sorted(ends.values_list("state", flat=True)) == ["failed", "imported"]
    assert "have changed since the check" in ends.get(state="failed").fault
