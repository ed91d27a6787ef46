"""Birthdates: as people type them, and which of them can be a driver's."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

YOUNGEST = 18  # years
OLDEST = 100


@dataclass(frozen=True, slots=True)
class Reading:
    """What was typed, read as a date. ``guessed``: the century was not typed."""

    date: date
    guessed: bool


def age_on(birthdate, today):
    """Return the age in full years (만 나이)."""
    return (
        today.year - birthdate.year - ((today.month, today.day) < (birthdate.month, birthdate.day))
    )


def read_birthdate(text, today=None):
    """
    Read 800305, 19800305, 1980-03-05, 1980.3.5 or 1980년 3월 5일.

    Two digits of a year have at most one century in which a driver is between 18
    and 100; that one is taken and marked as guessed, for the person to confirm.

    :raises ValidationError: no date, one that does not exist, or one no driver can have
    """
    today = today or timezone.localdate()
    typed = unicodedata.normalize("NFKC", text).strip()
    if match := re.fullmatch(r"(\d{2}|\d{4})(\d{2})(\d{2})", typed):
        year, month, day = match.groups()
    elif match := re.fullmatch(
        r"(\d{4}|\d{2})\s*[-./년]\s*(\d{1,2})\s*[-./월]\s*(\d{1,2})\s*[.일]?", typed
    ):
        year, month, day = match.groups()
    else:
        raise ValidationError(
            _("Enter a birthdate as 800305, 19800305 or 1980-03-05."), code="unreadable"
        )
    if len(year) == 4:
        birthdate = _existing(int(year), int(month), int(day))
        validate_birthdate(birthdate, today)
        return Reading(birthdate, guessed=False)
    return Reading(_century(int(year), int(month), int(day), today), guessed=True)


def _century(year, month, day, today):
    fault = None
    for century in (1900, 2000):
        try:
            birthdate = _existing(century + year, month, day)
            validate_birthdate(birthdate, today)
        except ValidationError as refusal:
            # Of two refusals the one about the age says more than "does not exist".
            fault = refusal if fault is None or refusal.code == "too_young" else fault
        else:
            return birthdate
    raise fault


def _existing(year, month, day):
    try:
        return date(year, month, day)
    except ValueError:
        raise ValidationError(_("This date does not exist."), code="no_such_date") from None


def validate_birthdate(birthdate, today=None):
    """:raises ValidationError: a driver of that age cannot be"""
    age = age_on(birthdate, today or timezone.localdate())
    if age < YOUNGEST:
        raise ValidationError(
            _("With this birthdate the driver would be under %(age)d.") % {"age": YOUNGEST},
            code="too_young",
        )
    if age > OLDEST:
        raise ValidationError(
            _("With this birthdate the driver would be over %(age)d.") % {"age": OLDEST},
            code="too_old",
        )
