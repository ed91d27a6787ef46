"""The login service reports what drivers try: signed, each event once, in any order."""

import base64
import json
import logging
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from standardwebhooks import Webhook

from drivers.models import VerificationEvent

SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef").decode()
HOOK = "/hooks/verification/"
NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
OWN = "010-0000-1234"
WRITTEN = ["010-0000-1234", "01000001234", "1000001234", "0000-1234", "00001234"]


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as travelled:
        yield travelled


@pytest.fixture
def report(settings):
    """report(type="code.match", …): the answer to one event, signed as agreed."""
    settings.VERIFICATION_HOOK_SECRET = SECRET
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)

    def post(**event):
        plain = {"id": "e1", "type": "code.mismatch", "phone": OWN, "occurred_at": at(0)}
        body, now = json.dumps(plain | event), datetime.now(UTC)
        headers = {
            "webhook-id": "m1",
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": Webhook(SECRET).sign("m1", now, body),
        }
        return client.post(HOOK, body, content_type="application/json", headers=headers)

    return post


def at(minutes):
    return (NOW + timedelta(minutes=minutes)).isoformat()


@pytest.mark.parametrize("kind", VerificationEvent.Kind.values)
def test_each_kind_of_event_is_kept_with_its_driver(report, driver, kind):
    response = report(type=kind, occurred_at=at(-3))

    event = VerificationEvent.objects.get()
    assert (response.status_code, response.content) == (200, b"ok\n")
    assert (event.event_id, event.kind, event.driver) == ("e1", kind, driver)
    assert (event.phone, event.occurred_at) == (driver.phone, NOW - timedelta(minutes=3))


@pytest.mark.parametrize("written", [OWN, "01000001234", "+82 10-0000-1234", "+821000001234"])
def test_a_number_is_known_in_every_habit_of_writing(report, driver, written):
    report(phone=written)

    assert VerificationEvent.objects.get().driver == driver


def test_an_id_that_is_known_is_taken_and_counts_once(report, driver):
    answers = [report(id="same") for _time in range(11)]

    assert {each.status_code for each in answers} == {200}
    assert VerificationEvent.objects.count() == 1
    driver.refresh_from_db()
    assert driver.verification_state == "open"


def test_an_id_stands_for_what_it_said_first(report, driver, make_driver):
    make_driver(phone="+821000005678")
    report(id="same", type="code.mismatch")

    again = report(id="same", type="login.succeeded", phone="010-0000-5678")

    assert again.status_code == 200
    assert VerificationEvent.objects.get().kind == "code.mismatch"


@pytest.mark.parametrize("zone", ["Z", "+00:00", "+09:00", "-11:30"])
def test_the_time_is_read_with_its_zone(report, driver, zone):
    written = f"2026-03-01T12:00:00.250{zone}"

    report(occurred_at=written)

    assert VerificationEvent.objects.get().occurred_at == datetime.fromisoformat(written)


def test_late_events_are_taken_and_a_clock_may_be_ahead_by_a_little(report, driver):
    assert report(id="years late", occurred_at="2019-01-01T00:00:00Z").status_code == 200
    assert report(id="a little ahead", occurred_at=at(4.9)).status_code == 200

    assert report(id="ahead", occurred_at=at(5.1)).status_code == 400
    assert VerificationEvent.objects.count() == 2


@pytest.mark.parametrize("number", ["010-0000-9999", "02-123-4567", "+1 212 555 0100"])
def test_a_number_that_nobody_has_is_kept_without_a_driver(report, driver, number):
    known = report()
    unknown = report(id="e2", phone=number)

    assert VerificationEvent.objects.get(event_id="e2").driver is None
    # Whether a number is a driver's is not to be found out here.
    assert (unknown.status_code, unknown.content) == (known.status_code, known.content)


@pytest.mark.parametrize("method", ["get", "head", "put", "patch", "delete", "options"])
def test_nothing_but_a_post_is_answered(report, driver, method, settings):
    report()

    response = getattr(Client(), method)(HOOK)

    assert response.status_code == 405
    assert VerificationEvent.objects.count() == 1


def test_without_a_secret_nothing_is_taken_and_the_service_asks_again(report, driver, settings):
    settings.VERIFICATION_HOOK_SECRET = ""

    response = report()

    assert response.status_code == 503
    assert b"VERIFICATION_HOOK_SECRET" in response.content
    assert not VerificationEvent.objects.exists()


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"phone": "010-0000-1234 x 5"},
        {"phone": "00001234"},
        {"type": OWN},
        {"id": OWN * 20},
        {"occurred_at": OWN},
        {"occurred_at": "2030-01-01T00:00:00Z"},
    ],
)
def test_neither_the_answer_nor_the_log_tells_the_number(report, driver, caplog, event):
    caplog.set_level(logging.DEBUG)
    caplog.handler.setFormatter(logging.Formatter("%(message)s %(exc_text)s"))

    response = report(**event)

    told = f"{response.content.decode()} {dict(response.headers)} {caplog.text}"
    assert [each for each in WRITTEN if each in told] == []


def test_a_stranger_learns_nothing_by_asking_for_pages_beside_it(report, client):
    assert client.get(f"{HOOK}e1/").status_code == 404
    assert client.post("/hooks/").status_code == 404
