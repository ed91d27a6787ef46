"""What is kept how long: each app declares its rules here, and retention works them off."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Min
from django.utils import timezone

_rules = {}


@dataclass(frozen=True, slots=True)
class Taken:
    """What one step took. ``last`` is where the next one begins; None where nothing is left."""

    last: Any
    count: int = 0
    oldest: datetime | None = None


class Rule:
    """
    One kind of row: how long it tells of a person, and what is taken from it then.

    The rows that ``due()`` returns have to become fewer by ``erase()``, so that a run
    that was broken off goes on where it stopped, and a second one finds nothing.
    """

    name = ""  # in the ledger, for good
    label = ""  # lazily translated, as are the next two
    goes = ""
    stays = ""
    setting = ""  # name of the setting with the days; "" where a row ends at ``age`` itself
    model = None
    age = ""  # the field, or expression, that the days are counted from

    @property
    def days(self):
        return getattr(settings, self.setting) if self.setting else 0

    def before(self):
        """Return the moment before which rows are too old."""
        return timezone.now() - timedelta(days=self.days)

    def old(self, before):
        """Return the rows that are too old and not erased yet, whatever holds them back."""
        return self.model._base_manager.filter(**{f"{self.age}__lt": before})

    def due(self, before):
        """Return the rows of ``old()`` that nothing holds back."""
        return self.old(before)

    def erase(self, keys):
        """Take what tells of a person from the rows with these primary keys, which are locked."""
        raise NotImplementedError

    def take(self, before, *, after, limit):
        """
        Erase the next rows, at most ``limit``, and return a ``Taken``; a part of a transaction.

        Rows that somebody works on at this moment are left for the next run. A rule whose rows
        end in a way of their own overrides this, and needs no ``erase()``.

        :param after: the ``last`` of the step before, or None
        """
        old = self.old(before)
        behind = old.filter(pk__gt=after) if after is not None else old
        locking = behind.order_by("pk").select_for_update(skip_locked=True, of=("self",))
        keys = list(locking.values_list("pk", flat=True)[:limit])
        if not keys:
            return Taken(last=None)
        # Only of these, and once they are locked: what holds a row back is looked up row by row.
        due = self.due(before).filter(pk__in=keys)
        oldest = due.aggregate(oldest=Min(self.age))["oldest"]
        if taken := list(due.values_list("pk", flat=True)):
            self.erase(taken)
        return Taken(last=keys[-1], count=len(taken), oldest=oldest)

    def outlook(self, before):
        """Return what a run would take: how many, the oldest, and how many are held back."""
        due = self.due(before).aggregate(count=Count("pk"), oldest=Min(self.age))
        return {**due, "held": self.old(before).count() - due["count"]}


def rule(declared):
    """Declare a ``Rule`` class, in the order in which the rules are worked off."""
    if declared.name in _rules:
        raise ValueError(f"There are two rules called {declared.name!r}.")
    _rules[declared.name] = declared()
    return declared


def rules():
    """Return the rules, the first declared first."""
    return list(_rules.values())


def label_of(name):
    """Return a rule's label; its name where it is not declared any more."""
    return _rules[name].label if name in _rules else name
