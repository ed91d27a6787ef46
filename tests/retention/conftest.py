"""Records that are old enough, and the daily task that takes them."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from backoffice.retention.tasks import run
from backoffice.sms.queueing import queue_text
from backoffice.workflow.transitions import perform
from cases.models import Case
from drivers.models import Driver


@pytest.fixture
def later():
    """later(days=1096): a context in which that much time has passed."""
    return lambda **passed: time_machine.travel(timezone.now() + timedelta(**passed), tick=True)


@pytest.fixture
def run_after(later):
    """run_after(days=31): what the daily task does then; counts by rule, sessions left out."""

    def after(**passed):
        with later(**passed):
            return {name: count for name, count in run().items() if name != "sessions"}

    return after


@pytest.fixture
def closed_case(make_case, agent):
    """A case that is done, with words in it."""

    def make(**fields):
        case = make_case("start", **fields)
        Case.objects.filter(pk=case.pk).update(note="홍길동 님, 010-0000-1234")
        return perform(case, "close", by=agent, resolution="guided", reason="홍길동 님 안내")

    return make


@pytest.fixture
def withdrawn(make_driver, lead):
    """A driver who has left the platform."""
    return lambda **fields: perform(
        make_driver(**fields), "withdraw", by=lead, reason="홍길동 님 요청"
    )


@pytest.fixture
def text_to():
    """text_to(driver, state="delivered"): a text that ended like that."""

    def make(driver, state="delivered", **fields):
        driver = Driver.objects.get(pk=driver.pk)
        made = queue_text("birthdate_changed", driver=driver, intent=f"test:{timezone.now()}")
        type(made).objects.filter(pk=made.pk).update(state=state, **fields)
        made.refresh_from_db()
        return made

    return make
