"""An import is checked, confirmed by a person, and done whole or not at all."""

import stat
import unicodedata

import pytest

from backoffice.audit.models import AccessRecord
from drivers.importing.models import DriverImport
from drivers.models import Driver
from tests.drivers.importing.conftest import csv_file, row

ADMIN = "/admin/importing/driverimport/"
PEOPLE = ["agent", "privacy_officer", "administrator"]


def records(action="import"):
    return AccessRecord.objects.filter(action=action).order_by("pk")


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize(
    "page", ["upload/", "template/", "{pk}/progress/", "{pk}/faults/", "{pk}/change/", ""]
)
def test_it_is_for_team_leads(who, page, lead, checked, client, request):
    job = checked(lead, csv_file(row()))
    client.force_login(request.getfixturevalue(who))

    assert client.get(ADMIN + page.format(pk=job.pk)).status_code == 403


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("name", ["confirm", "drop"])
def test_nobody_else_decides_about_it(who, name, lead, checked, act, request):
    job = checked(lead, csv_file(row()))

    assert act(request.getfixturevalue(who), job, name).status_code == 403
    assert job.state == "checked"
    assert records("refused").exists()


@pytest.mark.parametrize("who", ["other_lead", "superuser"])
def test_another_lead_does_not_either(who, lead, checked, act, request):
    job = checked(lead, csv_file(row()))

    act(request.getfixturevalue(who), job, "confirm")

    assert job.state == "checked"
    assert not Driver.objects.exists()


@pytest.mark.parametrize("name", ["confirm", "drop"])
def test_a_link_alone_decides_nothing(name, lead, checked, client):
    job = checked(lead, csv_file(row()))
    client.force_login(lead)

    assert client.get(f"{ADMIN}{job.pk}/{name}/").status_code == 404
    assert DriverImport.objects.get().state == "checked"


def test_the_check_changes_nothing(lead, driver, checked):
    checked(lead, csv_file(row(), row("01000001234", birthdate="")))

    assert Driver.objects.get().updated_at == driver.updated_at


def test_it_is_recorded_once_with_counts_and_whom_it_concerned(lead, driver, imported):
    imported(
        lead,
        csv_file(
            row("01000001234", birthdate=""),
            *(row(f"010-2000-000{number}") for number in range(3)),
        ),
    )

    *before, done = records()
    assert [each.detail["act"] for each in (*before, done)] == [
        *("uploaded", "checked", "confirmed", "imported")
    ]
    assert (done.detail["new"], done.detail["changed"]) == (3, 1)
    assert (done.by, done.address) == (lead, "127.0.0.1")
    keys = sorted(Driver.objects.values_list("pk", flat=True))
    assert [
        key for first, last in done.detail["driver_ranges"] for key in range(first, last + 1)
    ] == keys
    assert "2000" not in str(done.detail)


def test_bad_rows_keep_all_of_it_out(lead, checked, act, client):
    job = checked(lead, csv_file(row(), row("x")))

    answer = act(lead, job, "confirm")

    assert job.state == "faulty"
    assert "Rows are bad" in client.get(answer.url).content.decode()
    assert not Driver.objects.exists()


def test_nothing_to_import_is_a_sentence(lead, driver, checked, act, client):
    same = ["01000001234", "홍길동", "", "블루파트너스", "", "한빛운수", "서울12바3456"]
    job = checked(lead, csv_file(same))

    assert "nothing to import" in client.get(act(lead, job, "confirm").url).content.decode()


def test_confirmed_twice_it_is_imported_once(lead, checked, act, client):
    job = checked(lead, csv_file(row()))
    act(lead, job, "confirm")

    answer = act(lead, job, "confirm")

    assert "Not possible now" in client.get(answer.url).content.decode()
    assert Driver.objects.count() == 1
    assert records().filter(detail__act="imported").count() == 1


def test_a_form_sent_twice_is_one_import(lead, upload):
    for _each in range(2):
        upload(lead, csv_file(row()), request_key="5b0c1c0e-8f1e-4a55-9c26-0b6a4b1a9a11")

    assert DriverImport.objects.count() == 1


def test_the_page_shows_200_bad_rows_and_the_list_has_them_all(lead, checked, client):
    job = checked(lead, csv_file(*(row("x") for _each in range(230))))
    client.force_login(lead)

    page = client.get(f"{ADMIN}{job.pk}/change/").content.decode()
    listed = client.get(f"{ADMIN}{job.pk}/faults/").content.decode("utf-8-sig")

    assert page.count("Enter a mobile number") == 200
    assert listed.count("Enter a mobile number") == 230


def test_what_is_wrong_is_said_without_what_was_typed(lead, checked, client):
    job = checked(lead, csv_file(row("010-77", name="강비밀", birthdate="1970-13-77")))
    client.force_login(lead)

    page = client.get(f"{ADMIN}{job.pk}/change/").content.decode()

    assert not [each for each in ("010-77", "강비밀", "1970-13") if each in page]


@pytest.mark.parametrize("written", ["남궁민", "남궁 민", unicodedata.normalize("NFD", "남궁민")])
def test_a_file_named_after_a_driver_is_not_kept_so(lead, checked, written):
    job = checked(lead, csv_file(row()), name=f"{written} 010-2345-6789.csv")

    assert job.file_name == "남*민 010-****-6789.csv"


def test_the_files_are_for_this_account_alone_and_go_with_the_import(lead, checked, act, folder):
    job = checked(lead, csv_file(row()))

    for path in (folder / "imports").glob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not list((folder / "imports").glob("*.upload"))
    act(lead, job, "confirm")
    assert not list((folder / "imports").glob("*"))


def test_rows_that_cannot_be_imported_are_gone_at_once(lead, checked, client, folder):
    job = checked(lead, csv_file(row(), row(number="02-123-4567")))

    assert job.state == "faulty"
    kept = [path.suffix for path in (folder / "imports").glob("*")]
    assert sorted(kept) == [".faults", ".progress"]
    client.force_login(lead)
    page = client.get(f"/admin/importing/driverimport/{job.pk}/change/")
    assert [number for number, _column, _sentence in page.context["faults"]] == [3]


def test_a_file_that_is_dropped_is_gone(lead, checked, act, folder):
    job = checked(lead, csv_file(row()))

    act(lead, job, "drop")

    assert job.state == "dropped"
    assert not list((folder / "imports").glob("*"))


@pytest.mark.parametrize(("who", "is_shown"), [("agent", False), ("lead", True)])
def test_the_list_of_drivers_leads_there(who, is_shown, driver, client, request):
    client.force_login(request.getfixturevalue(who))

    page = client.get("/admin/drivers/driver/").content.decode()

    assert ("/admin/importing/driverimport/upload/" in page) == is_shown
