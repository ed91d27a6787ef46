"""No log line tells a number or a row, and everything else in it is kept."""

import logging

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils.module_loading import import_string

from drivers.models import Driver


@pytest.fixture
def line():
    """line(error, "…"): what the product's own handler would write of it."""
    formatter = import_string(settings.LOGGING["formatters"]["line"]["()"])()

    def write(*arguments, error=None):
        exc_info = (type(error), error, error.__traceback__) if error else None
        record = logging.LogRecord("x", logging.ERROR, "x.py", 1, *arguments, exc_info)
        return formatter.format(record)

    return write


@pytest.mark.parametrize(
    "number", ["01012345678", "010-1234-5678", "+821012345678", "+82 10-1234-5678"]
)
def test_a_number_is_masked_in_the_message_and_in_its_arguments(line, number):
    for written in (line(f"To {number}: no.", ()), line("To %s: no.", (number,))):
        assert written.endswith(
            f"To {number[:0]}01{'1' if number[:3] == '011' else '0'}-****-5678: no."
        )


def test_a_number_is_masked_in_a_traceback(line):
    try:
        raise ValueError("no telephone: 01012345678")
    except ValueError as error:
        written = line("Could not send.", (), error=error)

    assert "ValueError: no telephone: …" in written
    assert "1234" not in written


@pytest.mark.parametrize(
    "text",
    [
        "Could not hand over Message 1012345678901.",
        "case C-2026-001234 at 2026-11-24 15:33:01",
        "task 0f101234-5678-4101-9012-345678901234 is done",
        "127.0.0.1:8000 1644-8830 0.010123456789",
    ],
)
def test_everything_else_is_kept(line, text):
    assert line(text, ()).endswith(text)


def test_a_row_is_left_out_to_its_last_bracket(line):
    row = 'Failing row contains (12, 홍길동, (주) "한빛"운수, 서울12바3456). And so on.'

    assert line("No: %s", (row,)).endswith("No: Failing row contains (…). And so on.")


def test_what_the_database_says_of_a_row_is_left_out(line, make_driver):
    """PostgreSQL quotes the values; SQLite does not, and the line is kept."""
    driver = make_driver(phone="+821000001234")

    with pytest.raises(IntegrityError) as taken, transaction.atomic():
        make_driver(phone="+821000001234")
    with pytest.raises(IntegrityError) as empty, transaction.atomic():
        Driver.objects.filter(pk=driver.pk).update(state=None)

    for caught in (taken, empty):
        written = line("Could not save.", (), error=caught.value)
        assert "IntegrityError" in written
        assert not [each for each in ("00001234", "홍길동", "1980-05-03") if each in written]
    if connection.vendor == "postgresql":
        assert "홍길동" in str(empty.value)
