"""Reading the key of a row out of what somebody sent."""

from django.core.validators import slug_re

DIGITS = 18  # no key has more, and a database refuses to look for one that has


def key_in(text):
    """Return the key that ``text`` is; None where no row can have it."""
    text = str(text)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= DIGITS else None


def slug_in(text):
    """Return the key in letters that ``text`` is; None where no row can have it."""
    return text if slug_re.fullmatch(text) else None
