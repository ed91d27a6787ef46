"""What holds for any two birthdates that are compared."""

import random
from datetime import date, timedelta

import pytest
from korean_lunar_calendar import KoreanLunarCalendar

from drivers.matching import Comparison, Slip, compare_birthdate

FIRST, LAST = date(1920, 1, 1), date(2012, 12, 31)
MANY = 200


@pytest.fixture
def dice():
    return random.Random(20260302)


@pytest.fixture
def any_date(dice):
    return lambda: FIRST + timedelta(days=dice.randrange((LAST - FIRST).days + 1))


@pytest.fixture
def any_pair(dice, any_date):
    """Two dates; every other time near each other, where the slips are."""

    def pair():
        one = any_date()
        return one, one + timedelta(
            days=dice.randint(-60, 60)
        ) if dice.random() < 0.5 else any_date()

    return pair


def test_a_date_always_matches_itself(any_date):
    for day in (any_date() for _ in range(MANY)):
        assert compare_birthdate(day, day.replace()) == Comparison(True)


def test_only_equal_dates_match_and_either_way_round(any_pair):
    for one, other in (any_pair() for _ in range(MANY)):
        answer = compare_birthdate(one, other)

        assert answer.matches is (one == other)
        assert answer == compare_birthdate(other, one)


def test_the_answer_is_one_of_six_and_says_nothing_else(any_pair):
    answers = {repr(Comparison(False, slip)) for slip in Slip}
    answers |= {repr(Comparison(True)), repr(Comparison(False))}

    for recorded, said in (any_pair() for _ in range(MANY)):
        shown = repr(compare_birthdate(recorded, said))

        assert shown in answers
        assert recorded.isoformat() not in shown
        assert not any(letter.isdigit() for letter in shown)


def test_every_lunar_date_that_can_be_typed_is_recognised(any_date):
    """Found from the lunar side, leap months included; the product looks from the solar one."""
    calendar, leaps = KoreanLunarCalendar(), 0
    for lunar in (any_date() for _ in range(MANY)):
        for is_leap in (False, True):
            if not calendar.setLunarDate(lunar.year, lunar.month, lunar.day, is_leap):
                continue
            leaps += is_leap
            solar = date(calendar.solarYear, calendar.solarMonth, calendar.solarDay)

            assert compare_birthdate(solar, lunar) == Comparison(False, Slip.CALENDAR)
            assert compare_birthdate(lunar, solar) == Comparison(False, Slip.CALENDAR)
    assert leaps


def test_no_date_that_exists_does_harm(dice):
    for _ in range(MANY):
        recorded, said = (date.fromordinal(dice.randint(1, date.max.toordinal())) for _ in "12")

        assert compare_birthdate(recorded, said).matches is (recorded == said)
