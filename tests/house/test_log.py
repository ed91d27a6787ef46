"""The log: one story a text, by row and request, and nothing in it of whom it is about."""

import io
import json
import logging
from datetime import timedelta

import pytest
import time_machine
from celery import current_app
from celery.app.trace import build_tracer
from django.conf import settings as product
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string

from backoffice import logs
from backoffice.outbox import tasks
from backoffice.outbox.asking import ask_about_open_ends
from backoffice.outbox.dispatch import dispatch_due
from backoffice.outbox.wire import InDoubt
from backoffice.sms.gateways import get_gateway
from backoffice.sms.models import Message, Template
from backoffice.sms.queueing import queue_text
from tests.sms.conversations import Solapi

NAME, PHONE, WORDS = "표범수", "+821077712345", "꼭두서니"
MARKS = [NAME, "1077712345", "77712345", "7771-2345", "7771 2345", WORDS]


@pytest.fixture(params=["line", "json"])
def log(request):
    """All that is logged, as the product's own handler of that format writes it."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(import_string(product.LOGGING["formatters"][request.param]["()"])())
    handler.addFilter(logs.Origin())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield written
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.fixture
def entries(log):
    """Return the log as objects; of the JSON alone."""

    def read():
        return [json.loads(line) for line in log.getvalue().splitlines()]

    return read


@pytest.fixture
def marked(make_driver, db):
    """A driver and a text whose every datum is seen when it is where it should not be."""
    Template.objects.filter(key="birthdate_changed").update(
        body=f"{WORDS} 안내입니다.", subject=WORDS
    )
    return make_driver(name=NAME, phone=PHONE)


def assert_discreet(log):
    assert log.getvalue()
    assert [mark for mark in MARKS if mark in log.getvalue()] == []


def test_the_way_of_a_text_tells_nothing_of_its_driver(log, marked, settings, lead, signed_in):
    with Solapi.make() as server:
        settings.SMS_URL = server.sms_url
        carrier = Solapi(server)
        message = queue_text("birthdate_changed", driver=marked, intent="marked")
        tasks.sweep()
        message.refresh_from_db()
        carrier.becomes("undelivered")
        carrier.report(message, "undelivered", statusMessage=f"{PHONE} {NAME} {WORDS}")
        ask_about_open_ends([Message])
        signed_in(lead).post(
            reverse("admin:sms_message_send_again", args=[message.pk]),
            {"reason": f"{NAME} {PHONE} {WORDS}"},
        )
        server.fault = (500, f"{NAME} {PHONE}".encode(), {})
        tasks.sweep()

    assert message.resent_as.pk
    for sentence in ("Queued.", "On the wire.", "Taken.", "Reported.", "Asked.", "Swept."):
        assert sentence in log.getvalue()
    assert_discreet(log)


@pytest.mark.parametrize("words", [f"{NAME} {PHONE} {WORDS}", "010-7771-2345", "01077712345"])
def test_a_fault_of_ours_is_told_without_its_words(words, log, marked, monkeypatch):
    async def broken(self, outgoing):
        raise RuntimeError(words)

    monkeypatch.setattr(type(get_gateway()), "send", broken)
    queue_text("birthdate_changed", driver=marked, intent="marked")

    dispatch_due()

    assert "RuntimeError" in log.getvalue()
    assert "in broken" in log.getvalue()
    assert_discreet(log)


def test_a_look_up_that_fails_is_told_without_their_words(log, marked, monkeypatch):
    async def broken(self, outgoing, provider_id=""):
        raise InDoubt(f"{NAME} {PHONE}", reason="unclear_answer")

    monkeypatch.setattr(type(get_gateway()), "look_up", broken)
    message = queue_text("birthdate_changed", driver=marked, intent="marked")
    Message.objects.filter(pk=message.pk).update(
        state="unknown", gateway="memory", ask_at=timezone.now()
    )

    ask_about_open_ends([Message])

    assert "unclear_answer" in log.getvalue()
    assert_discreet(log)


@pytest.mark.parametrize("log", ["json"], indirect=True)
def test_each_line_is_an_object_with_the_facts(entries, marked):
    message = queue_text("birthdate_changed", driver=marked, intent="marked")
    dispatch_due()

    [taken] = [each for each in entries() if each["message"] == "Taken."]
    assert taken.pop("time").endswith("+00:00")
    assert taken.pop("ms") >= 0
    assert taken == {
        "level": "INFO",
        "logger": "backoffice.outbox",
        "message": "Taken.",
        "kind": "sms.message",
        "pks": [message.pk],
        "gateway": "memory",
    }


@pytest.mark.parametrize("path", ["/admin/drivers/driver/", "/admin/call/", "/admin/nowhere/"])
def test_what_was_searched_for_is_not_told(path, log, marked, administrator, signed_in):
    signed_in(administrator).get(path, {"q": NAME, "phone": "01077712345"})

    assert path in log.getvalue()
    assert_discreet(log)


@pytest.mark.parametrize("log", ["json"], indirect=True)
def test_what_a_request_causes_carries_its_identifier(entries, driver, agent, signed_in):
    page = signed_in(agent)
    given = "a-proxy-gave-this"

    response = page.get("/admin/nowhere/", headers={"X-Request-ID": given})

    assert response["X-Request-ID"] == given
    assert {each["request_id"] for each in entries() if "Not Found" in each["message"]} == {given}


@pytest.mark.parametrize("given", ["", "short", "a b c d e f g", "x" * 65, "줄바꿈이아니다아니다"])
@pytest.mark.parametrize("log", ["json"], indirect=True)
def test_an_identifier_that_is_none_is_replaced(given, log, client, db):
    response = client.get("/healthz", headers={"X-Request-ID": given})

    assert len(response["X-Request-ID"]) == 32
    assert client.get("/healthz")["X-Request-ID"] != response["X-Request-ID"]


def test_a_task_that_fails_is_told_without_its_words(log, marked):
    """Celery writes them into its message, and once more beside it."""

    @current_app.task(name="test.fails")
    def fails():
        raise ValueError(f"{NAME}, 1980-05-03, 서울12바3456, {PHONE}: {WORDS}")

    build_tracer(fails.name, fails, app=current_app)("1", (), {}, request={"id": "1"})
    current_app.tasks.pop(fails.name)

    assert "test.fails" in log.getvalue()
    assert "ValueError" in log.getvalue()
    assert "1980-05-03" not in log.getvalue()
    assert "12바3456" not in log.getvalue()
    assert_discreet(log)


@pytest.mark.parametrize("log", ["json"], indirect=True)
def test_what_a_task_does_carries_its_identifier(entries, marked):
    queue_text("birthdate_changed", driver=marked, intent="marked")

    done = tasks.sweep.apply()

    told = [each for each in entries() if each["message"] in {"Taken.", "Swept."}]
    assert [each["task_id"] for each in told] == [done.id] * 2


@pytest.mark.parametrize("log", ["line"], indirect=True)
def test_a_line_shows_its_facts_and_no_other_line(log):
    logging.getLogger("backoffice").warning("Stopped.", extra={"kind": "sms.message", "by": 7})

    [line] = log.getvalue().splitlines()
    assert line.endswith(" WARNING backoffice: Stopped. kind=sms.message by=7")


def test_the_sweep_tells_what_it_found(log, marked):
    message = queue_text("birthdate_changed", driver=marked, intent="marked")
    with time_machine.travel(timezone.now() + product.OUTBOX_TOO_OLD + timedelta(hours=1)):
        tasks.sweep()

    message.refresh_from_db()
    assert message.state == "failed"
    assert "too_old" in log.getvalue()
