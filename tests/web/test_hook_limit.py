"""Who tries signatures at the hooks is told to wait; who signs rightly never is."""

import json
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from standardwebhooks import Webhook

from backoffice.staff.models import HookRefusal
from backoffice.staff.tasks import tidy
from drivers.models import VerificationEvent

URL = "/hooks/verification/"
SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZg=="
NOW = datetime(2026, 11, 24, 1, 0, 20, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def limit(settings):
    settings.HOOK_REFUSALS_PER_MINUTE = 5
    settings.VERIFICATION_HOOK_SECRET = SECRET
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def call(client):
    """Call the hook, signed or forged, from an address."""

    def call(event_id="evt_1", *, address="192.0.2.1", forged=False):
        event = {"id": event_id, "type": "code.sent", "phone": "01000001234"}
        body = json.dumps(event | {"occurred_at": NOW.isoformat()})
        signature = Webhook(SECRET).sign(event_id, NOW, body)
        return client.post(
            URL,
            body,
            content_type="application/json",
            REMOTE_ADDR=address,
            headers={
                "webhook-id": event_id,
                "webhook-timestamp": str(int(NOW.timestamp())),
                "webhook-signature": "v1,bm90IGl0" if forged else signature,
            },
        )

    return call


def test_forged_calls_are_stopped(call):
    answers = [call(forged=True).status_code for _time in range(7)]

    assert answers == [400] * 5 + [429] * 2


def test_who_is_stopped_is_told_for_how_long(call):
    for _time in range(5):
        call(forged=True)

    assert call(forged=True).headers["Retry-After"] == "40"


def test_what_holds_is_never_counted(call):
    answers = {call(f"evt_{number}").status_code for number in range(12)}

    assert answers == {200}
    assert VerificationEvent.objects.count() == 12
    assert not HookRefusal.objects.exists()


def test_what_holds_is_let_in_even_beside_forged_calls(call):
    for _time in range(7):
        call(forged=True)

    assert call().status_code == 200


def test_another_address_is_not_stopped(call):
    for _time in range(7):
        call(forged=True)

    assert call(address="192.0.2.2", forged=True).status_code == 400


def test_the_next_minute_begins_anew(call, limit):
    for _time in range(5):
        call(forged=True)
    limit.shift(timedelta(seconds=41))

    assert call(forged=True).status_code == 400


def test_pages_are_not_concerned(call, client):
    for _time in range(6):
        call(forged=True, address="127.0.0.1")

    assert client.get("/admin/login/").status_code == 200


def test_counts_are_tidied_away(call, limit):
    call(forged=True)
    limit.shift(timedelta(hours=2))

    assert tidy()["refusals"] == 1
