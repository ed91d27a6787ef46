"""The shipped text and the numbers are the manual's own, word for word."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from backoffice.sms.models import Message
from backoffice.sms.queueing import queue_text

MANUAL = Path(__file__).parents[1] / "manual" / "login-and-verification-errors.txt"


@pytest.fixture(scope="module")
def manual():
    return MANUAL.read_text(encoding="utf-8")


def manuals_template(manual):
    """The last fenced block, without the blanks that end its lines on the web page."""
    block = re.findall(r"```\n(.*?)\n```", manual, re.DOTALL)[-1]
    return "\n".join(line.rstrip() for line in block.split("\n"))


def test_rule_4_3_sends_the_manuals_words(manual, driver):
    message = queue_text("birthdate_changed", driver=driver, intent="test")

    assert message.body == manuals_template(manual)


def test_the_manuals_text_is_an_lms_of_405_bytes(driver):
    message = queue_text("birthdate_changed", driver=driver, intent="test")

    assert (message.kind, message.bytes) == (Message.Kind.LMS, 405)
    assert len(message.body.encode("cp949")) == 405


def test_the_manuals_text_has_a_subject_that_every_carrier_takes(driver):
    message = queue_text("birthdate_changed", driver=driver, intent="test")

    assert len(message.subject.encode("cp949")) == 34
    assert message.as_outgoing().subject == message.subject


def test_the_sender_is_the_centre(driver):
    message = queue_text("birthdate_changed", driver=driver, intent="test")

    assert message.as_outgoing().sender == "16448830"


@pytest.mark.parametrize("key", ["birthdate_changed", "birthdate_undone"])
def test_every_shipped_text_can_be_sent(key, driver):
    message = queue_text(key, driver=driver, intent="test")

    assert "#{" not in message.body
    assert settings.CENTRE_PHONE in message.body


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("CODE_SENDER_PHONE", r"인증번호 발신 : (\d{4}-\d{4})"),
        ("CENTRE_PHONE", r"운영센터\((\d{4}-\d{4})\)"),
        ("MISMATCHES_TO_LOCK", r"(\d+)회 이상 일치하지 않을 경우"),
        ("LOCK_HOURS", r"(\d+)시간 이후 재인증"),
        ("APP_LINK", r"(https://play\.google\.com/\S+)"),
    ],
)
def test_settings_hold_the_manuals_numbers(name, words, manual):
    found = set(re.findall(words, manual))

    assert found == {str(getattr(settings, name))}
