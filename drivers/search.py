"""Finding a driver from what a caller says: by index, never by scanning."""

import re
from functools import reduce
from operator import and_

from django.db.models import CharField, Q
from django.db.models.lookups import BuiltinLookup

from backoffice.audit.masking import DASHES

from . import plates
from .models import Driver, DriverName
from .names import are_initials, composed, name_key, visible
from .phones import PHONE_LIKE, digits_of, parse_phone

MOBILE_NO = r"(?:\+?82[\s.\-]*\(?0?\)?|0)1\d(?:[\s.\-]*\d){7,8}"
# What is one term although people type spaces in it.
SPACED = re.compile(rf"(?<!\S)(?:{MOBILE_NO}|{plates.TYPED})(?!\S)")
NOBODY = Q(pk__in=[])
MOST_TERMS = 10  # each is a query or two, and nobody knows so much of one driver
NAMES = {"name": "tail", "initials": "initials"}  # what a term is taken for: where it is found
# Of so many drivers the keys are read first and named in the statement. For a subquery PostgreSQL
# guesses how many it finds, always far too many, and reads the whole table instead.
NAMED = 2000


@CharField.register_lookup
class HasPrefix(BuiltinLookup):
    """
    ``field__has_prefix``: begins with, in a form that an ordinary index serves.

    Django's ``startswith`` is a LIKE that SQLite serves from no index of ours.
    """

    lookup_name = "has_prefix"
    prepare_rhs = True

    def as_sql(self, compiler, connection):
        column, params = self.process_lhs(compiler, connection)
        # A range, because SQLite compares byte by byte, and so is its index ordered.
        return f"{column} >= %s AND {column} < %s", [
            *params,
            self.rhs,
            *params,
            f"{self.rhs}\U0010ffff",
        ]

    def as_postgresql(self, compiler, connection):
        column, params = self.process_lhs(compiler, connection)
        pattern = re.sub(r"([%_\\])", r"\\\1", self.rhs) + "%"
        return f"{column} LIKE %s", [*params, pattern]


def search(rows, text, of=""):
    """
    Narrow ``rows`` to the drivers that ``text`` can mean, or to what is theirs.

    :param of: the field that holds the driver, where ``rows`` are no drivers

    One of: a whole phone number in any form; the last four digits of a phone or
    a vehicle; a name or a part of it; its initial consonants (ㅎㄱㄷ); a vehicle
    number. Several, separated by spaces, have to fit together: "1234 김".
    """
    return rows.filter(reduce(and_, (_meaning(term, of) for term in terms(text)), Q()))


def terms(text):
    """
    Return the terms in ``text``, each once; a phone or vehicle number with spaces in it is one.

    Of more than MOST_TERMS, which is a text that was pasted, the first.
    """
    text = _plain(text)
    if PHONE_LIKE.fullmatch(text) and len(digits_of(text)) > 8:
        return [text]
    spaced = SPACED.findall(text)
    return list(dict.fromkeys([*spaced, *SPACED.sub(" ", text).split()]))[:MOST_TERMS]


def kind_of(term):
    """Name what ``term`` was taken for, for the access record: never the term itself."""
    if PHONE_LIKE.fullmatch(term):
        return "last4" if len(digits_of(term)) == 4 else "phone"
    if re.fullmatch(plates.TYPED, term):
        return "vehicle"
    return "initials" if are_initials(term) else "name"


def _plain(text):
    """Return ``text`` as it is seen, however it was typed or wherever it was copied from."""
    # PostgreSQL does not take the null character.
    return visible(composed(text).translate(DASHES).replace("\0", ""))


def _meaning(term, of):
    kind = kind_of(term)
    if kind in NAMES:
        # Not by way of the drivers, of whom each would be looked up only to find his key again.
        return Q(**{f"{of or 'pk'}__in": _named(kind, term)})
    meant = _numbered(kind, term)
    return Q(**{f"{of}__in": Driver.objects.filter(meant).values("pk")}) if of else meant


def _numbered(kind, term):
    if kind == "last4":
        digits = digits_of(term)
        return Q(phone_last4=digits) | Q(vehicle_last4=digits)
    if kind == "phone":
        number = parse_phone(term)
        return Q(phone=number) if number is not None and number.is_valid() else NOBODY
    key, number = plates.plate_key(term), plates.read_plate(term)["number"]
    # The region may be missing from what was typed, or from the record.
    meant = Q(vehicle_key__endswith=key) | Q(vehicle_key=number)
    return Q(meant, vehicle_last4=key[-4:])


def named(kind, term):
    """Return the keys of the drivers whom ``term`` names, some of them twice; a query."""
    names = DriverName.objects.filter(**{f"{NAMES[kind]}__has_prefix": name_key(term)})
    return names.values_list("driver", flat=True)


def _named(kind, term):
    found = named(kind, term)
    are_many = found[NAMED : NAMED + 1].exists()
    return found if are_many else list(found[:NAMED])
