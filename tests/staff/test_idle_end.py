"""A session ends after fifteen idle minutes, and what asks by itself does not keep it alive."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from backoffice.audit.models import AccessRecord
from backoffice.retention import running
from backoffice.staff.models import Session

START = datetime(2026, 11, 24, 1, tzinfo=UTC)
PAGE = "/admin/drivers/driver/"
BY_ITSELF = [
    {"X-Background": "1"},
    {"Sec-Fetch-Mode": "cors"},
    {"Sec-Fetch-Mode": "same-origin"},
]


@pytest.fixture(autouse=True)
def limits(settings):
    settings.IDLE_MINUTES, settings.SESSION_HOURS = 15, 12


@pytest.fixture
def clock():
    with time_machine.travel(START, tick=False) as traveller:
        yield lambda **passed: traveller.shift(timedelta(**passed))


@pytest.fixture
def here(clock, signed_in, agent):
    return signed_in(agent)


def test_goes_on_while_somebody_works(here, clock):
    for _time in range(5):
        clock(minutes=14)
        assert here.get(PAGE).status_code == 200


def test_ends_after_fifteen_minutes(here, clock):
    clock(minutes=15, seconds=1)

    response = here.get(PAGE)

    assert response.status_code == 302
    assert response.url.startswith("/admin/login/")


@pytest.mark.parametrize("headers", BY_ITSELF)
def test_a_page_that_asks_by_itself_does_not_keep_it(headers, here, clock):
    for _time in range(3):
        clock(minutes=5)
        here.get("/admin/sms/message/way/?driver=1", headers=headers)
    clock(seconds=1)

    assert here.get(PAGE).status_code == 302


def test_a_sign_of_life_keeps_it(here, clock):
    clock(minutes=14)
    assert here.post("/admin/session/", headers={"X-Background": "1"}).json()["left"] == 900
    clock(minutes=14)

    assert here.get(PAGE).status_code == 200


def test_ends_with_the_shift_whatever_is_done(here, clock):
    for _time in range(12 * 6):
        clock(minutes=10)
        here.post("/admin/session/")
    clock(seconds=1)

    assert here.get(PAGE).status_code == 302


def test_stays_ended(here, clock):
    clock(minutes=16)
    here.get(PAGE)
    clock(minutes=-10)

    assert here.get(PAGE).status_code == 302


def test_is_written_at_most_once_a_minute(here, clock, django_assert_num_queries, monkeypatch):
    saved = []
    monkeypatch.setattr(Session, "save", lambda self, **options: saved.append(self))

    clock(seconds=59)
    here.get(PAGE)
    assert saved == []

    clock(seconds=1)
    here.get(PAGE)
    assert len(saved) == 1


def test_the_end_is_recorded_once(here, clock, agent):
    clock(minutes=16)
    here.get(PAGE)
    here.get(PAGE)

    assert AccessRecord.objects.filter(action="sign_out", by=agent).count() == 1


def test_signing_in_begins_anew(here, clock, agent):
    clock(minutes=16)
    here.get(PAGE)

    here.post("/admin/login/", {"username": "agent", "password": "pass"})

    assert here.get(PAGE).status_code == 200
    assert here.get("/admin/session/").json()["left"] == 900


def test_old_rows_go_with_a_line_in_the_ledger(here, clock, settings):
    settings.SESSION_COOKIE_AGE = 12 * 3600
    here.post("/admin/login/", {"username": "agent", "password": "pass"})
    clock(hours=13)

    gone = running.run().counts()["sessions"]

    assert gone > 0
    assert not Session.objects.filter(expire_date__lt=datetime.now(UTC)).exists()


def test_the_end_is_recorded_with_whence_it_was_met(here, clock):
    clock(minutes=16)
    here.get(PAGE, REMOTE_ADDR="10.1.2.3")

    assert AccessRecord.objects.get(action="sign_out").address == "10.1.2.3"
