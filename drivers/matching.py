"""
Blind comparison: does what a caller said match the record, and if not, why perhaps.

The answer never contains what is recorded. Together with what was said, a slip
narrows the record down all the same: it is for the agent, not for the caller.
"""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _
from korean_lunar_calendar import KoreanLunarCalendar

from .names import name_key
from .phones import national_digits
from .plates import plate_key, read_plate

ITEM_LABELS = {
    "name": _("name"),
    "phone": _("phone"),
    "birthdate": _("birthdate"),
    "vehicle_no": _("vehicle number"),
    "company": _("company"),  # of checks before it was no proof any more
}


class Slip(models.TextChoices):
    """What typically lies between two birthdates that should be the same."""

    CALENDAR = "calendar", _("lunar and solar calendar")
    SWAPPED = "swapped", _("day and month swapped")
    CENTURY = "century", _("another century")
    DIGIT = "digit", _("one digit")


@dataclass(frozen=True, slots=True)
class Comparison:
    """The answer. ``slip``: a ``Slip``, or "" where it matches or none is known."""

    matches: bool
    slip: str = ""


def compare(driver, item, said):
    """
    Compare what was ``said`` about one ``item`` with the ``driver``'s record.

    :param item: name, phone, birthdate or vehicle_no
    :param said: cleaned as the form fields do: a ``PhoneNumber``, a ``date`` or a text
    :raises ValueError: nothing of that name is compared
    """
    if item not in COMPARISONS:
        raise ValueError(f"There is no comparison for {item!r}.")
    return COMPARISONS[item](getattr(driver, item), said)


def compare_birthdate(recorded, said):
    """Compare two dates; the first slip in the order of ``Slip`` that explains them is named."""
    if recorded == said:
        return Comparison(True)
    return Comparison(False, next((slip for slip, fits in SLIPS if fits(recorded, said)), ""))


def compare_phone(recorded, said):
    """Compare two ``PhoneNumber``s as they are dialled; None, an unreadable one, matches none."""
    return _compare_keys(national_digits(recorded), national_digits(said))


def compare_text(recorded, said):
    """Compare two names, however they are spaced and written; an empty one matches none."""
    return _compare_keys(name_key(recorded), name_key(said))


def compare_vehicle_no(recorded, said):
    """
    Compare two vehicle numbers, however they are spaced; an empty one matches none.

    The region may be missing from either, as people leave it out: 12바3456 matches
    서울12바3456. Two different regions are two vehicles.
    """
    plates = [read_plate(number) for number in (recorded, said)]
    if all(plates) and not all(plate["region"] for plate in plates):
        return _compare_keys(*(plate["number"] for plate in plates))
    return _compare_keys(plate_key(recorded), plate_key(said))


COMPARISONS = {
    "name": compare_text,
    "phone": compare_phone,
    "birthdate": compare_birthdate,
    "vehicle_no": compare_vehicle_no,
}


def _compare_keys(recorded, said):
    return Comparison(bool(recorded) and recorded == said)


def _parts(day):
    return day.year, day.month, day.day


def _lunar(solar):
    """
    Return year, month and day of a ``solar`` date in the Korean lunar calendar.

    A leap month (윤달) has the number of the month before it, as on a form without
    a box for it. Not as a ``date``, which has no 30 February. None outside of what
    the library's tables cover, 1000-02-13 to 2050-12-31; they are the KASI's:
    https://github.com/usingsky/korean_lunar_calendar_py
    """
    # An instance holds the date that it converts: a shared one would mix up threads.
    calendar = KoreanLunarCalendar()
    if not calendar.setSolarDate(*_parts(solar)):
        return None
    return calendar.lunarYear, calendar.lunarMonth, calendar.lunarDay


def _in_the_other_calendar(recorded, said):
    return _lunar(recorded) == _parts(said) or _lunar(said) == _parts(recorded)


def _swapped(recorded, said):
    return _parts(recorded) == (said.year, said.day, said.month)


def _a_century_apart(recorded, said):
    same_day = (recorded.month, recorded.day) == (said.month, said.day)
    return same_day and abs(recorded.year - said.year) == 100


def _one_digit_apart(recorded, said):
    pairs = zip(recorded.isoformat(), said.isoformat(), strict=True)
    return sum(one != other for one, other in pairs) == 1


# In the order of Slip: two of them can fit, and the first says more.
SLIPS = [
    (Slip.CALENDAR, _in_the_other_calendar),
    (Slip.SWAPPED, _swapped),
    (Slip.CENTURY, _a_century_apart),
    (Slip.DIGIT, _one_digit_apart),
]
