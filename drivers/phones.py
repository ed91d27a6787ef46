"""Korean telephone numbers: as people type them, as they are stored, as they are shown."""

import re
import unicodedata

import phonenumbers
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from phonenumber_field.phonenumber import PhoneNumber

MOBILE = re.compile(r"010\d{8}|01[16789]\d{7,8}")
PHONE_LIKE = re.compile(r"[\d\s()+.\-~/]+")


def digits_of(text):
    """Return the digits in ``text``; full-width ones too."""
    return re.sub(r"\D", "", unicodedata.normalize("NFKC", text))


def parse_phone(text):
    """
    Return what was typed as a ``PhoneNumber``, or None where it is none.

    Takes 010-1234-5678, 01012345678, 010 1234 5678, +82 10 1234 5678, 82-10-…,
    ０１０…, and 1012345678, which is what a spreadsheet leaves of it.
    """
    typed = unicodedata.normalize("NFKC", text).strip()
    digits = digits_of(typed)
    if not typed.startswith("+"):
        if re.fullmatch(r"10\d{8}", digits):
            digits = f"0{digits}"
        elif re.fullmatch(r"82\d{8,10}", digits):
            digits = f"+{digits}"
    else:
        digits = f"+{digits}"
    try:
        return PhoneNumber.from_string(digits, region="KR")
    except phonenumbers.NumberParseException:
        return None


def national_digits(number):
    """Return a number as it is dialled in Korea, 01012345678; a foreign one in full."""
    # Asked for its truth, a number is written out first; lists have hundreds of them.
    if not isinstance(number, PhoneNumber) or not number.country_code:
        return ""
    if number.country_code != 82:
        return f"{number.country_code}{phonenumbers.national_significant_number(number)}"
    return f"0{phonenumbers.national_significant_number(number)}"


def validate_mobile(number):
    """:raises ValidationError: a driver cannot get texts there; the sentence says why"""
    if number.country_code and number.country_code != 82:
        raise ValidationError(
            _("This is a foreign number. Texts go to Korean mobile numbers only."), code="foreign"
        )
    # Some beginnings were given to nobody. Such a number would be stored as it was typed and
    # found by nobody: whoever reads one asks is_valid().
    if not MOBILE.fullmatch(national_digits(number)) or not number.is_valid():
        raise ValidationError(
            _("This is not a mobile number. Enter one such as 010-1234-5678."), code="not_mobile"
        )
