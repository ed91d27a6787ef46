"""Birthdates as people type them, and which of them can be a driver's."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from backoffice.audit.masking import mask_birthdate
from drivers.birthdates import age_on, read_birthdate, validate_birthdate
from drivers.fields import BirthdateField

TODAY = date(2026, 3, 2)


def fault(text, today=TODAY):
    with pytest.raises(ValidationError) as refused:
        read_birthdate(text, today)
    return refused.value.code


@pytest.mark.parametrize(
    "typed",
    [
        "19800305",
        "1980-03-05",
        "1980-3-5",
        "1980.3.5",
        "1980. 3. 5.",
        "1980/03/05",
        "1980년 3월 5일",
        "1980년3월5일",
        " 1980-03-05 ",
        "１９８００３０５",
        "１９８０－０３－０５",
    ],
)
def test_a_whole_year_is_taken_as_it_is(typed):
    reading = read_birthdate(typed, TODAY)

    assert (reading.date, reading.guessed) == (date(1980, 3, 5), False)


@pytest.mark.parametrize("typed", ["800305", "80-03-05", "80.3.5", "80년 3월 5일", "８００３０５"])
def test_two_digits_of_a_year_are_marked_as_a_guess(typed):
    reading = read_birthdate(typed, TODAY)

    assert (reading.date, reading.guessed) == (date(1980, 3, 5), True)


@pytest.mark.parametrize(
    ("typed", "today", "read_as"),
    [
        ("990101", TODAY, date(1999, 1, 1)),
        ("000101", TODAY, date(2000, 1, 1)),
        ("080302", TODAY, date(2008, 3, 2)),  # eighteen today
        ("250302", date(2026, 3, 1), date(1925, 3, 2)),  # a hundred still, till tomorrow
        ("260302", TODAY, date(1926, 3, 2)),  # a hundred today
        ("000229", TODAY, date(2000, 2, 29)),  # 1900 was no leap year
        ("040229", TODAY, date(2004, 2, 29)),
        ("080229", date(2026, 3, 1), date(2008, 2, 29)),
        ("360229", TODAY, date(1936, 2, 29)),
    ],
)
def test_the_only_century_with_a_driver_in_it_is_guessed(typed, today, read_as):
    assert read_birthdate(typed, today).date == read_as


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("080303", "too_young"),  # eighteen tomorrow; 1908 is too old
        ("250301", "too_young"),
        ("800230", "no_such_date"),
        ("990431", "no_such_date"),
        ("801301", "no_such_date"),
        ("800100", "no_such_date"),
        ("990229", "no_such_date"),
    ],
)
def test_a_guess_that_fits_no_driver_is_refused(typed, code):
    assert fault(typed) == code


def test_a_leap_day_in_the_year_2000_is_too_young_before_2018():
    """Of 1900 it does not exist, of 2000 it is too young: the second says more."""
    assert fault("000229", date(2018, 2, 28)) == "too_young"
    assert read_birthdate("000229", date(2018, 3, 1)).date == date(2000, 2, 29)


@pytest.mark.parametrize(
    "typed",
    [
        *("", "   ", "생일", "1980", "8003", "80305", "1980305", "198003055", "1980-03"),
        *("05/03/1980", "1980-03-05T00:00", "-1980-03-05", "1980--03-05", "음력 800305"),
        "800305-1234567",
    ],
)
def test_what_is_no_date_is_unreadable(typed):
    assert fault(typed) == "unreadable"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("19800230", "no_such_date"),
        ("19801331", "no_such_date"),
        ("1980-00-10", "no_such_date"),
        ("00000000", "no_such_date"),
        ("20080303", "too_young"),
        ("20300101", "too_young"),
        ("99991231", "too_young"),
        ("19250301", "too_old"),
        ("18800305", "too_old"),
        ("00010101", "too_old"),
    ],
)
def test_a_whole_year_is_refused_with_the_reason(typed, code):
    assert fault(typed) == code


@pytest.mark.parametrize("birthdate", [date(2008, 3, 2), date(1925, 3, 3), date(1926, 3, 2)])
def test_eighteen_and_a_hundred_are_still_drivers(birthdate):
    validate_birthdate(birthdate, TODAY)


@pytest.mark.parametrize(
    ("birthdate", "today", "age"),
    [
        (date(1980, 3, 5), date(2026, 3, 4), 45),
        (date(1980, 3, 5), date(2026, 3, 5), 46),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(2026, 3, 3), TODAY, -1),
    ],
)
def test_age_is_in_full_years(birthdate, today, age):
    assert age_on(birthdate, today) == age


def test_the_field_never_takes_a_guess():
    with pytest.raises(ValidationError) as refused:
        BirthdateField().clean("800305")

    assert refused.value.code == "century"
    assert refused.value.reading == date(1980, 3, 5)


def test_the_field_takes_its_own_reading_back():
    assert BirthdateField().clean("1980-03-05") == date(1980, 3, 5)


@pytest.mark.parametrize("typed", ["", "   ", None])
def test_an_empty_field_that_is_not_needed_is_none(typed):
    assert BirthdateField(required=False).clean(typed) is None


def test_the_mask_keeps_nothing():
    assert mask_birthdate(date(1980, 5, 3)) == mask_birthdate("1980-05-03") == "****-**-**"
    assert mask_birthdate(None) == ""
