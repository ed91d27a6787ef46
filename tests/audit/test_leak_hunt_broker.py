"""
The hunt in the broker itself: whatever the run has, or else the embedded one.

Bells carry no words; here it is the broker that says so, and not the code that rings.
"""

import pytest
from celery import current_app
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from backoffice.staff import roles
from drivers.importing.models import DriverImport
from tests.audit import brokers
from tests.audit.marks import marks_in
from tests.audit.test_leak_hunt import life  # noqa: F401 - a fixture
from tests.drivers.importing.conftest import csv_file, row
from tests.retention.life import NAME, NEW, OWN, said

BELLS = {"outbox.dispatch", "files.write_exports", "importing.run"}


@pytest.fixture
def broker(monkeypatch, tmp_path, settings):
    """The broker of the run; the tests' default has nothing to look into, so the spool for it."""
    settings.VAR_DIR = tmp_path
    conf = current_app.conf
    if not conf.broker_url.startswith("memory"):
        yield brokers
        brokers.empty()
        return
    before = conf.broker_url, conf.broker_write_url, conf.get("broker_transport_options")
    spool, url = spool_in(tmp_path), "filesystem://"
    conf.broker_url, conf.broker_write_url, conf.broker_transport_options = url, url, spool
    # What is open leads to the other broker.
    monkeypatch.setattr(current_app, "_pool", None)
    monkeypatch.setattr(current_app.amqp, "_producer_pool", None)
    yield brokers
    conf.broker_url, conf.broker_write_url, conf.broker_transport_options = before


def spool_in(folder):
    """Make the folders of an embedded broker, and return its options."""
    (folder / "messages").mkdir()
    (folder / "control").mkdir()
    messages, control = str(folder / "messages"), str(folder / "control")
    return {
        "data_folder_in": messages,
        "data_folder_out": messages,
        "control_folder": control,
    }


def take_in(person):
    """Upload a file of him."""
    client = Client()
    client.force_login(person)
    page = "/admin/importing/driverimport/upload/"
    key = client.get(page).context["form"]["request_key"].value()
    file = SimpleUploadedFile(f"{NAME}.csv", csv_file(row(OWN, name=NAME)))
    client.post(page, {"file": file, "request_key": key})
    return DriverImport.objects.latest("pk")


def take_out(person, settings):
    """Ask for a file of the list."""
    settings.EXPORTS = {roles.TEAM_LEAD}
    client = Client()
    client.force_login(person)
    page = f"/admin/drivers/driver/export/?q={NEW[-4:]}"
    key = client.get(page).context["form"]["request_key"].value()
    posted = {"format": "csv", "reason": said("반출"), "request_key": key}
    assert client.post(page, posted).status_code == 302


def test_the_broker_holds_no_mark(
    broker, settings, lead, request, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        request.getfixturevalue("life")
        take_in(lead)
        take_out(lead, settings)

    held = broker.what_lies_there()

    assert {bell for bell in BELLS if bell in held} == BELLS
    assert marks_in(held) == []


def test_what_is_rung_with_words_is_found_there(broker):
    """The control."""
    current_app.send_task("outbox.sweep", args=[said("종")], kwargs={"name": NAME})

    assert {NAME, OWN} <= set(marks_in(broker.what_lies_there()))
