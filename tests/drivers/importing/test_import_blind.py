"""What a check tells of who is on record: one guess a driver and file, and each is recorded."""

import csv
from datetime import date, timedelta

import pytest

from backoffice.audit.models import AccessRecord
from drivers.importing import services
from drivers.importing.models import DriverImport
from tests.drivers.importing.conftest import csv_file, row

ADMIN = "/admin/importing/driverimport/"
OWN = "010-0000-1234"


@pytest.fixture
def faults(client):
    """faults(lead, job): {row: columns that are at fault}, as the list to download says."""

    def read(person, job):
        client.force_login(person)
        client.cookies["django_language"] = "en"
        text = client.get(f"{ADMIN}{job.pk}/faults/").content.decode("utf-8-sig")
        found = {}
        for number, column, _why in list(csv.reader(text.splitlines()))[1:]:
            found.setdefault(int(number), []).append(column)
        return found

    return read


def checks():
    return AccessRecord.objects.filter(action="import", detail__act="checked")


def every_day_of(year):
    return [(date(year, 1, 1) + timedelta(days=each)).isoformat() for each in range(366)]


@pytest.mark.parametrize("state", ["active", "withdrawn"])
def test_a_number_with_every_date_does_not_tell_which_is_his(state, lead, driver, checked, faults):
    type(driver).objects.update(state=state)
    rows = [row(OWN, birthdate=day) for day in every_day_of(driver.birthdate.year)]

    job = checked(lead, csv_file(*rows))

    found = faults(lead, job)
    assert (job.state, job.bad) == ("faulty", 366)
    assert {tuple(found[number]) for number in range(3, 368)} == {("phone",)}


def test_who_has_withdrawn_is_not_compared(lead, driver, checked, faults):
    type(driver).objects.update(state="withdrawn")

    told = [
        faults(lead, checked(lead, csv_file(row(OWN, birthdate=day))))
        for day in ("1980-05-03", "1975-11-02")
    ]

    assert told == [{2: ["phone"]}] * 2


def test_a_number_twice_needs_nothing_that_its_driver_has(lead, driver, checked, faults):
    job = checked(lead, csv_file(row(OWN, birthdate=""), row(OWN, name="", birthdate="")))

    assert faults(lead, job) == {3: ["phone"]}


def test_the_one_guess_is_recorded_with_whom_it_was_about(lead, make_driver, checked):
    looked_at = [make_driver(phone=f"+8210300000{number:02d}") for number in (1, 2, 4)]
    make_driver(phone="+821030000003")
    rows = [row(f"010-3000-00{number:02d}") for number in (1, 2, 4, 4, 9)]

    job = checked(lead, csv_file(*rows))

    [check] = checks()
    assert (check.by, check.address, check.detail["import"]) == (lead, "127.0.0.1", job.pk)
    keys = [key for first, last in check.detail["driver_ranges"] for key in range(first, last + 1)]
    assert keys == [driver.pk for driver in looked_at]


def test_what_was_found_is_not_told_without_its_record(
    lead, driver, upload, work, faults, monkeypatch
):
    real = services.record

    def broken(*args, act, **kwargs):
        if act == "checked":
            raise RuntimeError
        return real(*args, act=act, **kwargs)

    monkeypatch.setattr(services, "record", broken)
    upload(lead, csv_file(row(OWN)))
    work()

    job = DriverImport.objects.get()
    assert job.state == "failed"
    assert faults(lead, job) == {}


def test_nothing_is_told_while_the_check_is_at_it(lead, driver, upload, work, faults, monkeypatch):
    told = []
    real = services._chunks

    def chunks(job):
        for each in real(job):
            yield each
            told.append(faults(lead, DriverImport.objects.get()))

    monkeypatch.setattr(services, "CHUNK", 100)
    monkeypatch.setattr(services, "_chunks", chunks)
    upload(lead, csv_file(*(row(OWN) for _each in range(300))))
    work()

    assert told == [{}, {}, {}]
