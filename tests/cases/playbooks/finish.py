"""The shortest way out of a playbook, whatever the record says on the way."""

from cases.models import PlaybookVersion
from cases.playbooks.checks import ACTIONS

NEVER = 10_000
CHOSEN = {"ask", "say"}  # by the agent; the outcome of the others is the record's or the caller's
# Not read any more once the question was asked, which lies on the way back to it.
ONCE = {"not_asked"}


def ranks():
    """Return how many steps each published step is from an end, at worst: {step pk: number}."""
    steps = {
        (step.version.playbook.key, step.key): step
        for version in PlaybookVersion.objects.filter(state="published")
        for step in version.steps.select_related("version__playbook").prefetch_related("choices")
    }
    starts = {key: step.version.start for (key, _step), step in steps.items()}
    rank = dict.fromkeys(steps, NEVER)
    for _round in steps:
        for (key, name), step in steps.items():
            rank[key, name] = _rank(step, key, rank, starts)
    return {step.pk: rank[place] for place, step in steps.items()}


def _rank(step, key, rank, starts):
    if step.action == "switch":
        return min(NEVER, 1 + rank[step.argument, starts[step.argument]])
    if step.kind == "do" and ACTIONS[step.action] is None:
        return 0
    onward = [rank[key, each.next_key] for each in step.choices.all() if each.value not in ONCE]
    return min(NEVER, 1 + (min(onward) if step.kind in CHOSEN else max(onward)))


def best_choice(step, rank):
    """Return the value of the choice of ``step`` that lies nearest to an end."""
    keys = dict(step.version.steps.values_list("key", "pk"))
    return min(step.choices.all(), key=lambda each: rank[keys[each.next_key]]).value
