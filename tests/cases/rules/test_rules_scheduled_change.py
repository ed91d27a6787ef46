"""4.6: who objects, or wants to log in at once, logs in with the registered date first."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from backoffice.audit.models import AccessRecord
from backoffice.sms.models import Message
from drivers import services
from drivers.models import Correction, Driver
from drivers.verification import take_event

OLD, REAL = date(1980, 5, 3), "1980-05-13"
LOG_IN_FIRST = (
    "기사님, 그렇다면 현재 등록되어있는 생년월일을 입력하실 경우, "
    "우선 로그인 및 이용이 가능합니다."
)
THAT_DATE = "해당 생년월일을 입력하시어 로그인 진행 부탁 드립니다."
NEXT_TIME = [
    "말씀해주신 생년월일로 변경을 도와드리겠으며,",
    "차후 로그인 시에는 변경된 생년월일로 로그인 및 이용 부탁 드립니다.",
]


@pytest.fixture
def scheduled(offered):
    """The change is scheduled; is the registered date to be told?"""

    def make(wish="ask"):
        made = offered().quickly("quick", *([wish] if wish == "ask" else [wish, "next"]))
        return made.identify(call_back=True).do(birthdate=REAL, reason="빠른 로그인 요청")

    return make


@pytest.fixture
def logs_in(driver):
    """logs_in(): the login service reports it."""
    return lambda at=None: take_event(
        event_id=uuid4(),
        kind="login.succeeded",
        phone=driver.phone,
        occurred_at=at or timezone.now(),
    )


def stored():
    return Driver.objects.get().birthdate, Correction.objects.get().state, Message.objects.count()


@pytest.mark.parametrize("answer", ["objected", "quick"])
def test_rule_4_6_the_words_before_anything_is_changed(offered, answer):
    made = offered().answer(answer)

    assert made.says(LOG_IN_FIRST)
    assert made.choices == {"knows", "ask", "at_once", "declined"}
    assert not Correction.objects.exists()


def test_rule_4_6_whoever_does_not_want_to_wait_gets_the_change_at_once(offered):
    made = offered().answer("quick", "at_once").do(birthdate=REAL, reason="바로 변경 요청")

    assert stored() == (date(1980, 5, 13), "applied", 1)
    assert made.stands_at == "text-announced"


def test_rule_4_6_whoever_does_not_want_it_keeps_what_he_has(offered):
    made = offered().answer("objected", "declined").do()

    assert made.case.resolution == "guided"
    assert not Correction.objects.exists()
    assert not Message.objects.exists()


@pytest.mark.parametrize("wish", ["knows", "ask"])
def test_rule_4_6_the_change_is_scheduled_and_no_text_leaves_yet(scheduled, wish):
    made = scheduled(wish)

    assert stored() == (OLD, "scheduled", 0)
    assert made.case.state == "info_corrected"
    assert made.answer("not_needed").says(*NEXT_TIME)
    assert made.answer("next").stands_at == "log-in-awaited"


def test_rule_4_6_the_log_in_applies_it_and_the_text_leaves(scheduled, logs_in):
    made = scheduled().answer("not_needed", "next")

    logs_in()
    logs_in()

    assert stored() == (date(1980, 5, 13), "applied", 1)
    assert made.answer("again").stands_at == "login-after-change"
    Message.objects.update(state="delivered")
    assert made.answer("works").do().case.resolution == "corrected"


@pytest.mark.parametrize(("hours", "state"), [(23, "scheduled"), (24, "applied")])
def test_rule_4_6_without_a_log_in_it_is_applied_after_a_day(scheduled, clock, hours, state):
    scheduled()
    clock.shift(timedelta(hours=hours))

    services.apply_due()

    assert Correction.objects.get().state == state
    assert Message.objects.count() == (state == "applied")


def test_rule_4_6_the_registered_date_is_told_once_and_recorded(scheduled, agent, driver):
    made = scheduled().answer("tell")

    shown = made.disclose("기억하지 못함")

    assert "1980-05-03" in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    told = AccessRecord.objects.get(action="reveal")
    assert (told.by, told.driver, told.detail["reason"]) == (agent, driver, "기억하지 못함")
    assert made.stands_at == "log-in-now"
    assert made.says(THAT_DATE)
    assert "1980" not in str(list(AccessRecord.objects.values("detail")))


@pytest.mark.parametrize("answer", ["ask", "knows"])
def test_rule_4_6_not_without_a_call_back_to_the_number_on_record(offered, answer):
    made = offered().answer("quick", answer)
    if answer == "knows":
        assert made.says(THAT_DATE)
        made.answer("next")

    assert made.stands_at == "schedule-identity"
    made.identify().do(birthdate=REAL, reason="빠른 로그인 요청")

    assert made.refusals
    assert made.stands_at == "change-scheduled"
    assert not Correction.objects.exists()


def test_rule_4_6_who_was_called_back_before_is_not_asked_again(differing):
    made = differing().identify(call_back=True).compare(REAL).answer("quick", "ask")

    assert made.stands_at == "change-scheduled"


@pytest.mark.parametrize("step", ["registered-date-told", "change-scheduled"])
def test_rule_4_6_a_hand_typed_post_tells_and_schedules_nothing(offered, step):
    made = offered()

    made.forge(step=step, birthdate=REAL, reason="날짜 요청")

    assert made.refusals
    assert not Correction.objects.exists()
    assert not AccessRecord.objects.filter(action="reveal").exists()


def test_rule_4_6_nothing_is_told_when_the_identity_is_too_old(scheduled, clock):
    made = scheduled().answer("tell")
    clock.shift(timedelta(minutes=16))

    shown = made.disclose("기억하지 못함")

    assert "1980-05-03" not in shown.content.decode()
    assert made.stands_at == "registered-date-told"
    assert not AccessRecord.objects.filter(action="reveal").exists()


def test_rule_4_6_nothing_is_told_or_changed_without_the_identity(differing):
    made = differing(presented="").identify()

    assert made.stands_at == "identity-again"
    assert not Correction.objects.exists()
