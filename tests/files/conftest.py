"""A list on its way out of the house, as people and the worker go it."""

import csv
import io
import re

import msoffcrypto
import openpyxl
import pytest
import pyzipper

from backoffice.files import tasks
from backoffice.files.models import Export
from backoffice.staff import roles

DRIVERS = "/admin/drivers/driver/"


@pytest.fixture(autouse=True)
def exports_are_on(settings, tmp_path):
    settings.EXPORTS = {roles.TEAM_LEAD, roles.PRIVACY_OFFICER}
    settings.VAR_DIR = tmp_path


@pytest.fixture
def ask(client):
    """ask(lead, "?state__exact=active", reason="…"): fill in the page of the export."""

    def post(person, query="", *, of=DRIVERS, **typed):
        client.force_login(person)
        client.cookies["django_language"] = "en"
        page = client.get(f"{of}export/{query}")
        if page.status_code != 200 or "form" not in page.context:
            return page
        key = page.context["form"]["request_key"].value()
        fields = {"format": "xlsx", "reason": "월간 점검", "request_key": key}
        return client.post(f"{of}export/{query}", fields | typed)

    return post


@pytest.fixture
def work():
    """The worker hears the bell."""
    return tasks.write_exports


@pytest.fixture
def exported(ask, work):
    """exported(lead, …): an export that is ready."""

    def make(*args, **typed):
        assert ask(*args, **typed).status_code == 302
        work()
        return Export.objects.latest("pk")

    return make


@pytest.fixture
def act(client):
    """act(lead, export, "password"): press the button."""

    def post(person, export, name):
        client.force_login(person)
        client.cookies["django_language"] = "en"
        return client.post(f"/admin/files/export/{export.pk}/{name}/")

    return post


@pytest.fixture
def open_it(act):
    """Press for the password, and return it."""

    def press(person, export):
        page = act(person, export, "password").content.decode()
        return re.search(r"data-secret>([^<]+)<", page)[1]

    return press


@pytest.fixture
def lines_of(act, open_it):
    """Everything up to the rows of the file as the person's own program shows them."""

    def fetch(person, export):
        password = open_it(person, export)
        content = b"".join(act(person, export, "download").streaming_content)
        return (read_xlsx if export.format == "xlsx" else read_csv)(content, password)

    return fetch


def read_xlsx(content, password):
    plain = io.BytesIO()
    office = msoffcrypto.OfficeFile(io.BytesIO(content))
    office.load_key(password=password, verify_password=True)
    office.decrypt(plain)
    sheet = openpyxl.load_workbook(plain).active
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    return [["" if value is None else value for value in row] for row in sheet.values]


def read_csv(content, password):
    with pyzipper.AESZipFile(io.BytesIO(content)) as archive:
        archive.setpassword(password.encode())
        text = archive.read(archive.namelist()[0]).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))
