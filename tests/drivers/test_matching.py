"""What a caller said against the record: match or mismatch, the slip, never the record."""

import json
import unicodedata
from datetime import date

import pytest
import time_machine
from django.utils import translation

from drivers.matching import (
    Comparison,
    Slip,
    compare,
    compare_birthdate,
    compare_phone,
    compare_text,
    compare_vehicle_no,
)
from drivers.phones import parse_phone

MATCH, MISMATCH = Comparison(True), Comparison(False)


def slip(recorded, said):
    """The slip between two dates; the same whichever of them is the recorded one."""
    one, other = date.fromisoformat(recorded), date.fromisoformat(said)
    there, back = compare_birthdate(one, other), compare_birthdate(other, one)
    assert there == back
    assert not there.matches
    return there.slip


@pytest.mark.parametrize(
    ("solar", "lunar"),
    [
        ("2000-02-05", "2000-01-01"),  # Seollal
        ("1985-09-29", "1985-08-15"),  # Chuseok
        ("1997-02-08", "1997-01-01"),  # a day earlier in China
        ("1981-02-04", "1980-12-30"),  # the eve of Seollal, in the year before
        ("2020-04-23", "2020-04-01"),
        ("2020-05-23", "2020-04-01"),  # the first of the leap month, 윤4월
        ("2020-06-20", "2020-04-29"),  # its last
        ("2020-06-21", "2020-05-01"),
        ("1984-12-22", "1984-11-01"),  # winter solstice
        ("1984-11-23", "1984-10-01"),  # 윤10월
        ("1985-01-20", "1984-11-30"),
        ("1950-02-17", "1950-01-01"),
    ],
)
def test_lunar_and_solar_are_told_apart(solar, lunar):
    assert slip(solar, lunar) == Slip.CALENDAR


@pytest.mark.parametrize(
    ("solar", "nearly"),
    [("2000-02-05", "2000-01-13"), ("1997-02-07", "1997-01-12"), ("2020-05-23", "2020-05-11")],
)
def test_another_day_of_the_lunar_calendar_is_no_slip(solar, nearly):
    assert slip(solar, nearly) == ""


def test_a_lunar_30_february_does_not_exist_as_a_date_and_does_no_harm():
    """1985-04-19 is the lunar 1985-02-30."""
    assert slip("1985-04-19", "1985-02-28") == ""
    assert slip("1985-04-19", "1985-03-01") == ""


@pytest.mark.parametrize(
    ("recorded", "said"),
    [("1980-03-05", "1980-05-03"), ("1971-12-01", "1971-01-12"), ("1980-02-12", "1980-12-02")],
)
def test_day_and_month_swapped(recorded, said):
    assert slip(recorded, said) == Slip.SWAPPED


def test_day_and_month_swapped_of_another_year_are_no_slip():
    assert slip("1980-03-05", "1981-05-03") == ""


def test_a_day_that_is_its_month_swaps_into_itself():
    assert compare_birthdate(date(1980, 5, 5), date(1980, 5, 5)) == MATCH


@pytest.mark.parametrize(
    ("recorded", "said"),
    [("1925-03-05", "2025-03-05"), ("1900-12-31", "2000-12-31"), ("1904-02-29", "2004-02-29")],
)
def test_another_century(recorded, said):
    assert slip(recorded, said) == Slip.CENTURY


@pytest.mark.parametrize("said", ["1824-03-05", "2025-03-06", "2026-03-05", "2125-03-05"])
def test_what_is_not_exactly_a_century_is_no_slip(said):
    assert slip("1925-03-05", said) == ""


@pytest.mark.parametrize(
    "said",
    [
        "2911-11-11",
        "1711-11-11",
        "1921-11-11",
        "1912-11-11",
        "1911-01-11",
        "1911-12-11",
        "1911-11-21",
        "1911-11-12",
    ],
)
def test_one_digit_in_each_of_the_eight_places(said):
    assert slip("1911-11-11", said) == Slip.DIGIT


def test_the_century_goes_before_the_digit():
    assert slip("1911-11-11", "1811-11-11") == Slip.CENTURY


@pytest.mark.parametrize("said", ["1982-05-04", "1979-05-03", "1980-06-04", "1980-12-03"])
def test_two_digits_are_no_slip(said):
    assert slip("1980-05-03", said) == ""


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("1984-02-29", Slip.DIGIT),
        ("1980-02-28", Slip.DIGIT),
        ("1980-03-01", ""),
        ("1980-01-14", Slip.CALENDAR),
        ("1976-02-29", ""),
    ],
)
def test_a_leap_day(said, expected):
    assert slip("1980-02-29", said) == expected


@pytest.mark.parametrize(
    ("solar", "lunar"), [("1959-11-01", "1959-10-01"), ("1932-10-09", "1932-09-10")]
)
def test_the_calendar_goes_before_a_digit_and_a_swap(solar, lunar):
    assert slip(solar, lunar) == Slip.CALENDAR


@pytest.mark.parametrize(
    "far", ["0001-01-01", "1000-01-01", "1582-10-10", "2051-01-01", "9999-12-31"]
)
def test_a_date_outside_the_lunar_tables_does_no_harm(far):
    assert slip(far, "1980-05-03") == ""
    assert compare_birthdate(date.fromisoformat(far), date.fromisoformat(far)) == MATCH


@time_machine.travel("2026-03-02T12:00:00+09:00")
def test_a_date_outside_the_lunar_tables_is_not_taken_for_today():
    """Today is lunar 2026-01-14, which is what the library begins with."""
    assert slip("2051-12-31", "2026-01-14") == ""


@pytest.mark.parametrize(
    "typed",
    ["010-0000-1234", "01000001234", "+82 10 0000 1234", "1000001234", "０１０００００１２３４"],
)
def test_a_phone_matches_in_every_habit_of_typing(typed):
    assert compare_phone(parse_phone("+821000001234"), parse_phone(typed)) == MATCH


@pytest.mark.parametrize("typed", ["010-0000-1235", "+1 201 000 1234", "1234", "", "없음"])
def test_another_phone_or_none_is_a_mismatch(typed):
    assert compare_phone(parse_phone("+821000001234"), parse_phone(typed)) == MISMATCH


def test_no_phone_matches_no_phone():
    assert compare_phone(None, None) == MISMATCH


@pytest.mark.parametrize(
    "said", ["홍길동", " 홍 길동 ", unicodedata.normalize("NFD", "홍길동"), "홍　길동"]
)
def test_a_name_matches_however_it_is_written(said):
    assert compare_text("홍길동", said) == MATCH


@pytest.mark.parametrize("said", ["홍길순", "홍길", "ㅎㄱㄷ", "홍*동", ""])
def test_another_name_or_a_part_of_it_is_a_mismatch(said):
    assert compare_text("홍길동", said) == MISMATCH


@pytest.mark.parametrize(
    ("recorded", "said", "expected"),
    [
        ("서울12바3456", "서울12바3456", MATCH),
        ("서울12바3456", "서울 12 바 3456", MATCH),
        ("서울12바3456", "서울１２바３４５６", MATCH),
        ("서울12바3456", "12바3456", MATCH),
        ("12바3456", "서울12바3456", MATCH),
        ("123바3456", "123 바 3456", MATCH),
        ("서울12바3456", "부산12바3456", MISMATCH),
        ("서울12바3456", "12바3457", MISMATCH),
        ("서울12바3456", "12사3456", MISMATCH),
        ("서울12바3456", "2바3456", MISMATCH),
        ("서울12바3456", "3456", MISMATCH),
        ("서울12바3456", "서울", MISMATCH),
        ("서울12바3456", "", MISMATCH),
        ("임시-1234", "임시-1234", MATCH),  # no plate of ours, the same all the same
        ("", "12바3456", MISMATCH),
        ("", "", MISMATCH),
    ],
)
def test_a_vehicle_number_may_lack_its_region(recorded, said, expected):
    assert compare_vehicle_no(recorded, said) == expected


@pytest.mark.parametrize(
    ("item", "right", "wrong"),
    [
        ("name", "홍 길동", "김철수"),
        ("phone", parse_phone("010-0000-1234"), parse_phone("010-0000-9999")),
        ("birthdate", date(1980, 5, 3), date(1971, 1, 1)),
        ("vehicle_no", "12바3456", "부산34자7777"),
    ],
)
def test_each_item_is_compared_with_its_field(driver, item, right, wrong):
    assert compare(driver, item, right) == MATCH
    assert compare(driver, item, wrong) == MISMATCH


def test_a_slip_is_named_for_an_item_too(driver):
    assert compare(driver, "birthdate", date(1980, 3, 5)) == Comparison(False, Slip.SWAPPED)


@pytest.mark.parametrize("said", ["", " ", "한빛운수"])
def test_what_is_not_recorded_matches_nothing(make_driver, said):
    assert compare(make_driver(vehicle_no=""), "vehicle_no", said) == MISMATCH


@pytest.mark.parametrize("item", ["", "company", "state", "password", "__class__"])
def test_what_is_not_compared_is_refused_without_the_record(driver, item):
    with pytest.raises(ValueError, match="There is no comparison for") as refused:
        compare(driver, item, "홍길동")

    assert "홍" not in str(refused.value)


def test_a_slip_is_shown_in_words_and_stored_as_one():
    with translation.override("en"):
        assert str(Slip.CALENDAR.label) == "lunar and solar calendar"
    assert json.dumps(compare_birthdate(date(1980, 5, 3), date(1980, 3, 5)).slip) == '"swapped"'
