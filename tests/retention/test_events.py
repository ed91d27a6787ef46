"""What the login service reported goes, but for what still counts towards a lock (A3)."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from drivers.models import VerificationEvent
from drivers.models.verification import standing
from drivers.phones import parse_phone


@pytest.fixture
def reported(driver):
    """reported("code.mismatch", days=400): that long ago, about the driver's number."""

    def make(kind, *, days, **fields):
        about = {"driver": driver, "phone": driver.phone} | fields
        at = timezone.now() - timedelta(days=days)
        return VerificationEvent.objects.create(
            event_id=uuid4(), kind=kind, occurred_at=at, **about
        )

    return make


def left():
    return list(VerificationEvent.objects.order_by("occurred_at").values_list("kind", flat=True))


def test_what_a_success_has_settled_goes(reported, run_after):
    for days, kind in [(500, "code.mismatch"), (499, "code.sent"), (450, "code.match")]:
        reported(kind, days=days)
    reported("login.succeeded", days=400)

    assert run_after() == {"events": 3}

    assert left() == ["login.succeeded"]


def test_mismatches_since_the_latest_success_stay(reported, driver, run_after):
    reported("code.mismatch", days=600)
    reported("login.succeeded", days=500)
    for days in range(450, 441, -1):
        reported("code.mismatch", days=days)
    before = VerificationEvent.objects.mismatches_of(driver)

    assert run_after() == {"events": 1}

    assert VerificationEvent.objects.mismatches_of(driver) == before == 9


def test_the_standing_of_a_driver_is_the_same_before_and_after(reported, driver, run_after):
    for days in range(520, 505, -1):
        reported("code.mismatch", days=days)
    reported("code.match", days=480)
    for days in range(420, 410, -1):
        reported("code.mismatch", days=days)
    before = standing(VerificationEvent.objects.since_last_success(driver))

    run_after()

    assert standing(VerificationEvent.objects.since_last_success(driver)) == before
    assert before.locked_until is not None


def test_reports_about_nobody_and_about_an_earlier_number_go(reported, run_after):
    reported("code.mismatch", days=400, driver=None)
    reported("login.succeeded", days=400, phone=parse_phone("010-0000-9999"))

    assert run_after() == {"events": 2}


def test_young_reports_stay(reported, run_after):
    reported("code.mismatch", days=364)
    reported("login.succeeded", days=300)

    assert run_after() == {}

    assert len(left()) == 2
