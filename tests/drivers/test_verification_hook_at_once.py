"""Many events at the same moment: none is lost, and each id counts once."""

import base64
import json
import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError, connection
from django.test import Client
from standardwebhooks import Webhook

from drivers import verification
from drivers.models import Driver, VerificationEvent
from drivers.verification import take_event
from tests.together import together

SECRET = base64.b64encode(b"0123456789abcdef").decode()

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def report(settings):
    """report("e1", …): a signed event, ready to be posted; its status."""
    settings.VERIFICATION_HOOK_SECRET = SECRET
    now = datetime.now(UTC)

    def prepare(event_id, *, kind="code.mismatch", phone="010-0000-1234", ago=0):
        at = (now - timedelta(seconds=ago)).isoformat()
        body = json.dumps({"id": event_id, "type": kind, "phone": phone, "occurred_at": at})
        headers = {
            "webhook-id": event_id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": Webhook(SECRET).sign(event_id, now, body),
        }
        client = Client(raise_request_exception=False)
        return lambda: (
            client.post(
                "/hooks/verification/", body, content_type="application/json", headers=headers
            ).status_code
        )

    return prepare


@pytest.mark.parametrize("is_known", [True, False], ids=["a driver", "nobody yet"])
def test_one_id_from_twelve_sides_counts_once(report, make_driver, is_known):
    if is_known:
        make_driver(phone="+821000001234")

    assert together(*[report("same") for _each in range(12)]) == [200] * 12

    assert VerificationEvent.objects.count() == 1


def test_reading_a1_ten_mismatches_at_once_lock_once(report, driver):
    twice = [report(f"e{place}", ago=place) for place in range(10)] * 2

    assert together(*twice) == [200] * 20

    driver.refresh_from_db()
    tenth = VerificationEvent.objects.get(event_id="e0")
    assert VerificationEvent.objects.count() == 10
    assert (driver.verification_state, driver.locked_until) == (
        "locked",
        tenth.occurred_at + timedelta(hours=24),
    )
    assert [each.transition for each in driver.changes.all()] == ["lock"]


def test_a_success_among_them_is_not_overtaken(report, driver):
    events = [report(f"e{place}", ago=5 + place) for place in range(10)]

    together(*events, report("ok", kind="login.succeeded"), report("after", ago=-1))

    driver.refresh_from_db()
    assert (driver.verification_state, driver.locked_until) == ("open", None)
    assert VerificationEvent.objects.mismatches_of(driver) == 1


@pytest.fixture
def slow_to_keep(monkeypatch):
    """An event that has looked for its driver, found none, and is not kept yet."""
    has_looked, may_go_on = threading.Event(), threading.Event()
    usual = type(VerificationEvent.objects).get_or_create

    def slow(self, *args, **values):
        has_looked.set()
        may_go_on.wait(5)
        return usual(self, *args, **values)

    monkeypatch.setattr(type(VerificationEvent.objects), "get_or_create", slow)
    return has_looked, may_go_on


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets in one writer at a time.")
def test_an_event_that_comes_while_its_driver_is_recorded_is_his(slow_to_keep, lead):
    has_looked, may_go_on = slow_to_keep
    client = Client()
    client.force_login(lead)
    typed = {
        "name": "고길동",
        "phone": "010-0000-1234",
        "birthdate": "1975-02-03",
        "service_type": "일반",
        "affiliation": "owner",
    }

    def event():
        phone, now = "+821000001234", datetime.now(UTC)
        take_event(event_id="e1", kind="code.mismatch", phone=phone, occurred_at=now)

    def record():
        has_looked.wait(5)
        client.post("/admin/drivers/driver/add/", typed)
        may_go_on.set()

    together(event, record)

    assert VerificationEvent.objects.get().driver == Driver.objects.get()


def test_what_breaks_after_the_commit_does_not_call_an_event_lost(report, monkeypatch):
    """It is stored, and told again it would change nothing."""

    def broken(phone):
        raise OperationalError

    monkeypatch.setattr(verification, "adopt_late", broken)

    assert report("e1")() == 200
    assert VerificationEvent.objects.count() == 1
