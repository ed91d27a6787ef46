"""The shortest way out of a playbook, whatever the record says on the way."""

from datetime import timedelta

from django.utils import timezone

from backoffice.workflow.transitions import TransitionRefused, perform
from cases import approvals
from cases.models import Case, PlaybookVersion
from cases.playbooks import engine
from cases.playbooks.checks import ACTIONS
from cases.services import check_identity, lock_sentence
from drivers import services
from tests.cases.playbooks.calls import detail
from tests.cases.playbooks.dice import DATES, KNOWN, RECORDED
from tests.cases.playbooks.history import was_called_back
from tests.cases.playbooks.walking import answer, back, here

NEVER = 10_000
CHOSEN = {"ask", "say"}  # by the agent; the outcome of the others is the record's or the caller's
COMPARES = {"compare", "identity_check"}
CHANGES = {"correct_birthdate", "schedule_birthdate"}
# Not read any more once the question was asked, which lies on the way back to it.
ONCE = {"not_asked"}
# Not read for ever: a lead decides and reads, or the clock ends it and it is asked anew.
WAITING = {
    "read_out": {"pending", "approved"},
    "correction_approval": {"pending", "ended", "none"},
}


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
    passing = ONCE | WAITING.get(step.fact, set())
    onward = [rank[key, each.next_key] for each in step.choices.all() if each.value not in passing]
    return min(NEVER, 1 + (min(onward) if step.kind in CHOSEN else max(onward)))


def best_choice(step, rank):
    """Return the value of the choice of ``step`` that lies nearest to an end."""
    keys = dict(step.version.steps.values_list("key", "pk"))
    return min(step.choices.all(), key=lambda each: rank[keys[each.next_key]]).value


def finish(case, world):
    """Bring the walk of ``case`` to an end by the shortest way, as willing people would."""
    for turn in range(60):
        case = Case.objects.get(pk=case.pk)
        if (walk := engine.open_walk(case)) is None:
            return
        _settle(case, world, turn)
        step, more, value = walk.step, {}, ""
        if step.kind == "do":
            more["details"] = detail(step, 1, DATES[turn % len(DATES)])
        elif step.kind == "compare":
            more["said"] = RECORDED if step.item == "birthdate" else world.driver.phone
        else:
            value = best_choice(step, world.ranks)
        try:
            answer(case, value, by=world.agent, **more)
        except TransitionRefused:
            _overcome(case, step, world)
    raise AssertionError(f"The walk does not end; it stands at {here(case)}.")


def _overcome(case, step, world):
    """Do what a refusal asks for, beside the playbook or one step back."""
    rests_on_identity = COMPARES | CHANGES
    if rests_on_identity & {step.kind, step.action} and lock_sentence(case):  # a team lead looks
        perform(case, "lift_identity_lock", by=world.lead, reason="확인")
    elif step.action in CHANGES:  # and another date is typed next time
        check_identity(case, KNOWN, call_back_answered=True, by=world.agent)
    elif step.action == "close" and case.corrections.filter(state="scheduled").exists():
        case.corrections.filter(state="scheduled").update(apply_at=timezone.now())
        services.apply_due()
    elif step.action == "close" and not was_called_back(case):  # the text did not arrive
        perform(case, "record_call_back", by=world.agent, reason="통화")
    else:
        back(case, by=world.agent)


def _settle(case, world, turn):
    """What waits for a team lead is decided; what he agreed to is too late to be read."""
    for asked in case.approvals.pending():
        lead = world.other_lead if asked.requested_by == world.lead else world.lead
        verdict = ["approve", "reject"][turn % 2]
        try:
            approvals.decide(asked, verdict, by=lead, reason="확인")
        except TransitionRefused:
            asked.refresh_from_db()
            assert not asked.is_pending
    for asked in case.approvals.filter(kind="code_read_out", state="approved", used_at=None):
        asked.decided_at -= timedelta(days=1)
        asked.save()
