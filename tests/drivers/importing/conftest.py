"""Drivers in a file, on their way in."""

import csv
import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from drivers.importing import tasks
from drivers.importing.models import DriverImport

HEADINGS = ["전화번호", "이름", "생년월일", "서비스 유형", "소속", "회사", "차량번호"]
UPLOAD = "/admin/importing/driverimport/upload/"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    return tmp_path


def csv_file(*rows, headings=HEADINGS, encoding="utf-8-sig"):
    text = io.StringIO()
    csv.writer(text).writerows([headings, *rows])
    return text.getvalue().encode(encoding)


def xlsx_file(*rows, headings=HEADINGS, change=None):
    book = openpyxl.Workbook()
    for row in [headings, *rows]:
        book.active.append(row)
    if change:
        change(book)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def row(number="010-2345-6789", **other):
    """A row that can be imported, but for what is named."""
    values = {
        "number": number,
        "name": "남궁민",
        "birthdate": "1975-11-02",
        "service": "벤티",
        "affiliation": "개인",
        "company": "",
        "vehicle": "경기34나5678",
    } | other
    return list(values.values())


@pytest.fixture
def upload(client):
    """upload(lead, content, "drivers.csv"): the form, filled in and sent."""

    def post(person, content, name="drivers.csv", **typed):
        client.force_login(person)
        client.cookies["django_language"] = "en"
        page = client.get(UPLOAD)
        if page.status_code != 200:
            return page
        key = page.context["form"]["request_key"].value()
        file = SimpleUploadedFile(name, content)
        return client.post(UPLOAD, {"file": file, "request_key": key} | typed)

    return post


@pytest.fixture
def work():
    """The worker hears the bell."""
    return tasks.run


@pytest.fixture
def checked(upload, work):
    """checked(lead, content): the import as its check left it."""

    def check(*args, **typed):
        answer = upload(*args, **typed)
        assert answer.status_code == 302, answer.context["form"].errors
        work()
        return DriverImport.objects.latest("pk")

    return check


@pytest.fixture
def act(client):
    """act(lead, job, "confirm"): press the button, and let the worker work."""

    def press(person, job, name):
        client.force_login(person)
        client.cookies["django_language"] = "en"
        answer = client.post(f"/admin/importing/driverimport/{job.pk}/{name}/")
        tasks.run()
        job.refresh_from_db()
        return answer

    return press


@pytest.fixture
def imported(checked, act):
    """imported(lead, content): checked, confirmed and done."""

    def do(person, content, **typed):
        job = checked(person, content, **typed)
        assert job.state == "checked", list(job.faults()) or job.fault
        act(person, job, "confirm")
        assert job.state == "imported", job.fault
        return job

    return do
