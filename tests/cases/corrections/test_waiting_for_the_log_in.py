"""4.6: the change is scheduled; the desk waits for the log-in and sees what became of it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from backoffice.sms.models import Message
from drivers.models import Correction
from drivers.services import cancel


@pytest.fixture
def waiting(scheduled, open_desk, agent):
    return open_desk(agent, scheduled("log-in-awaited"))


def test_rule_4_6_the_desk_sees_the_log_in_and_the_case_ends_as_corrected(waiting, log_in):
    assert waiting.answer("again").stands_at == "log-in-awaited"

    log_in(timezone.now() + timedelta(seconds=1))

    assert waiting.answer("again").stands_at == "login-after-change"
    Message.objects.update(state="delivered")
    waiting.answer("works").do()
    assert (waiting.case.state, waiting.case.resolution) == ("closed", "corrected")


def test_rule_4_6_the_desk_sees_that_it_was_cancelled(waiting, agent):
    cancel(Correction.objects.get(), by=agent, reason="기사님이 취소 요청")

    assert waiting.answer("again").stands_at == "log-in-cancelled"


def test_rule_4_7_who_cannot_log_in_goes_to_the_department(waiting):
    waiting.answer("fails", "next").do(reason="등록일로도 로그인 불가")

    assert waiting.case.state == "escalated"
    assert Correction.objects.get().state == "scheduled"


def test_rule_4_4_what_only_waits_is_not_closed_as_corrected(waiting):
    waiting.move("close", resolution="corrected")

    assert waiting.case.state == "info_corrected"


def test_rule_4_5_a_call_back_tells_of_no_change_that_only_waits(waiting):
    """By the steps of the playbook: call back later, tell by telephone, record, close."""
    waiting.answer("later").call_later()

    waiting.answer("told").do(reason="본인과 통화").do()

    assert Correction.objects.get().state == "scheduled"
    assert waiting.case.state != "closed"
