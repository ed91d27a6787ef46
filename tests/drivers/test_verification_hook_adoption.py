"""What was reported of a number that nobody had becomes the driver's who gets it."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine

from drivers.models import Driver, VerificationEvent
from drivers.phones import parse_phone
from drivers.services import correct, undo
from drivers.verification import take_event

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
UNLOCK = NOW + timedelta(hours=23)
NEW = "010-0000-9999"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as travelled:
        yield travelled


@pytest.fixture
def happened():
    """happened("code.mismatch", 10, "010-0000-9999"): so often, an hour ago."""

    def report(kind, times, phone=NEW):
        for place in range(times):
            take_event(
                event_id=str(uuid4()),
                kind=kind,
                phone=parse_phone(phone),
                occurred_at=NOW - timedelta(hours=1, milliseconds=place),
            )

    return report


@pytest.fixture
def add_driver(signed_in, lead):
    """add_driver("010-0000-9999"): a team lead records a new driver; the driver."""

    def add(phone):
        typed = {
            "name": "고길동",
            "phone": phone,
            "birthdate": "1975-02-03",
            "service_type": "일반",
            "affiliation": "owner",
        }
        response = signed_in(lead).post("/admin/drivers/driver/add/", typed)
        assert response.status_code == 302, response.context["errors"]
        return Driver.objects.latest("pk")

    return add


def lock_of(driver):
    driver = Driver.objects.get(pk=driver.pk)
    return driver.verification_state, driver.locked_until


def owners(phone=NEW):
    events = VerificationEvent.objects.filter(phone=parse_phone(phone))
    return set(events.values_list("driver", flat=True))


@pytest.mark.parametrize("written", [NEW, "01000009999", "+82 10 0000 9999"])
def test_a_new_driver_has_what_was_reported_of_his_number(happened, add_driver, written):
    happened("code.mismatch", 10)

    driver = add_driver(written)

    assert owners() == {driver.pk}
    assert lock_of(driver) == ("locked", UNLOCK)
    assert driver.changes.get().transition == "lock"


def test_a_new_driver_with_another_number_has_nothing_of_it(happened, add_driver):
    happened("code.mismatch", 10)

    driver = add_driver("010-0000-8888")

    assert owners() == {None}
    assert lock_of(driver) == ("open", None)


def test_his_next_mismatch_goes_on_counting(happened, add_driver):
    happened("code.mismatch", 9)
    driver = add_driver(NEW)
    assert lock_of(driver) == ("open", None)

    happened("code.mismatch", 1)

    assert lock_of(driver)[0] == "locked"


def test_a_success_before_he_was_known_counts_as_well(happened, add_driver):
    happened("code.mismatch", 10)
    happened("login.succeeded", 1)

    assert lock_of(add_driver(NEW)) == ("open", None)


def test_who_gets_the_number_by_a_correction_has_what_was_reported_of_it(
    happened, driver, lead, save_page
):
    happened("code.mismatch", 10)

    response = save_page(lead, driver, phone=NEW, reason="번호 변경 서류 확인")

    assert response.status_code == 302
    assert owners() == {driver.pk}
    assert lock_of(driver) == ("locked", UNLOCK)


def test_reading_a1_the_lock_is_the_numbers_and_not_the_persons(happened, driver, lead):
    happened("code.mismatch", 10, "010-0000-1234")
    assert lock_of(driver)[0] == "locked"

    correct(driver, "phone", parse_phone(NEW), reason="번호 변경 서류 확인", by=lead)

    assert lock_of(driver) == ("open", None)
    assert VerificationEvent.objects.mismatches_of(Driver.objects.get()) == 0


def test_reading_a1_it_holds_again_when_the_number_comes_back(happened, driver, lead, other_lead):
    happened("code.mismatch", 10, "010-0000-1234")
    correction = correct(driver, "phone", parse_phone(NEW), reason="서류 확인", by=lead)
    happened("code.mismatch", 3)

    undo(correction, by=other_lead, reason="다른 기사였음")

    assert lock_of(driver) == ("locked", UNLOCK)
    assert VerificationEvent.objects.mismatches_of(Driver.objects.get()) == 10


def test_a_number_that_was_left_is_its_next_owners(happened, driver, lead, add_driver):
    """What the earlier owner did stays his; what comes is the new one's."""
    happened("code.mismatch", 9, "010-0000-1234")
    correct(driver, "phone", parse_phone(NEW), reason="서류 확인", by=lead)
    happened("code.sent", 1, "010-0000-1234")
    assert owners("010-0000-1234") == {driver.pk, None}

    other = add_driver("010-0000-1234")

    assert owners("010-0000-1234") == {driver.pk, other.pk}
    assert VerificationEvent.objects.mismatches_of(other) == 0


def test_a_form_that_is_refused_adopts_nothing(happened, signed_in, lead, db):
    happened("code.mismatch", 10)
    typed = {"name": "", "phone": NEW, "birthdate": "1975-02-03", "service_type": "일반"}

    signed_in(lead).post("/admin/drivers/driver/add/", typed)

    assert not Driver.objects.exists()
    assert owners() == {None}
