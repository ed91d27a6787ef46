"""The columns of a file of drivers, as people in Korea and elsewhere head them."""

from string import ascii_uppercase

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from backoffice.workflow.refusal import TransitionRefused
from drivers.models import Driver
from drivers.names import name_key

COLUMNS = ["phone", "name", "birthdate", "service_type", "affiliation", "company", "vehicle_no"]
NEEDED = ["phone", "name", "birthdate", "service_type"]
ALSO = {
    "phone": ["전화번호", "휴대폰", "휴대폰번호", "휴대전화", "연락처", "mobile", "phone number"],
    "name": ["이름", "성명", "기사명", "기사 이름"],
    "birthdate": ["생년월일", "생일", "birth date", "date of birth"],
    "service_type": ["서비스", "서비스유형", "서비스 종류", "service"],
    "affiliation": ["소속", "소속구분"],
    "company": ["회사", "회사명", "운수사", "법인명"],
    "vehicle_no": ["차량번호", "차량 번호", "차번호", "vehicle number", "vehicle"],
}
# Moves and the login service write these; a file does not.
NOT_BY_FILE = ["state", "상태", "계정", "계정상태", "verification_state", "인증상태", "인증"]


def label(column):
    """Return the heading of ``column`` in the language at hand."""
    return str(Driver._meta.get_field(column).verbose_name)


def columns_of(headings):
    """
    Return for each heading the column that it means, or None for an empty one.

    Unknown headings are named by their letters: where a file has no headings they are
    somebody's data.

    :raises TransitionRefused: the headings cannot be used; says which and why
    """
    known = _known()
    keys = [name_key(heading).replace("_", "") for heading in headings]
    if not any(keys):
        raise TransitionRefused(_("The first row has no headings."))
    refused = {name_key(each).replace("_", "") for each in NOT_BY_FILE}
    if any(key in refused and key not in known for key in keys):
        raise TransitionRefused(
            _("The file has a column for the account's state. States are not imported.")
        )
    columns = [known.get(key) for key in keys]
    strange = [i for i, key in enumerate(keys) if key and columns[i] is None]
    if strange:
        raise TransitionRefused(
            _("The headings of these columns are not known: %(letters)s. Take them out.")
            % {"letters": ", ".join(map(letter, strange[:20]))}
        )
    _refuse_double_or_missing(columns)
    return columns


def _refuse_double_or_missing(columns):
    double = [label(each) for each in COLUMNS if columns.count(each) > 1]
    if double:
        raise TransitionRefused(
            _("These columns are there more than once: %(names)s.") % {"names": ", ".join(double)}
        )
    missing = [label(each) for each in NEEDED if each not in columns]
    if missing:
        raise TransitionRefused(
            _("These columns are missing: %(names)s.") % {"names": ", ".join(missing)}
        )


def _known():
    found = {}
    for column in COLUMNS:
        for heading in (column, *ALSO[column], *_labels(column)):
            found[name_key(heading).replace("_", "")] = column
    return found


def _labels(column):
    for language in ("ko", "en"):
        with override(language):
            yield label(column)


def letter(index):
    """Return how a spreadsheet calls the column: 0 → A, 26 → AA."""
    text = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        text = ascii_uppercase[rest] + text
    return text


WHOLE_ROW = gettext_lazy("whole row")
