"""The ways that calls take through the playbooks, as walks and their answers."""

import random
from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Max

from cases.models import Answer, Case, ConsultationType, PlaybookVersion, Walk
from cases.playbooks.actions import ENDS

from .tables import Table

State, Resolution = Case.State, Case.Resolution
TRIES = 3000  # strolls through each playbook, to find ways that differ
MOST = 30  # of one kind in one playbook that are kept
VERIFIED = ("identity_check", "verified")
# What else happens on the way, by where it leads; of the rest nothing that leaves a paper does.
ON_THE_WAY = {
    Resolution.CORRECTED: {VERIFIED, ("correct_birthdate", "done")},
    Resolution.CODE_READ_OUT: {VERIFIED, ("ask_read_out", "asked")},
}


@dataclass(frozen=True)
class Way:
    """A way through a version: step, its kind and value by answer; ``turn``: where it corrects."""

    version: int
    answers: tuple
    turn: int = 0


class Ways:
    """Makes the walks of the cases of one ``seed``; those where no way fits have none."""

    def __init__(self, seed):
        dice = random.Random(f"{seed}/ways")  # noqa: S311  # nosec B311 # repeatable
        self.ways = _all_ways(dice)
        self.topics = dict(
            ConsultationType.objects.filter(is_leaf=True).values_list("pk", "parent__name")
        )
        self.walks = Table(
            Walk, "id", "case_id", "version_id", "step_id", "turns", "started_at", "ended_at"
        )
        self.answers = Table(
            Answer, "walk_id", "case_id", "step_id", "value", "slip", "by_id", "at"
        )
        self.tables = [self.walks, self.answers]

    def take_up(self):
        """Go on after the rows that are there."""
        self.last = Walk.objects.aggregate(last=Max("pk"))["last"] or 0

    def add(self, call, leaf, dice):
        """Let ``call`` have gone the way that leads to its end."""
        end = _kind(call.end)
        found = self.ways.get((self.topics[leaf], end))
        if call.end == State.NEW or not found:
            return
        way = found[int(len(found) * dice.random() ** 2)]  # a short one more often
        is_open = call.end in {State.DIAGNOSING, State.INFO_CORRECTED}
        taken = _begun(way, dice) if is_open else way.answers
        began = next(at for name, _from, _to, _by, at, _note in call.moves if name == "start")
        ended = next(
            (at for name, _from, _to, _by, at, _note in call.moves if name == "escalate"), call.at
        )
        self.last += 1
        stands_at = way.answers[len(taken)][0] if is_open else taken[-1][0]
        turns = len(taken) + is_open
        self.walks.add(
            self.last, call.pk, way.version, stands_at, turns, began, None if is_open else ended
        )
        for place, (step, kind, value) in enumerate(taken, start=1):
            at = began + timedelta(
                seconds=int((ended - began).total_seconds() * place / max(1, len(taken)))
            )
            by = None if kind == "check" else call.owner
            self.answers.add(self.last, call.pk, step, value, "", by, at)


def _kind(end):
    """Return the resolution, or "escalated", whose ways a call with this ``end`` goes."""
    if end in {State.ESCALATED, Resolution.ANSWERED}:
        return "escalated"
    if end == State.INFO_CORRECTED:
        return Resolution.CORRECTED
    return Resolution.GUIDED if end == State.DIAGNOSING else end


def _begun(way, dice):
    """Return the answers of ``way`` up to a step at which a person stands."""
    last = len(way.answers) - 1
    stops = [n for n in range(way.turn + 1 if way.turn else 0, last) if way.answers[n][1] == "ask"]
    return way.answers[: dice.choice(stops) if stops else last]


def _all_ways(dice):
    """Return ways by topic and kind, the short ones first."""
    found = defaultdict(list)
    versions = PlaybookVersion.objects.filter(state="published").order_by("pk")
    for version in versions.select_related("playbook"):
        steps = {step.key: step for step in version.steps.prefetch_related("choices")}
        of_kind = defaultdict(dict)  # as a set that keeps its order
        for _try in range(TRIES):
            kind, way = _stroll(version, steps, dice)
            if way is not None and len(of_kind[kind]) < MOST:
                of_kind[kind][way] = None
        for kind, ways in of_kind.items():
            found[version.playbook.topic, kind] += ways
    return {key: sorted(ways, key=lambda way: len(way.answers)) for key, ways in found.items()}


def _stroll(version, steps, dice):
    """Go from the start to an end at random, never twice over one step; None: there is none."""
    key, seen, answers, acts, turn = version.start, set(), [], set(), 0
    while True:
        step = steps[key]
        seen.add(key)
        if step.action == "close":
            kind = step.argument
            answers.append((step.pk, step.kind, "closed"))
            break
        if step.action == "escalate":
            kind = "escalated"
            answers.append((step.pk, step.kind, "escalated"))
            break
        choices = [each for each in step.choices.all() if each.next_key not in seen]
        choices = [each for each in choices if each.value not in ENDS]
        if not choices:
            return None, None
        choice = dice.choice(sorted(choices, key=lambda each: each.value))
        answers.append((step.pk, step.kind, choice.value))
        if step.kind == "do":
            acts.add((step.action, choice.value))
            if step.action == "correct_birthdate":
                turn = len(answers) - 1
        key = choice.next_key
    if turn:
        kind = Resolution.CORRECTED
    if not acts <= ON_THE_WAY.get(kind, set()):
        return None, None
    return kind, Way(version.pk, tuple(answers), turn)
