"""
A day's figures from its rows: nothing here writes, remembers, or looks at another day's.

A case counts for the day on which it was opened, a text for that on which it was queued, an
approval for that on which it was asked for. Retention leaves all that is read here.
"""

from collections import Counter, defaultdict
from typing import NamedTuple

from django.db.models import Count, Exists, F, OuterRef, Subquery

from backoffice.sms.models import Message
from cases.models import Answer, Approval, Case, CaseChange, Walk

from .days import day_of, trunc, within
from .durations import step_of
from .models import About

EVERYBODY = 0
NO_PLAYBOOK = 0
# Ends after which nobody can say that the driver was helped.
UNSOLVED = {
    Case.Resolution.NO_RESPONSE,
    Case.Resolution.REFUSED_IDENTITY,
    Case.Resolution.DUPLICATE,
}
DECIDED = (Approval.State.APPROVED, Approval.State.REJECTED)  # by a person


class Place(NamedTuple):
    """Whose figures they are: the key of a row of ``DayFigures``."""

    day: object
    about: str
    version: int = 0
    person: int = EVERYBODY
    channel: str = ""


def count(about, first, last):
    """Return the counts of the days from ``first`` to ``last``: a ``Counter`` by ``Place``."""
    counts = defaultdict(Counter)
    COUNTERS[about](counts, first, last)
    return dict(counts)


# Cases


def _count_cases(counts, first, last):
    walks = _last_walks(first, last)
    # Looked up case by case: for a join the database would read whole tables.
    began = CaseChange.objects.filter(case=OuterRef("pk"), transition="start").values("at")[:1]
    cases = Case.objects.filter(**within("created_at", first, last))
    rows = cases.annotate(began_at=Subquery(began), is_again=called_again()).values_list(
        *("pk", "created_at", "closed_at", "owner", "channel", "consultation_type", "state"),
        *("resolution", "recontact_no", "follows_correction", "began_at", "is_again"),
        named=True,
    )
    for case in rows:
        walk = walks.get(case.pk)
        whose = day_of(case.created_at), case.owner, case.channel
        _add(counts, *whose, list(_names_of(case, walk)))
        if walk and walk.ended:
            _add(counts, *whose, [f"end:{walk.step}"], version=walk.version)
    _count_answers(counts, first, last)


def called_again():
    """Whether the driver of the outer case called about it again; a duplicate is no contact."""
    later = Case.objects.filter(previous_case=OuterRef("pk"))
    return Exists(later.exclude(resolution=Case.Resolution.DUPLICATE))


def _names_of(case, walk):
    """Yield what ``case`` counts as."""
    yield f"state:{case.state}"
    yield f"type:{case.consultation_type}"
    if case.began_at is not None:
        yield f"begin:{step_of(case.began_at - case.created_at)}"
    if case.follows_correction:
        yield "follows_correction"
    if walk and walk.ended:
        yield f"walked:{walk.version}"
    if case.state != Case.State.CLOSED:
        return
    yield f"close:{step_of(case.closed_at - case.created_at)}"
    yield f"end:{case.resolution}"
    if case.recontact_no == 0:
        version = walk.version if walk else NO_PLAYBOOK
        yield f"first:{version}"
        if case.resolution not in UNSOLVED and not case.is_again:
            yield f"solved:{version}"


class _LastWalk(NamedTuple):
    version: int
    step: int
    ended: bool


def _last_walks(first, last):
    """Return of each case the walk in which it ended, or still is."""
    walks = Walk.objects.filter(**within("case__created_at", first, last)).order_by("pk")
    found = walks.values_list("case", "version", "step", "ended_at")
    return {case: _LastWalk(version, step, end is not None) for case, version, step, end in found}


def _count_answers(counts, first, last):
    """Count how many walks took each answer; one that went in a circle counts once."""
    found = ended_walk_answers().filter(**within("walk__case__created_at", first, last))
    grouped = (
        found.annotate(
            day=trunc("walk__case__created_at"),
            owner=F("walk__case__owner"),
            channel=F("walk__case__channel"),
            version=F("walk__version"),
        )
        .values_list("day", "owner", "channel", "version", "step", "value")
        .annotate(n=Count("walk", distinct=True))
        .order_by()
    )
    for day, owner, channel, version, step, value, n in grouped:
        _add(counts, day, owner, channel, [f"took:{step}:{value}"], version=version, n=n)


def ended_walk_answers():
    """Return the answers that hold of the walks in which cases ended."""
    later = Walk.objects.filter(case=OuterRef("walk__case"), pk__gt=OuterRef("walk"))
    return Answer.objects.filter(
        ~Exists(later), walk__ended_at__isnull=False, taken_back_at__isnull=True
    )


def _add(counts, day, owner, channel, names, *, version=0, n=1):
    for person in {EVERYBODY, owner or EVERYBODY}:
        place = Place(day, About.CASES, version, person, channel)
        for name in names:
            counts[place][name] += n


# Texts and approvals


def _count_texts(counts, first, last):
    queued = Message.objects.filter(**within("queued_at", first, last))
    grouped = queued.annotate(day=trunc("queued_at")).values_list("day", "state")
    for day, state, n in grouped.annotate(n=Count("pk")).order_by():
        counts[Place(day, About.TEXTS)][f"state:{state}"] = n


def _count_approvals(counts, first, last):
    asked = Approval.objects.filter(**within("requested_at", first, last))
    for state, requested, decided in asked.values_list("state", "requested_at", "decided_at"):
        place = Place(day_of(requested), About.APPROVALS)
        counts[place][f"state:{state}"] += 1
        if state in DECIDED:
            counts[place][f"wait:{step_of(decided - requested)}"] += 1


COUNTERS = {
    About.CASES: _count_cases,
    About.TEXTS: _count_texts,
    About.APPROVALS: _count_approvals,
}
