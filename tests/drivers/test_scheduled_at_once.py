"""Two sweeps, or a sweep and a log-in, at the same moment: one change, one text."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from backoffice.outbox.dispatch import dispatch_due
from backoffice.sms.models import Message
from backoffice.workflow.transitions import TransitionRefused
from drivers.models import Correction, Driver
from drivers.services import apply_due, cancel, correct
from drivers.verification import take_event
from tests.together import together

NEW = date(1980, 5, 13)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def due(driver, agent):
    """A scheduled change whose hour has come."""
    soon = timezone.now() + timedelta(hours=24)
    correction = correct(driver, "birthdate", NEW, reason="빠른 로그인", by=agent, apply_at=soon)
    Correction.objects.update(apply_at=timezone.now())
    return correction


@pytest.fixture
def log_in(driver):
    def report():
        take_event(
            event_id=str(uuid4()),
            kind="login.succeeded",
            phone=driver.phone,
            occurred_at=timezone.now(),
        )

    return report


def applied_once(sent):
    dispatch_due()
    correction = Correction.objects.get()
    assert (correction.state, Driver.objects.get().birthdate) == ("applied", NEW)
    assert correction.changes.filter(transition="apply").count() == 1
    assert Message.objects.count() == len(sent) == 1


def test_rule_4_6_five_sweeps_at_once_send_one_text(due, sent):
    together(*[apply_due] * 5)

    applied_once(sent)


def test_rule_4_6_sweeps_and_log_ins_at_once_send_one_text(due, log_in, sent):
    together(apply_due, log_in, apply_due, log_in, log_in)

    applied_once(sent)


@pytest.mark.parametrize("_time", range(3))
def test_rule_4_6_a_cancelling_at_the_same_moment_wins_or_is_refused(
    due, log_in, agent, sent, _time
):
    def take_back():
        try:
            return cancel(due, by=agent, reason="기사님이 취소 요청").state
        except TransitionRefused:
            return "refused"

    answers = together(take_back, apply_due, log_in)

    if answers[0] == "refused":
        applied_once(sent)
    else:
        dispatch_due()
        assert (Correction.objects.get().state, sent) == ("cancelled", [])
        assert Driver.objects.get().birthdate == date(1980, 5, 3)


def test_rule_4_6_many_that_are_due_are_each_applied_once(make_driver, agent, sent):
    soon = timezone.now() + timedelta(hours=24)
    for _each in range(6):
        correct(make_driver(), "birthdate", NEW, reason="예약", by=agent, apply_at=soon)
    Correction.objects.update(apply_at=timezone.now())

    together(apply_due, apply_due, apply_due)

    dispatch_due()
    assert set(Correction.objects.values_list("state", flat=True)) == {"applied"}
    assert Message.objects.count() == len(sent) == len({each.to for each in sent}) == 6
