"""What would give away the driver of ``tests.retention.life``, however it is written."""

import re

from tests.retention.life import BORN, NAME, NEW, OTHER_YEAR, OWN, PLATE, REAL, THIRD


def of_number(number):
    """A number with and without hyphens; its last four alone are what the mask shows."""
    head, middle, last = number.split("-")
    rest = [f"{middle}{last}", f"{middle}-{last}", f"{middle} {last}"]
    heads = [head, f"{head}-", f"{head} ", f"82{head[1:]}", f"82 {head[1:]}-", f"82-{head[1:]}-"]
    return rest + [f"{each}{tail}" for each in heads for tail in rest]


def of_date(day):
    """A birthdate as people, forms and other systems write it."""
    ways = "%Y-%m-%d %Y%m%d %y%m%d %y-%m-%d %Y.%m.%d %Y/%m/%d".split()
    year, month = day.year, f"{day:%B}"
    return [day.strftime(way) for way in ways] + [
        f"{year}년 {day.month}월 {day.day}일",
        f"{year}. {day.month}. {day.day}",
        f"{month} {day.day}, {year}",
        f"{month[:3]}. {day.day}, {year}",
        f"{day.day} {month} {year}",
    ]


MARKS = [NAME, NAME[1:], PLATE, PLATE[2:], PLATE[-4:]]
MARKS += [mark for number in (OWN, NEW, THIRD) for mark in of_number(number)]
MARKS += [mark for day in (BORN, REAL, OTHER_YEAR) for mark in of_date(day)]


def marks_in(text):
    """Return the marks that are in ``text``, and not merely a part of an invented key."""
    return [mark for mark in MARKS if mark in text and _stands_alone(mark, text)]


def _stands_alone(mark, text):
    return re.search(rf"(?<![0-9A-Za-z]){re.escape(mark)}(?![0-9A-Za-z])", text) is not None
