"""The form for a file: what it takes, and what it says to the rest."""

import io

import openpyxl
import pytest
from django.conf import settings

from drivers.importing import reading
from drivers.importing.models import DriverImport
from drivers.models import Driver
from tests.drivers.importing.conftest import UPLOAD, csv_file, row


@pytest.mark.parametrize("name", ["drivers.xlsm", "drivers.xls", "drivers.exe", "drivers"])
def test_only_the_two_kinds_are_taken(name, lead, upload):
    page = upload(lead, csv_file(row()), name=name)

    assert "Only CSV and XLSX" in page.content.decode()
    assert not DriverImport.objects.exists()


def test_an_empty_file_is_a_sentence(lead, upload):
    assert "The file is empty" in upload(lead, b"").content.decode()


def test_a_file_that_is_too_large_is_a_sentence(lead, upload, settings):
    settings.IMPORT_MEGABYTES = 1

    page = upload(lead, b"x" * 1_000_001)

    assert "larger than 1 MB" in page.content.decode()
    assert not DriverImport.objects.exists()


def test_a_file_as_large_as_the_page_says_is_read(lead, upload):
    """Nothing before the page turns it away: what answers is the reading of the file."""
    size = settings.IMPORT_MEGABYTES * 1_000_000

    page = upload(lead, b"x" * size)

    assert page.status_code == 302
    assert DriverImport.objects.get().size == size


def test_no_file_is_a_sentence(lead, client):
    client.force_login(lead)

    page = client.post("/admin/importing/driverimport/upload/", {})

    assert page.status_code == 200
    assert page.context["form"].errors["file"]


def test_the_template_can_be_filled_in_and_uploaded(lead, client, imported):
    client.force_login(lead)
    template = client.get("/admin/importing/driverimport/template/").content
    book = openpyxl.load_workbook(io.BytesIO(template))
    book.active.append(row())
    filled = io.BytesIO()
    book.save(filled)

    imported(lead, filled.getvalue(), name="drivers.xlsx")

    assert Driver.objects.get().name == "남궁민"


def test_the_page_says_how_many_rows_are_taken(lead, client):
    client.force_login(lead)
    client.cookies["django_language"] = "en"

    page = client.get("/admin/importing/driverimport/upload/").content.decode()

    assert f"{reading.MOST_ROWS:,} rows" in page


def test_who_reads_that_it_failed_can_upload_another(lead, upload, client):
    upload(lead, csv_file(row()))
    job = DriverImport.objects.get()
    job.fail("Nothing was imported; upload the file once more.")

    page = client.get(f"/admin/importing/driverimport/{job.pk}/change/").content.decode()

    assert f'href="{UPLOAD}"' in page
    assert "/drop/" not in page


def test_the_list_leads_to_the_form_and_back(lead, client):
    client.force_login(lead)

    assert f'href="{UPLOAD}"' in client.get("/admin/importing/driverimport/").content.decode()
    page = client.get(UPLOAD).content.decode()
    assert '<a class="move-button quiet" href="/admin/importing/driverimport/">' in page
