"""The hunt around a file of marked drivers: pages, sentences, access records, log, session."""

import json

import pytest
from django.db import IntegrityError

from backoffice.audit.models import AccessRecord
from backoffice.staff.models import Session
from drivers.importing import loading
from drivers.importing.models import DriverImport
from drivers.models import Driver
from tests.audit.marks import marks_in
from tests.audit.test_leak_hunt_elsewhere import log  # noqa: F401 - a fixture
from tests.drivers.importing.conftest import HEADINGS, csv_file, row, xlsx_file
from tests.retention.life import BORN, COMPANY, NAME, NEW, OWN, PLATE, REAL, THIRD, said

ADMIN = "/admin/importing/driverimport/"
GOOD = row(OWN, name=NAME, birthdate=BORN.isoformat(), company=COMPANY, vehicle=PLATE)
FILE = f"{NAME} {OWN} {BORN:%y%m%d}.csv"
BAD = {
    "a number": row(said("전화"), name=NAME),
    "a number abroad": row(f"+1 {OWN}", name=NAME),
    "a number twice": row(OWN, name=NAME, birthdate=""),
    "a name": row(NEW, name=NAME * 20),
    "a name of Excel": row(NEW, name=f"{NAME}\x07"),
    "another birthdate": row(THIRD, name=NAME, birthdate=REAL.isoformat()),
    "a birthdate": row(NEW, birthdate=f"{BORN:%y%m%d}"),
    "no birthdate": row(NEW, birthdate=f"{BORN:%Y-%m}-31"),
    "words for a birthdate": row(NEW, birthdate=said("생일")),
    "a service": row(NEW, service=NAME),
    "an affiliation": row(NEW, affiliation=OWN),
    "a company": row(NEW, company=said("회사") * 3),
    "a plate": row(NEW, vehicle=said("차")),
    "a cell beneath no heading": [*row(NEW), said("남음")],
    "a long cell": row(NEW, company=said("회사") * 100),
}
UNREADABLE = {
    "no headings": csv_file(GOOD, headings=GOOD),
    "a strange heading": csv_file(GOOD, headings=[*HEADINGS, said("비고")]),
    "a heading missing": csv_file([OWN, NAME], headings=HEADINGS[:2]),
    "an open quotation": f'{",".join(HEADINGS)}\n"{OWN},{NAME}'.encode(),
    "half a workbook": xlsx_file(GOOD)[:-200],
    "neither": f"{OWN},{NAME}".encode("utf-16"),
}


@pytest.fixture
def told(lead, other_lead, client, log):  # noqa: F811 - the fixture
    """told(job): all that is said of an import, beside the drivers that it made."""

    def gather(job):
        job.refresh_from_db()
        yield str(DriverImport.objects.values().get(pk=job.pk))
        for person in (lead, other_lead):
            client.force_login(person)
            for page in ("", *(f"{job.pk}/{each}/" for each in ("change", "faults", "progress"))):
                answer = client.get(ADMIN + page)
                yield f"{dict(answer.items())}\n{answer.content.decode()}"
        yield from map(str, AccessRecord.objects.values())
        yield json.dumps([each.get_decoded() for each in Session.objects.all()])
        yield log.getvalue()

    return lambda job: "\n".join(gather(job))


def test_what_is_imported_is_told_without_it(lead, upload, work, act, told):
    upload(lead, csv_file(GOOD), FILE)
    work()
    job = DriverImport.objects.get()
    assert job.state == "checked", list(job.faults())
    assert marks_in(told(job)) == []

    act(lead, job, "confirm")

    assert Driver.objects.get().name == NAME
    assert marks_in(told(job)) == []


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
def test_what_is_wrong_with_a_row_is_told_without_it(bad, lead, make_driver, upload, work, told):
    make_driver(name=NAME, phone="+821064827315", birthdate=BORN, vehicle_no=PLATE)

    upload(lead, csv_file(GOOD, bad), FILE)
    work()

    job = DriverImport.objects.get()
    assert (job.state, job.bad) == ("faulty", 1), list(job.faults())
    assert marks_in(told(job)) == []


@pytest.mark.parametrize("content", UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_read_is_told_without_it(content, lead, upload, work, told):
    upload(lead, content, f"{OWN} {BORN:%Y-%m-%d}.csv")
    work()

    job = DriverImport.objects.get()
    assert job.state == "failed"
    assert marks_in(told(job)) == []


@pytest.mark.parametrize("failure", [RuntimeError, IntegrityError, ValueError])
def test_what_nobody_foresaw_is_told_without_it(
    failure, lead, upload, work, act, told, monkeypatch
):
    def break_down(drivers):
        raise failure(said(str(drivers[0].birthdate)))

    monkeypatch.setattr(loading, "load_new", break_down)
    upload(lead, csv_file(GOOD), FILE)
    work()
    job = DriverImport.objects.get()

    act(lead, job, "confirm")

    assert job.state == "failed"
    assert not Driver.objects.exists()
    assert marks_in(told(job)) == []


def test_the_file_itself_holds_them_until_it_is_over(lead, upload, work, act, folder):
    """The control, and the one place where they may lie: for this account, for a day at most."""
    upload(lead, csv_file(GOOD), FILE)
    work()

    [staged] = folder.glob("imports/*.rows")
    cells = json.loads(staged.read_text())
    assert marks_in(json.dumps(cells, ensure_ascii=False)) != []
    act(lead, DriverImport.objects.get(), "confirm")
    assert not list(folder.glob("imports/*"))
