"""What a *do* step does: each act one function, over the services that every door uses."""

from backoffice.workflow.transitions import perform
from cases import services
from cases.models import Case, Playbook, guards
from cases.readout.services import ask_read_out

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
    return _outcome(services.correct_birthdate(case, birthdate, reason=reason, by=by))


def _schedule_birthdate(case, step, *, by, birthdate, reason):
    return _outcome(
        services.correct_birthdate(case, birthdate, reason=reason, by=by, after_log_in=True)
    )


def _outcome(case):
    return "done" if guards.has_correction(case) else "asked"


def _disclose_birthdate(case, step, *, by, reason):
    # The page that is answered shows it; nothing of it goes into the walk.
    services.disclose_birthdate(case, reason=reason, by=by)
    return "done"


def _ask_read_out(case, step, *, by, reason):
    ask_read_out(case, by=by, reason=reason)
    return "asked"


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
    is_corrected = case.state == Case.State.INFO_CORRECTED and guards.has_correction(case)
    resolution = Case.Resolution.CORRECTED if is_corrected else step.argument
    perform(case, "close", by=by, resolution=resolution, reason=reason)
    return "closed"


def _switch(case, step, *, by):
    services.change_topic(case, Playbook.objects.get(key=step.argument).topic, by=by)
    return "switched"


ACTS = {
    "identity_check": _identity_check,
    "correct_birthdate": _correct_birthdate,
    "schedule_birthdate": _schedule_birthdate,
    "disclose_birthdate": _disclose_birthdate,
    "ask_read_out": _ask_read_out,
    "call_back": _call_back,
    "record_call_back": _record_call_back,
    "escalate": _escalate,
    "close": _close,
    "switch": _switch,
}
