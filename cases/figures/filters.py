"""
Filters of the list of cases to which the figures lead.

They take no place beside the others: each shows only where an address asks for it.
"""

from datetime import timedelta

from django.contrib import admin
from django.db.models import Exists, OuterRef
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.keys import key_in
from cases.models import Case, PlaybookVersion, Step, Walk

from .counting import NO_PLAYBOOK, UNSOLVED, called_again, ended_walk_answers

CLOCKS_DIFFER = timedelta(hours=1)  # between machines that serve together, and far less


class StatesFilter(admin.ChoicesFieldListFilter):
    """One state, as people choose it; or several, as a figure leads to them."""

    def expected_parameters(self):
        return [*super().expected_parameters(), f"{self.field_path}__in"]


class AskedFilter(admin.SimpleListFilter):
    """Shows what the address asks for, with a way back to everything."""

    def lookups(self, request, model_admin):
        asked = request.GET.get(self.parameter_name, "")
        label = self.label(asked)
        return [(asked, label)] if label else []

    def label(self, asked):
        """Return how ``asked``, as it stands in the address, is called; None if it is nonsense."""
        raise NotImplementedError

    def queryset(self, request, queryset):
        chosen = {value for value, _label in self.lookup_choices}
        return self.narrow(queryset, self.value()) if self.value() in chosen else queryset

    def narrow(self, cases, asked):
        """Return those of ``cases`` that ``asked`` means."""
        raise NotImplementedError


class ContactFilter(AskedFilter):
    """Closed at the first contact, and of those the solved."""

    title = gettext_lazy("first contact")
    parameter_name = "contact"

    def label(self, asked):
        return {
            "first": _("closed at the first contact"),
            "solved": _("solved at the first contact"),
        }.get(asked)

    def narrow(self, cases, asked):
        cases = cases.filter(state=Case.State.CLOSED, recontact_no=0)
        if asked == "first":
            return cases
        return cases.exclude(resolution__in=UNSOLVED).filter(~called_again())


class WalkedFilter(AskedFilter):
    """The version in which a case ended, or still is."""

    title = gettext_lazy("playbook version")
    parameter_name = "walked"

    def label(self, asked):
        if asked == str(NO_PLAYBOOK):
            return _("without a playbook")
        version = _row(PlaybookVersion.objects.select_related("playbook"), asked)
        return version and str(version)

    def narrow(self, cases, asked):
        if asked == str(NO_PLAYBOOK):
            return cases.filter(~Exists(Walk.objects.filter(case=OuterRef("pk"))))
        return cases.filter(Exists(last_walk(version=int(asked))))


class EndedFilter(AskedFilter):
    """The step at which the call ended."""

    title = gettext_lazy("step of the end")
    parameter_name = "ended"

    def label(self, asked):
        step = _row(Step.objects, asked)
        return step and step.title

    def narrow(self, cases, asked):
        return cases.filter(Exists(last_walk(step=int(asked), ended_at__isnull=False)))


class TookFilter(AskedFilter):
    """The answer that was given on the way: the step's key and the answer's value."""

    title = gettext_lazy("answer")
    parameter_name = "took"

    def label(self, asked):
        step, _colon, value = asked.partition(":")
        step = _row(Step.objects.prefetch_related("choices"), step)
        labels = {each.value: each.in_words for each in step.choices.all()} if step else {}
        return f"{step.title}: {labels[value] or value}" if value in labels else None

    def queryset(self, request, queryset):
        # What is no moment the filter of the days, which stands before, has refused by now.
        self.since = parse_datetime(request.GET.get("created_at__gte", ""))
        return super().queryset(request, queryset)

    def narrow(self, cases, asked):
        step, _colon, value = asked.partition(":")
        answers = ended_walk_answers().filter(step=int(step), value=value)
        if self.since:
            # Nobody answers before the case is opened: those of all the time before are not read.
            answers = answers.filter(at__gte=self.since - CLOCKS_DIFFER)
        return cases.filter(pk__in=answers.values("case"))


class FollowsFilter(AskedFilter):
    title = gettext_lazy("re-contact")
    parameter_name = "follows"

    def label(self, asked):
        return _("within 24 hours after a correction") if asked == "correction" else None

    def narrow(self, cases, asked):
        return cases.filter(follows_correction=True)


ASKED = [ContactFilter, WalkedFilter, EndedFilter, TookFilter, FollowsFilter]


def last_walk(**fields):
    """Return the last walk of the outer case, if it is like that."""
    later = Walk.objects.filter(case=OuterRef("case"), pk__gt=OuterRef("pk"))
    return Walk.objects.filter(~Exists(later), case=OuterRef("pk"), **fields)


def _row(rows, key):
    pk = key_in(key)
    return None if pk is None else rows.filter(pk=pk).first()
