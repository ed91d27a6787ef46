"""Each kind of datum has one mask, and no way of writing it slips through."""

import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import settings as at_most
from hypothesis import strategies as st

from backoffice.audit.masking import mask_birthdate, mask_name, mask_phone, mask_vehicle_no

many = at_most(max_examples=200, deadline=None, database=None, print_blob=True)


def nfd(text):
    return unicodedata.normalize("NFD", text)


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("홍길동", "홍*동"),
        ("홍길", "홍*"),
        ("남궁영민", "남**민"),
        ("홍", "*"),
        ("", ""),
        (nfd("홍길동"), "홍*동"),
        (nfd("홍길"), "홍*"),
        (nfd("홍"), "*"),
        (" 홍길동 ", "홍*동"),
        ("홍 길동", "홍**동"),
        ("John Smith", "J********h"),
    ],
)
def test_a_name(name, masked):
    assert mask_name(name) == masked


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("01012345678", "010-****-5678"),
        ("010-1234-5678", "010-****-5678"),
        ("０１０１２３４５６７８", "010-****-5678"),
        ("0112345678", "011-****-5678"),
        ("", ""),
        # Of the others the beginning would leave too little to hide.
        ("021234567", "****-4567"),
        ("0212345678", "****-5678"),
        ("16448830", "****-8830"),
        ("819012345678", "****-5678"),
        ("5678", "****"),
        ("1234567", "****"),
    ],
)
def test_a_phone_number(number, masked):
    assert mask_phone(number) == masked


@pytest.mark.parametrize(
    ("vehicle_no", "masked"),
    [
        ("서울12바3456", "서울12바 **56"),
        ("서울 12바 3456", "서울 12바 **56"),
        ("서울 12 바 3456", "서울 12 바 **56"),
        ("12바3456", "12바 **56"),
        ("123바-3456", "123바 **56"),
        (nfd("서울12바3456"), "서울12바 **56"),
        ("서울12바３４５６", "서울12바 **56"),
        ("임1234", "임 **34"),
        ("외교123-001", "*****-*01"),
        ("B-AB 1234", "*-** **34"),
        ("ABC1234", "*****34"),
        ("3456", "****"),
        ("12", "**"),
        ("", ""),
        (None, ""),
        ("1---11", "******"),
    ],
)
def test_a_vehicle_number(vehicle_no, masked):
    assert mask_vehicle_no(vehicle_no) == masked


@pytest.mark.parametrize("birthdate", [date(1980, 5, 3), "1980-05-03", "800503"])
def test_nothing_of_a_birthdate_is_shown(birthdate):
    assert mask_birthdate(birthdate) == "****-**-**"


def test_no_birthdate_is_nothing():
    assert mask_birthdate(None) == ""


@many
@given(st.text("0123456789 -+()", max_size=16))
def test_a_number_never_shows_more_than_seven_digits_nor_most_of_itself(number):
    digits = [each for each in number if each.isdigit()]
    shown = [each for each in mask_phone(number) if each.isdigit()]

    assert len(shown) <= 7
    assert not digits or len(digits) - len(shown) >= min(3, len(digits))


@many
@given(st.text("서울12바3456 -ABCdé외교", max_size=14))
def test_a_vehicle_number_never_shows_its_last_four(vehicle_no):
    letters = [each for each in vehicle_no if each.isalnum()]

    masked = mask_vehicle_no(vehicle_no)

    assert len(letters) - len([each for each in masked if each.isalnum()]) >= min(2, len(letters))


@many
@given(st.text("홍길동김이John 궁민", min_size=2, max_size=12), st.booleans())
def test_a_name_never_shows_more_than_its_ends(name, is_decomposed):
    masked = mask_name(nfd(name) if is_decomposed else name)

    assert len([each for each in masked if each not in "* "]) <= 2
