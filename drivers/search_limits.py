"""
How much has to be typed before people are shown.

ISMS-P 3.2.3 asks for a search by a whole value or by two conditions together. One partial
term is answered with a number of people, unless LOOSE_SEARCH is set.
"""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .models import Driver
from .phones import digits_of
from .search import NAMES, kind_of, named, search, terms

BROWSE = "drivers.browse_driver"
MOST_COUNTED = 100  # beyond, the number says nothing to anybody, and counting takes its time
MOST_READ = 4 * MOST_COUNTED  # names: one driver has several parts that begin alike


def withheld(text, *, may_browse=False):
    """
    Return why nobody is shown for ``text``, a sentence for a person; "" where people may be.

    :param may_browse: whether the list may be read without a search
    """
    if settings.LOOSE_SEARCH or is_narrow(text):
        return ""
    if not text.strip():
        return "" if may_browse else _("Search to find a driver.") + f" {help_text()}"
    count = count_found(text)
    if not count:
        return ""  # the search itself says that there is nobody
    if count > MOST_COUNTED:
        found = _("More than %(count)d drivers match.") % {"count": MOST_COUNTED}
    else:
        found = ngettext("One driver matches.", "%(count)d drivers match.", count)
        found = found % {"count": count} if count > 1 else found
    add = _("Add a second term: a part of the name, or the last four digits, as in “1234 김”.")
    return f"{found} {add}"


def is_narrow(text):
    """
    Return whether ``text`` is a whole value, or two partial ones together.

    Whole is a phone or vehicle number; a whole name is not, many have the same. Parts of a
    name are one condition however they are spaced or abbreviated ("홍 길동", "홍 ㅎㄱㄷ"),
    and so are the same four digits typed twice.
    """
    kinds = [(kind_of(term), term) for term in terms(text)]
    if any(kind in {"phone", "vehicle"} for kind, _term in kinds):
        return True
    digits = {digits_of(term) for kind, term in kinds if kind == "last4"}
    return len(digits) + any(kind in {"name", "initials"} for kind, _term in kinds) >= 2


def count_found(text):
    """Return how many drivers ``text`` can mean, up to one more than MOST_COUNTED."""
    typed = terms(text)
    if len(typed) == 1 and (kind := kind_of(typed[0])) in NAMES:
        # Of a frequent name the first rows are enough, in the order of the index.
        keys = list(named(kind, typed[0])[:MOST_READ])
        if len(keys) < MOST_READ or len(set(keys)) > MOST_COUNTED:
            return min(len(set(keys)), MOST_COUNTED + 1)
    return search(Driver.objects.all(), text)[: MOST_COUNTED + 1].count()


def help_text():
    """Return what can be searched by, as the search boxes say it."""
    if settings.LOOSE_SEARCH:
        return _(
            "Phone number, its last four digits, name or part of it, initials (ㅎㄱㄷ), "
            "vehicle number"
        )
    return _("A whole phone or vehicle number, or two parts together: 1234 김, 1234 ㅎㄱㄷ")
