"""Rule 4.3: a birthdate that changes is one transaction with its text."""

from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone

from backoffice.audit.models import AccessRecord
from backoffice.sms.models import Message
from backoffice.workflow.transitions import TransitionRefused
from cases.approvals import decide
from drivers.models import Correction, Driver
from drivers.services import correct, undo

BIRTHDATE = Correction.Field.BIRTHDATE
REAL = date(1980, 3, 5)


def test_rule_4_3_writes_correction_value_text_and_access_record(driver, agent):
    correction = correct(driver, BIRTHDATE, REAL, reason="통화로 확인", by=agent)

    driver = Driver.objects.get(pk=driver.pk)
    message = Message.objects.get()
    assert driver.birthdate == REAL
    assert (correction.state, correction.old_value, correction.new_value) == (
        "applied",
        "1980-05-03",
        "1980-03-05",
    )
    assert (message.driver, message.correction, message.to) == (driver, correction, "01000001234")
    assert AccessRecord.objects.get(action="edit").driver == driver


def test_rule_4_3_sends_nothing_when_nothing_changed(driver, agent):
    assert correct(driver, BIRTHDATE, driver.birthdate, reason="확인", by=agent) is None
    assert not Message.objects.exists()
    assert not Correction.objects.exists()


def test_rule_4_3_sends_two_texts_for_two_changes(driver, agent, lead):
    first = correct(driver, BIRTHDATE, REAL, reason="첫 번째", by=agent)
    second = correct(driver, BIRTHDATE, date(1980, 3, 6), reason="두 번째", by=agent)
    assert (second.state, Message.objects.get().correction) == ("requested", first)

    decide(second.approval, "approve", by=lead, reason="서류 확인")

    assert list(Message.objects.order_by("pk").values_list("correction", flat=True)) == [
        first.pk,
        second.pk,
    ]
    assert Driver.objects.get(pk=driver.pk).birthdate == date(1980, 3, 6)


SENSITIVE = [
    # birthdate, how long after the first change, whether a second person decides
    (date(1980, 3, 6), timedelta(days=29, hours=23), True),
    (date(1980, 3, 6), timedelta(days=30, hours=1), False),
    (date(1981, 3, 5), timedelta(days=400), True),
]


@pytest.mark.parametrize(("birthdate", "later", "is_asked"), SENSITIVE)
def test_reading_a22_another_year_or_a_second_change_within_thirty_days(
    driver, agent, birthdate, later, is_asked
):
    correct(driver, BIRTHDATE, REAL, reason="첫 번째", by=agent)

    with time_machine.travel(timezone.now() + later):
        second = correct(driver, BIRTHDATE, birthdate, reason="두 번째", by=agent)

    assert second.state == ("requested" if is_asked else "applied")
    assert Driver.objects.get(pk=driver.pk).birthdate == (REAL if is_asked else birthdate)
    assert driver.approvals.filter(state="pending", correction=second).count() == is_asked
    assert Message.objects.count() == (1 if is_asked else 2)


def test_rule_4_3_keeps_nothing_when_the_text_cannot_be_queued(driver, agent, monkeypatch):
    def broken(*args, **kwargs):
        raise TransitionRefused("no text")

    monkeypatch.setattr("drivers.notices.queue_text", broken)

    with pytest.raises(TransitionRefused):
        correct(driver, BIRTHDATE, REAL, reason="통화로 확인", by=agent)

    assert Driver.objects.get(pk=driver.pk).birthdate == date(1980, 5, 3)
    assert not Correction.objects.exists()
    assert not AccessRecord.objects.exists()


def test_undo_puts_the_old_value_back_and_tells_the_driver(driver, agent, other_agent):
    correction = correct(driver, BIRTHDATE, REAL, reason="통화로 확인", by=agent)

    back = undo(correction, by=other_agent, reason="다른 기사였음")

    assert Driver.objects.get(pk=driver.pk).birthdate == date(1980, 5, 3)
    assert Correction.objects.get(pk=correction.pk).state == "undone"
    assert (back.undoes, back.state) == (correction, "applied")
    assert Message.objects.get(correction=back).template.key == "birthdate_undone"


@pytest.mark.parametrize("who", ["agent", "superuser"])
def test_nobody_undoes_his_own_correction(driver, who, request):
    person = request.getfixturevalue(who)
    correction = correct(driver, BIRTHDATE, REAL, reason="통화로 확인", by=person)

    with pytest.raises(TransitionRefused):
        undo(correction, by=person, reason="다시")

    assert Driver.objects.get(pk=driver.pk).birthdate == REAL
