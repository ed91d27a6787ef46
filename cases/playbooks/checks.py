"""What keeps a version from being published: sentences that name the step and its fault."""

from django.utils.translation import gettext as _

from cases.models import Case

from .facts import FACTS, REFUSING
from .models import Playbook, Step
from .scripts import unknown_variables

# Acts of the case that a step may do, and the outcomes that go on from there. None ends the walk.
ACTIONS = {
    "identity_check": ("verified", "not_verified"),
    "correct_birthdate": ("done", "asked"),
    "schedule_birthdate": ("done", "asked"),
    "disclose_birthdate": ("done",),
    "ask_read_out": ("asked",),
    "call_back": ("done",),
    "record_call_back": ("done",),
    "escalate": None,
    "close": None,
    "switch": None,
}
ITEMS = ("phone", "birthdate")
COMPARED = ("match", "mismatch")
RESOLUTIONS = {each for ends in Case.ENDS.values() for each in ends} - {Case.Resolution.ANSWERED}
# Rule 2.4: a USIM mismatch never leads to where a code could be told.
FORBIDDEN = {
    "q2": {
        "identity_check",
        "correct_birthdate",
        "schedule_birthdate",
        "disclose_birthdate",
        "ask_read_out",
        "switch",
    }
}
# Facts that are what somebody answered, and the answers that they know.
ANSWERED = {
    name: [outcome for outcome in fact.outcomes if outcome != "not_asked"]
    for name, fact in FACTS.items()
    if "not_asked" in fact.outcomes
}
# What a question has to record, for by its answers a code is refused.
RECORDED = {"q2": "usim", "q3": "changed", "q4": "changed"}
# Acts that no way leads to but through a verified identity.
GUARDED = {"correct_birthdate", "schedule_birthdate", "disclose_birthdate", "ask_read_out"}


def expected_outcomes(step):
    """Return the outcomes that ``step`` has to lead on from; None where any will do."""
    if step.kind == "say":
        return ("next",)
    if step.kind == "compare":
        return COMPARED
    if step.kind == "check" and step.fact in FACTS:
        return FACTS[step.fact].outcomes
    if step.kind == "do" and step.action in ACTIONS:
        return ACTIONS[step.action] or ()
    return None


def faults(version):
    """Return what is wrong with the graph of ``version``: a sentence for each fault."""
    steps = {step.key: step for step in version.steps.prefetch_related("choices")}
    if version.start not in steps:
        return [_("The first step “%(key)s” does not exist.") % {"key": version.start}]
    onward = {
        key: [choice.next_key for choice in step.choices.all()] for key, step in steps.items()
    }
    reached = _reached(version.start, onward)
    ending = _that_can_end(steps, onward)
    found = []
    for key, step in steps.items():
        found += _faults_of(version, step, steps)
        if key not in reached:
            found.append(_("“%(step)s” is never reached.") % {"step": step})
        elif key not in ending:
            found.append(_("From “%(step)s” no way leads to an end.") % {"step": step})
    found += _circles(steps, onward)
    found += _unguarded(version, steps)
    found += _unrecorded(version, steps, reached)
    return found


def _faults_of(version, step, steps):
    named = {"step": step}
    if step.kind not in Step.Kind.values:
        yield _("“%(step)s” is of no known kind: %(kind)s.") % {**named, "kind": step.kind}
    if names := unknown_variables(step.script):
        yield _("“%(step)s” uses variables that have no value: %(names)s.") % {
            **named,
            "names": ", ".join(names),
        }
    if step.kind == "check" and step.fact not in FACTS:
        yield _("“%(step)s” reads a fact that does not exist: %(fact)s.") % {
            **named,
            "fact": step.fact,
        }
    if step.kind == "compare" and step.item not in ITEMS:
        yield _("“%(step)s” compares what cannot be compared: %(item)s.") % {
            **named,
            "item": step.item,
        }
    if step.kind == "do":
        yield from _faults_of_action(version, step, named)
    outcomes = [choice.value for choice in step.choices.all()]
    known = ANSWERED.get(step.record)
    if known and not (step.kind == "ask" and set(outcomes) <= set(known)):
        yield _(
            "“%(step)s” records “%(record)s”, so it asks, for these answers: %(outcomes)s."
        ) % {
            **named,
            "record": step.record,
            "outcomes": ", ".join(known),
        }
    expected = expected_outcomes(step)
    if step.kind == "ask" and len(outcomes) < 2:
        yield _("“%(step)s” asks, but has fewer than two choices.") % named
    if expected is not None and set(expected) != set(outcomes):
        yield _("“%(step)s” has to lead on from exactly these outcomes: %(outcomes)s.") % {
            **named,
            "outcomes": ", ".join(expected) or "–",
        }
    for choice in step.choices.all():
        if choice.next_key not in steps:
            yield _("“%(step)s” leads to a step that does not exist: %(next)s.") % {
                **named,
                "next": choice.next_key,
            }


def _faults_of_action(version, step, named):
    if step.action not in ACTIONS:
        yield _("“%(step)s” does what cannot be done: %(action)s.") % {
            **named,
            "action": step.action,
        }
    elif step.action == "close" and step.argument not in RESOLUTIONS:
        yield _("“%(step)s” closes with a resolution that does not exist: %(resolution)s.") % {
            **named,
            "resolution": step.argument,
        }
    elif step.action == "switch" and not Playbook.objects.filter(key=step.argument).exists():
        yield _("“%(step)s” goes on in a playbook that does not exist: %(playbook)s.") % {
            **named,
            "playbook": step.argument,
        }
    if step.action in FORBIDDEN.get(version.playbook.key, ()):
        yield _("“%(step)s”: this question never leads to that act (rule 2.4).") % named


def _reached(start, onward):
    seen, waiting = set(), [start]
    while waiting:
        key = waiting.pop()
        if key not in seen and key in onward:
            seen.add(key)
            waiting += onward[key]
    return seen


def _that_can_end(steps, onward):
    """The steps from which some way leads to one that ends the walk."""
    ending = {
        key
        for key, step in steps.items()
        if step.kind == "do" and ACTIONS.get(step.action, ()) is None
    }
    grown = True
    while grown:
        more = {key for key in steps if set(onward[key]) & ending} - ending
        ending |= more
        grown = bool(more)
    return ending


def _circles(steps, onward):
    """Name a check from which checks alone lead back to itself: nobody could stop there."""
    checks = {
        key: [each for each in onward[key] if each in steps and steps[each].kind == "check"]
        for key, step in steps.items()
        if step.kind == "check"
    }
    for key in checks:
        if any(key in _reached(each, checks) for each in checks[key]):
            yield _("From “%(step)s” checks alone lead in a circle.") % {"step": steps[key]}
            return


def _unguarded(version, steps):
    """Name each act that can be reached around an outcome that has to come before it."""
    for tells, outcome, acts, sentence in (
        (
            _tells_identity,
            "verified",
            GUARDED,
            _("“%(step)s” can be reached without a verified identity."),
        ),
        (
            _tells_recontact,
            "again",
            {"ask_read_out"},
            _("“%(step)s” can be reached at a first contact (rule 1.9)."),
        ),
    ):
        for key in sorted(_reached_around(version, steps, tells, outcome)):
            if steps[key].kind == "do" and steps[key].action in acts:
                yield sentence % {"step": steps[key]}


def _unrecorded(version, steps, reached):
    """Name what the question has to record, if nobody is asked for it any more."""
    record = RECORDED.get(version.playbook.key)
    if record is None:
        return
    refusing = REFUSING[record]
    offered = [
        {choice.value for choice in steps[key].choices.all()}
        for key in reached
        if steps[key].record == record
    ]
    if not any(answers.issuperset(refusing) for answers in offered):
        yield _("No step that is reached records “%(record)s” with the answers %(outcomes)s.") % {
            "record": record,
            "outcomes": ", ".join(refusing),
        }


def _reached_around(version, steps, tells, outcome):
    """The steps that are still reached with ``outcome`` taken out of the steps that tell it."""
    onward = {
        key: [
            choice.next_key
            for choice in step.choices.all()
            if not (tells(step) and choice.value == outcome)
        ]
        for key, step in steps.items()
    }
    return _reached(version.start, onward)


def _tells_identity(step):
    by_act = step.kind == "do" and step.action == "identity_check"
    return by_act or (step.kind == "check" and step.fact in {"identity", "identity_called_back"})


def _tells_recontact(step):
    return step.kind == "check" and step.fact == "recontact"
