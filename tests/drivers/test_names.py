"""Names and vehicle numbers as search keys and as everybody may see them."""

import unicodedata

import pytest

from backoffice.audit.masking import mask_name, mask_vehicle_no
from drivers.names import are_initials, initials, name_key, suffixes


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("홍길동", "홍길동"),
        (" 홍 길 동 ", "홍길동"),
        ("홍　길동", "홍길동"),
        (unicodedata.normalize("NFD", "홍길동"), "홍길동"),
        ("홍\u200b길\ufeff동", "홍길동"),
        ("John Smith", "johnsmith"),
        ("ＫＩＭ", "kim"),
        ("", ""),
    ],
)
def test_the_key_forgets_how_it_was_typed(name, key):
    assert name_key(name) == key


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("홍길동", "ㅎㄱㄷ"),
        ("까치", "ㄲㅊ"),
        ("쌍둥이", "ㅆㄷㅇ"),
        ("가힣", "ㄱㅎ"),
        ("김john", "ㄱjohn"),
        ("", ""),
    ],
)
def test_initials_are_the_first_consonants(name, letters):
    assert initials(name) == letters


@pytest.mark.parametrize(
    ("typed", "are"),
    [
        ("ㅎㄱㄷ", True),
        ("ㅎ", True),
        ("홍ㄱㄷ", False),
        ("ㅏ", False),
        ("abc", False),
        ("", False),
    ],
)
def test_initials_are_told_from_names(typed, are):
    assert are_initials(typed) is are


def test_a_part_of_a_name_begins_one_of_its_tails():
    assert suffixes("홍길동") == ["홍길동", "길동", "동"]
    assert suffixes("") == []


@pytest.mark.parametrize(
    ("name", "masked"),
    [("홍길동", "홍*동"), ("홍길", "홍*"), ("홍", "*"), ("남궁민수", "남**수"), ("", "")],
)
def test_the_mask_of_a_name_keeps_its_ends(name, masked):
    assert mask_name(name) == masked


def test_the_mask_of_a_vehicle_keeps_the_last_two():
    assert mask_vehicle_no("서울12바3456") == "서울12바 **56"
    assert mask_vehicle_no("") == ""
