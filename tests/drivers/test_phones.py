"""Telephone numbers as people type them."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from backoffice.audit.masking import mask_phone
from drivers.fields import MobileField
from drivers.phones import digits_of, national_digits, parse_phone, validate_mobile

HABITS = [
    "010-0000-1234",
    "01000001234",
    "010 0000 1234",
    "010.0000.1234",
    "010–0000–1234",
    " 010-0000-1234 ",
    "(010) 0000-1234",
    "0 1 0 0 0 0 0 1 2 3 4",
    "+82 10 0000 1234",
    "+82-10-0000-1234",
    "+821000001234",
    "+82 010 0000 1234",
    "+82 (0)10-0000-1234",
    "82-10-0000-1234",
    "821000001234",
    "82 010-0000-1234",
    "1000001234",
    "10-0000-1234",
    "０１０-００００-１２３４",
    "＋82 10 0000 1234",
    "０１０－００００－１２３４",
]


@pytest.mark.parametrize("typed", HABITS)
def test_every_habit_is_the_same_number(typed):
    assert parse_phone(typed).as_e164 == "+821000001234"
    assert MobileField().clean(typed).as_e164 == "+821000001234"


@pytest.mark.parametrize("typed", ["", "없음", "번호 없음", "-", "1", "+", "++82", "abc-defg"])
def test_what_is_no_number_is_none(typed):
    number = parse_phone(typed)

    assert number is None or not number.is_valid()


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("02-123-4567", "not_mobile"),
        ("031-123-4567", "not_mobile"),
        ("070-1234-5678", "not_mobile"),
        ("1644-8830", "not_mobile"),
        ("1800-3400", "not_mobile"),
        ("114", "not_mobile"),
        ("010-0000-123", "not_mobile"),
        ("010-0000-12345", "not_mobile"),
        ("015-0000-1234", "not_mobile"),
        ("010-5970-1234", "not_mobile"),  # given to nobody
        ("010-5999-1234", "not_mobile"),
        ("+1 415 555 0100", "foreign"),
        ("+81 90 1234 5678", "foreign"),
    ],
)
def test_where_no_text_arrives_is_refused_with_the_reason(typed, code):
    with pytest.raises(ValidationError) as refused:
        validate_mobile(parse_phone(typed))

    assert refused.value.code == code


@pytest.mark.parametrize("typed", ["없음", "+", "abc"])
def test_the_field_refuses_garbage_with_an_example(typed):
    with translation.override("en"), pytest.raises(ValidationError, match="010-1234-5678"):
        MobileField().clean(typed)


@pytest.mark.parametrize("typed", ["", "   ", None])
def test_an_empty_field_that_is_not_needed_is_none(typed):
    assert MobileField(required=False).clean(typed) is None


@pytest.mark.parametrize("prefix", ["011", "016", "017", "018", "019"])
def test_the_old_prefixes_are_mobile_as_well(prefix):
    assert MobileField().clean(f"{prefix}-200-1234").country_code == 82


@pytest.mark.parametrize(
    ("number", "digits"),
    [
        ("+821000001234", "01000001234"),
        ("+82212345678", "0212345678"),
        ("+14155550100", "14155550100"),
    ],
)
def test_is_shown_as_it_is_dialled_in_korea(number, digits):
    assert national_digits(parse_phone(number)) == digits


def test_no_number_has_no_digits():
    assert national_digits(None) == national_digits("") == ""


def test_digits_are_taken_from_anything():
    assert digits_of("서울 １２바 34-56") == "123456"


@pytest.mark.parametrize(
    ("digits", "masked"),
    [("01000001234", "010-****-1234"), ("0112001234", "011-****-1234"), ("", "")],
)
def test_the_mask_keeps_prefix_and_last_four(digits, masked):
    assert mask_phone(digits) == masked
