"""Months of access records, written as if the clock had stood there."""

from datetime import datetime

import pytest
import time_machine
from django.utils import timezone

from backoffice.audit import chain
from backoffice.audit.records import record

PAGE = "/admin/audit/accessrecord/review/"
SIGN = f"{PAGE}sign/"


def centre(text):
    """Return "2025-10-05 10:00" as the clock of the centre reads it."""
    return timezone.make_aware(datetime.fromisoformat(text))


@pytest.fixture
def written_at():
    """written_at("2025-10-05 10:00", "view", times=3, by=agent, driver=driver)."""

    def write(when, action, *, times=1, **about):
        with time_machine.travel(centre(when), tick=False):
            for _time in range(times):
                record(action, **about)

    return write


@pytest.fixture
def november():
    """The clock stands in the middle of November 2025."""
    with time_machine.travel(centre("2025-11-16 09:00"), tick=False) as clock:
        yield clock


@pytest.fixture
def review_page(signed_in, privacy_officer, november):
    """The page of October, for the privacy officer, of what is sealed by now."""

    def get(month="2025-10", by=None):
        chain.seal()
        return signed_in(by or privacy_officer).get(
            "/admin/audit/accessrecord/review/", {"month": month}
        )

    return get


@pytest.fixture
def october(written_at, agent, driver, november):
    """Something that happened in October."""
    written_at("2025-10-05 10:00", "view", times=3, by=agent, driver=driver)
    chain.seal()


@pytest.fixture
def sign(signed_in, privacy_officer):
    """Open the page and sign what it shows."""

    def post(by=None, *, month="2025-10", **typed):
        client = signed_in(by or privacy_officer)
        shown = client.get(PAGE, {"month": month})
        page = {"month": month, "comment": "특이 사항 없음", "digest": digest_on(shown)}
        return client.post(SIGN, page | typed)

    return post


def digest_on(page):
    return page.context["digest"] if page.status_code == 200 else ""
