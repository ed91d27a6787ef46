"""Bringing a case to a place in a playbook without walking there."""

from cases.models import Playbook, Walk


def reach_escalation(case):
    """Let ``case`` stand at the step of the third question that escalates; return the case."""
    version = Playbook.objects.get(key="q3").published
    Walk.objects.create(
        case=case, version=version, step=version.steps.filter(action="escalate").first()
    )
    return case
