"""What a row of a file does to a driver, and which rows are bad and why."""

from datetime import date

import pytest
from django.utils import timezone

from drivers.models import Driver, DriverName, VerificationEvent
from drivers.search import search
from drivers.services import correct
from tests.drivers.importing.conftest import csv_file, row


def test_a_new_driver_is_as_the_page_would_make_him(lead, imported):
    job = imported(lead, csv_file(row()))

    driver = Driver.objects.get()
    assert (job.new, job.changed, job.unchanged) == (1, 0, 0)
    assert (driver.name, driver.phone_digits) == ("남궁민", "01023456789")
    assert driver.birthdate == date(1975, 11, 2)
    assert (driver.service_type, driver.affiliation) == ("벤티", "owner")
    assert (driver.state, driver.verification_state, driver.version) == ("active", "open", 0)
    by_hand = Driver(name=driver.name, phone=driver.phone, vehicle_no=driver.vehicle_no)
    by_hand.set_search_keys()
    for key in ("name_key", "phone_last4", "vehicle_key", "vehicle_last4"):
        assert getattr(driver, key) == getattr(by_hand, key)


@pytest.mark.parametrize("text", ["6789", "궁민", "ㄴㄱㅁ", "경기34나5678", "01023456789"])
def test_a_new_driver_is_found(text, lead, imported):
    imported(lead, csv_file(row()))

    assert search(Driver.objects.all(), text).count() == 1


def test_what_was_reported_about_his_number_becomes_his(lead, imported):
    for number in range(10):
        VerificationEvent.objects.create(
            event_id=f"e{number}",
            kind="code.mismatch",
            phone="+821023456789",
            occurred_at=timezone.now(),
        )

    imported(lead, csv_file(row(), row("010-9999-0000")))

    driver = Driver.objects.get(phone="+821023456789")
    assert driver.events.count() == 10
    assert driver.verification_state == "locked"
    assert Driver.objects.get(phone="+821099990000").verification_state == "open"


def test_what_comes_while_the_import_runs_becomes_his_too(
    lead, checked, act, monkeypatch, django_capture_on_commit_callbacks
):
    job = checked(lead, csv_file(row()))
    with django_capture_on_commit_callbacks(execute=False) as later:
        act(lead, job, "confirm")
    VerificationEvent.objects.create(
        event_id="late", kind="login.succeeded", phone="+821023456789", occurred_at=timezone.now()
    )

    for callback in later:
        callback()

    assert Driver.objects.get().events.count() == 1


def test_a_driver_on_record_is_updated(lead, driver, imported):
    job = imported(lead, csv_file(row("01000001234", birthdate="", name="홍길순", vehicle="")))

    stored = Driver.objects.get()
    assert (job.new, job.changed) == (0, 1)
    assert (stored.name, stored.service_type) == ("홍길순", "벤티")
    assert stored.vehicle_no == driver.vehicle_no  # an empty cell keeps it
    assert stored.birthdate == driver.birthdate
    assert stored.version == driver.version + 1
    assert stored.updated_at > driver.updated_at
    assert stored.created_at == driver.created_at
    assert set(DriverName.objects.values_list("tail", flat=True)) == {"홍길순", "길순", "순"}


def test_a_decision_that_rests_on_the_record_is_void(lead, agent, driver, imported):
    correct(driver, "birthdate", date(1981, 5, 3), reason="통화로 확인", by=agent)
    assert driver.approvals.get().state == "pending"

    imported(lead, csv_file(row("01000001234", birthdate="")))

    assert driver.approvals.get().state == "void"


def test_a_driver_who_is_as_in_the_file_is_left_alone(lead, driver, checked):
    same = ["01000001234", "홍길동", "1980-05-03", "블루파트너스", "", "한빛운수", "서울12바3456"]

    job = checked(lead, csv_file(same))

    assert (job.new, job.changed, job.unchanged, job.bad) == (0, 0, 1, 0)


@pytest.mark.parametrize(
    ("bad", "column", "words"),
    [
        ({"number": ""}, "phone", "Enter a mobile number"),
        ({"number": "02-123-4567"}, "phone", "not a mobile number"),
        ({"number": "010-5979-1234"}, "phone", "not a mobile number"),
        ({"number": "+1 212 555 0100"}, "phone", "foreign number"),
        ({"number": "abc"}, "phone", "Enter a mobile number"),
        ({"name": ""}, "name", "a new driver needs it"),
        ({"name": "가" * 41}, "name", "Longer than 40 letters"),
        ({"name": "홍\x07길동"}, "name", "cannot be kept"),
        ({"name": "#REF!"}, "name", "fault of Excel"),
        ({"birthdate": ""}, "birthdate", "a new driver needs it"),
        ({"birthdate": "751102"}, "birthdate", "four digits"),
        ({"birthdate": "2020-01-01"}, "birthdate", "under 18"),
        ({"birthdate": "1900-01-01"}, "birthdate", "over 100"),
        ({"birthdate": "1975-02-30"}, "birthdate", "does not exist"),
        ({"birthdate": "어제"}, "birthdate", "Enter a birthdate"),
        ({"service": "우주선"}, "service_type", "Not one of"),
        ({"service": ""}, "service_type", "a new driver needs it"),
        ({"affiliation": "임대"}, "affiliation", "Not one of"),
        ({"company": "x" * 61}, "company", "Longer than 60 letters"),
        ({"company": "x" * 100_000}, "", "too long"),
    ],
)
def test_a_bad_row_is_named_with_a_sentence(bad, column, words, lead, checked):
    job = checked(lead, csv_file(row("010-1111-2222"), row(**bad)))

    faults = [each for each in job.faults() if each[1] == column]
    assert (job.state, job.rows, job.bad, job.new) == ("faulty", 2, 1, 1)
    assert faults[0][0] == 3
    assert words in faults[0][2]
    assert not Driver.objects.exists()


def test_all_that_is_wrong_with_a_row_is_said_at_once(lead, checked):
    job = checked(lead, csv_file(row("010-77", name="", birthdate="x", service="y")))

    assert job.bad == 1
    assert [column for _row, column, _why in job.faults()] == [
        *("phone", "name", "birthdate", "service_type")
    ]


def test_a_number_twice_in_the_file_is_bad(lead, checked):
    job = checked(lead, csv_file(row(), row("010 2345 6789", name="다른이")))

    assert [(row, why) for row, _column, why in job.faults()] == [
        (3, "Row 2 has the same number.")
    ]


def test_another_birthdate_than_on_record_is_a_correction_and_no_import(lead, driver, checked):
    job = checked(lead, csv_file(row("01000001234", birthdate="1980-03-05")))

    ((number, column, sentence),) = job.faults()
    assert (number, column) == (2, "birthdate")
    assert "changed by a correction" in sentence
    assert "1980" not in sentence
    assert Driver.objects.get().birthdate == driver.birthdate


def test_who_has_withdrawn_is_not_changed(lead, driver, checked):
    Driver.objects.filter(pk=driver.pk).update(state="withdrawn")

    job = checked(lead, csv_file(row("01000001234", birthdate="")))

    assert "has withdrawn" in next(job.faults())[2]
