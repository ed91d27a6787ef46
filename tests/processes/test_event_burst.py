"""A thousand events of the login service at once: none is lost, and each counts once."""

import json
import random
import secrets
from base64 import b64encode
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from urllib.request import Request, urlopen

import pytest
from standardwebhooks import Webhook

from tests.processes.product import free_port

pytestmark = pytest.mark.long

EVENTS, THREADS, DRIVERS = 1000, 16, 20
SENT_TWICE = 100
SECONDS = 60  # for one answer, on a busy machine
SECRET = "whsec_" + b64encode(secrets.token_bytes(24)).decode()
PHONES = [f"+82100000{number:04d}" for number in range(DRIVERS)]
NOBODYS = "+821000009999"
PREPARE = """
from datetime import date
from django.core.management import call_command
from drivers.models import Driver
call_command("migrate", verbosity=0)
record = {"name": "홍길동", "birthdate": date(1980, 5, 3), "service_type": "일반"}
for phone in PHONES:
    Driver.objects.create(phone=phone, **record)
"""
TELL = """
import json
from drivers.models import Driver, VerificationEvent as Event
print(json.dumps({
    "ids": list(Event.objects.values_list("event_id", flat=True)),
    "nobodys": Event.objects.filter(driver=None).count(),
    "drivers": {
        driver.phone.as_e164: {
            "state": driver.verification_state,
            "until": driver.locked_until and driver.locked_until.isoformat(),
            "mismatches": Event.objects.mismatches_of(driver),
            "events": driver.events.count(),
            "locks": driver.changes.filter(transition="lock").count(),
        }
        for driver in Driver.objects.all()
    },
}))
"""


def history(start):
    """What happened: the events in order, and how each number stands after them."""
    events, expected = [], {}
    for place, phone in enumerate([*PHONES, NOBODYS]):
        count = 47 if phone != NOBODYS else EVENTS - 47 * DRIVERS
        kinds = ["code.mismatch"] * count
        tenth = 9
        if place % 2:  # every other one succeeds once, then goes on trying
            kinds[20], tenth = "login.succeeded", 30
        at = [start + timedelta(seconds=number) for number in range(count)]
        events += [(f"{place}-{n}", kind, phone, at[n]) for n, kind in enumerate(kinds)]
        until = at[tenth] + timedelta(hours=24)
        expected[phone] = {"state": "locked", "until": until.isoformat(), "mismatches": 10}
        expected[phone]["events"] = count
    return events, expected


def post(port, event):
    event_id, kind, phone, at = event
    said = {"id": event_id, "type": kind, "phone": phone, "occurred_at": at.isoformat()}
    body, now = json.dumps(said), datetime.now(UTC)
    headers = {
        "Content-Type": "application/json",
        "webhook-id": event_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(SECRET).sign(event_id, now, body),
    }
    request = Request(f"http://127.0.0.1:{port}/hooks/verification/", body.encode(), headers)
    with urlopen(request, timeout=SECONDS) as response:
        return response.status


def run(product, code):
    """Run ``code`` in the product's shell; return what it printed."""
    done = product.manage("shell", "-c", code)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_thousand_events_from_sixteen_sides(product):
    run(product, f"PHONES = {PHONES}\n{PREPARE}")
    port = free_port()
    web = product.start_web(port, VERIFICATION_HOOK_SECRET=SECRET)
    events, expected = history(datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1))
    sent = events + events[:SENT_TWICE]
    random.shuffle(sent)

    with ThreadPoolExecutor(THREADS) as threads:
        answers = list(threads.map(lambda event: post(port, event), sent))

    assert Counter(answers) == {200: EVENTS + SENT_TWICE}
    found = json.loads(run(product, TELL).splitlines()[-1])
    assert Counter(found["ids"]) == Counter(event_id for event_id, *_rest in events)
    assert found["nobodys"] == expected.pop(NOBODYS)["events"]
    for phone, driver in found["drivers"].items():
        assert driver.pop("locks") >= 1
        assert driver == expected[phone]
    assert "Traceback" not in web.words()
    assert not [phone for phone in PHONES if phone in web.words()]
