"""What a *do* step does: each act one function, over the services that every door uses."""

from backoffice.workflow.transitions import perform
from cases import services
from cases.models import Case, Playbook

# Outcomes after which the walk is over.
ENDS = {"escalated", "closed", "switched"}


def act(case, step, *, by, **details):
    """
    Carry out the act of ``step`` in the locked ``case`` and return its outcome.

    :raises TransitionRefused: nothing was done; the sentence says why
    """
    return ACTS[step.action](case, step, by=by, **details)


def _identity_check(case, step, *, by, call_back_answered=False, **said):
    check = services.check_identity(case, said, call_back_answered=call_back_answered, by=by)
    return "verified" if check.is_verified else "not_verified"


def _correct_birthdate(case, step, *, by, birthdate, reason):
    services.correct_birthdate(case, birthdate, reason=reason, by=by)
    return "done"


def _call_back(case, step, *, by, at, reason):
    services.set_call_back(case, at=at, reason=reason, by=by)
    return "done"


def _record_call_back(case, step, *, by, reason):
    perform(case, "record_call_back", by=by, reason=reason)
    return "done"


def _escalate(case, step, *, by, reason):
    perform(case, "escalate", by=by, reason=reason)
    return "escalated"


def _close(case, step, *, by, reason=""):
    # Once the record was corrected, that is how the case ends, whichever way it came here.
    is_corrected = case.state == Case.State.INFO_CORRECTED
    resolution = Case.Resolution.CORRECTED if is_corrected else step.argument
    perform(case, "close", by=by, resolution=resolution, reason=reason)
    return "closed"


def _switch(case, step, *, by):
    services.change_topic(case, Playbook.objects.get(key=step.argument).topic, by=by)
    return "switched"


ACTS = {
    "identity_check": _identity_check,
    "correct_birthdate": _correct_birthdate,
    "call_back": _call_back,
    "record_call_back": _record_call_back,
    "escalate": _escalate,
    "close": _close,
    "switch": _switch,
}
