"""A text is written with the act it tells of; the worker is woken at the commit."""

from datetime import date
from types import SimpleNamespace

import pytest
from celery import Celery
from django.db import IntegrityError, transaction
from django.urls import reverse
from kombu.exceptions import OperationalError

from backoffice.sms.models import Message, Template
from backoffice.sms.queueing import TextMissing, queue_text
from backoffice.workflow.transitions import TransitionRefused
from drivers.models import Driver


@pytest.fixture
def bell(monkeypatch):
    """The names of the tasks rung for; a Celery that only listens."""
    rung = []
    ear = SimpleNamespace(send_task=lambda name, **options: rung.append(name))
    monkeypatch.setattr("backoffice.outbox.dispatch.current_app", ear)
    return rung


@pytest.fixture
def correct_by_page(signed_in, agent, driver):
    def post():
        return signed_in(agent).post(
            reverse("admin:drivers_driver_change", args=[driver.pk]),
            {
                "birthdate": "1980-03-05",
                "reason": "통화로 확인",
                "version": driver.version,
                "service_type": driver.service_type,
                "affiliation": driver.affiliation,
                "company": driver.company,
            },
        )

    return post


def test_freezes_words_number_version_and_size(driver, template):
    template.body = "문의 #{센터번호}"
    template.save()

    message = queue_text("birthdate_changed", driver=driver, intent="test")

    assert (message.body, message.bytes, message.kind) == ("문의 1644-8830", 14, "SMS")
    assert message.template_version == template.version == 1
    assert (message.to, message.state, message.attempts) == ("01000001234", "queued", 0)


def test_an_sms_goes_out_without_a_subject(driver, template):
    Template.objects.update(body="문의 #{센터번호}")

    message = queue_text("birthdate_changed", driver=driver, intent="test")

    assert message.as_outgoing().subject == ""


def test_keeps_the_number_it_was_queued_for(driver):
    message = queue_text("birthdate_changed", driver=driver, intent="test")

    Driver.objects.filter(pk=driver.pk).update(phone="+821000009999")

    message.refresh_from_db()
    assert message.as_outgoing().to == "01000001234"


def test_one_intent_is_one_message(driver):
    queue_text("birthdate_changed", driver=driver, intent="test")

    with pytest.raises(IntegrityError), transaction.atomic():
        queue_text("birthdate_changed", driver=driver, intent="test")

    assert Message.objects.count() == 1


def test_a_missing_text_is_named(driver):
    with pytest.raises(TextMissing, match="no_such_text"):
        queue_text("no_such_text", driver=driver, intent="test")


@pytest.mark.parametrize("body", ["#{이름} 기사님", "안내 🚕", "가" * 1001])
def test_what_cannot_be_sent_is_refused_and_not_queued(body, driver, template, bell):
    Template.objects.filter(pk=template.pk).update(body=body)

    with pytest.raises(TransitionRefused):
        queue_text("birthdate_changed", driver=driver, intent="test")

    assert not Message.objects.exists()
    assert bell == []


def test_a_correction_whose_text_cannot_be_sent_is_not_made(correct_by_page, driver, template):
    Template.objects.filter(pk=template.pk).update(body="안내 🚕")

    response = correct_by_page()

    assert response.status_code < 500
    assert Driver.objects.get(pk=driver.pk).birthdate == date(1980, 5, 3)
    assert not Message.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_rings_once_and_only_after_the_commit(driver, bell):
    with transaction.atomic():
        queue_text("birthdate_changed", driver=driver, intent="test")
        rung_before = list(bell)

    assert rung_before == []
    assert bell == ["outbox.dispatch"]


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_act_queues_nothing_and_rings_nobody(driver, bell):
    def act():
        with transaction.atomic():
            queue_text("birthdate_changed", driver=driver, intent="test")
            raise RuntimeError("the act failed")

    with pytest.raises(RuntimeError):
        act()

    assert not Message.objects.exists()
    assert bell == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "failure", [OperationalError("no broker"), OSError("disk full"), RuntimeError("surprise")]
)
def test_a_dead_broker_breaks_no_page(failure, correct_by_page, monkeypatch):
    def dead(*args, **options):
        raise failure

    monkeypatch.setattr("backoffice.outbox.dispatch.current_app", SimpleNamespace(send_task=dead))

    response = correct_by_page()

    assert response.status_code == 302
    assert Message.objects.get().state == "queued"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("scheme", ["redis", "amqp"])
def test_a_broker_where_nobody_listens_breaks_no_page(scheme, correct_by_page, monkeypatch):
    app = Celery(broker=f"{scheme}://127.0.0.1:1", set_as_current=False)
    monkeypatch.setattr("backoffice.outbox.dispatch.current_app", app)

    response = correct_by_page()

    assert response.status_code == 302
    assert Message.objects.get().state == "queued"
