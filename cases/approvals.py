"""Asking for a second person's decision, deciding, and what ends a request without one."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.dispatch import receiver
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from backoffice.workflow.reasons import refuse_empty_reason
from backoffice.workflow.transitions import TransitionRefused, lock, perform, refuse_stale
from drivers import services as driver_services
from drivers.models import Correction
from drivers.signals import facts_changed, facts_of_many_changed, second_person_needed

from . import agit
from .models import Approval, Case, guards
from .playbooks import words
from .playbooks.facts import FACTS

Kind = Approval.Kind
State = Approval.State

# What each kind rests on. The driver's record counts by its fingerprint, the rest by its outcome.
RESTS_ON = {
    Kind.ESCALATION: (
        "driver_record",
        "usim",
        "reinstalled",
        "phone_compared",
        "birthdate_compared",
        "recontact",
    ),
    Kind.CODE_READ_OUT: (
        "driver_record",
        "presented_number",
        "identity",
        "usim",
        "locked",
        "mismatches_left",
    ),
    Kind.SENSITIVE_CORRECTION: ("driver_record", "correction_state", "identity"),
}
OF_APPROVAL = {  # those that are not facts of a case
    "driver_record": lambda approval: approval.driver.fingerprint() if approval.driver else "",
    "correction_state": lambda approval: approval.correction.state,
}


def facts_of(approval):
    """Return what ``approval`` rests on, as it is now: plain values by name."""
    names = RESTS_ON[approval.kind]
    return {
        name: OF_APPROVAL[name](approval)
        if name in OF_APPROVAL
        else FACTS[name].read(approval.case)
        for name in names
        if name in OF_APPROVAL or approval.case is not None
    }


def changed_facts(approval):
    """Return the names of the facts that are not what they were when it was asked for."""
    now = facts_of(approval)
    return [name for name, then in approval.facts.items() if now.get(name) != then]


def ask(kind, *, case, reason, by, correction=None):
    """
    Ask for a decision and return the ``Approval``; the facts are frozen with it.

    :param case: None for a correction that was asked for on the driver's own page
    :raises TransitionRefused: no reason, or another one is pending in this case
    """
    refuse_empty_reason(reason)
    if case is not None and not guards.has_no_pending_approval(Case.objects.get(pk=case.pk)):
        raise TransitionRefused(str(guards.has_no_pending_approval.sentence))
    approval = Approval(
        case=case,
        driver=correction.driver if correction is not None else case.driver,
        correction=correction,
        kind=kind,
        reason=reason.strip(),
        requested_by=by,
    )
    if kind == Kind.CODE_READ_OUT:  # the driver waits on the telephone
        approval.expires_at = timezone.now() + timedelta(minutes=settings.READ_OUT_MINUTES)
    approval.facts = facts_of(approval)
    approval.save()
    return approval


def decide(approval, verdict, *, by, reason, version=None):
    """
    Approve or reject ``approval`` and carry out what follows from it; return it anew.

    A request that is overdue or whose facts have changed is ended first, and that stays
    so when the decision is refused.

    :param verdict: "approve" or "reject"
    :raises TransitionRefused: says why it was not decided
    """
    with transaction.atomic():
        end_if_due(_locked(approval))
    with transaction.atomic():
        approval = _locked(approval)
        if verdict == "reject" and approval.kind == Kind.ESCALATION and approval.is_pending:
            if not approval.may_decide(by):
                raise TransitionRefused(_("You are not allowed to do this."))
            refuse_stale(approval, version, name=verdict, by=by)
            perform(approval.case, "return_to_agent", by=by, reason=reason)
            return lock(approval)
        approval = perform(approval, verdict, by=by, reason=reason, version=version)
        _follow_up(approval, verdict, by=by, reason=reason)
    return approval


def _follow_up(approval, verdict, *, by, reason):
    is_approved = verdict == "approve"
    if approval.kind == Kind.ESCALATION and is_approved:
        agit.queue_post(approval)
    elif approval.kind == Kind.SENSITIVE_CORRECTION:
        driver_services.decide(approval.correction, is_approved=is_approved, by=by, reason=reason)
        if is_approved and approval.case is not None:
            lock(approval.case).corrected(by=by)


def _locked(approval):
    # In the order of every other act, so that nobody locks crosswise: case, driver, then the
    # approval or the correction, then the person whose cap it is.
    for above in (approval.case, approval.driver):
        if above is not None:
            lock(above)
    return lock(approval)


def end_if_due(approval):
    """End the locked ``approval`` if its time is over or a fact has changed; return it anew."""
    if not approval.is_pending:
        return approval
    # Why is kept, and read by others than whoever has brought it about.
    with translation.override(settings.LANGUAGE_CODE):
        return _end_if_due(approval)


def _end_if_due(approval):
    if approval.is_overdue:
        approval = perform(approval, "expire", by=None)
    elif names := changed_facts(approval):
        changed = ", ".join(str(FACT_LABELS[name]()) for name in names)
        reason = _("Changed since it was asked for: %(facts)s.") % {"facts": changed}
        approval = perform(approval, "make_void", by=None, reason=reason)
    else:
        return approval
    correction = approval.correction
    if correction is not None and correction.state == Correction.State.REQUESTED:
        why = _("The approval was not given: it is %(state)s now.") % {
            "state": approval.get_state_display()
        }
        driver_services.cancel(correction, by=None, reason=why)
    return approval


def sweep():
    """End what the clock has ended; return how many."""
    ended = 0
    for approval in Approval.objects.pending().order_by("pk"):
        with transaction.atomic():
            ended += not end_if_due(_locked(approval)).is_pending
    return ended


@receiver(facts_changed)
def review(sender, driver, **signal):
    """End the pending requests about ``driver`` that rest on what is not so any more."""
    review_many(sender, [driver.pk])


@receiver(facts_of_many_changed)
def review_many(sender, keys, **signal):
    """Do the same for each of the drivers with these ``keys``, who are asked after at once."""
    waiting = Approval.objects.pending().filter(driver__in=keys).select_related("driver")
    for approval in waiting.order_by("driver", "pk"):
        with transaction.atomic():
            # Who sends this may hold the case only; an event about the driver holds him first.
            lock(approval.driver)
            end_if_due(lock(approval))


@receiver(second_person_needed)
def ask_for_correction(sender, correction, by, **signal):
    """A correction that one person may not decide was requested, on whichever page."""
    ask(
        Kind.SENSITIVE_CORRECTION,
        case=correction.case,
        correction=correction,
        reason=correction.reason,
        by=by,
    )


FACT_LABELS = {
    **words.FACTS,
    "driver_record": lambda: _("the driver's record"),
    "correction_state": lambda: _("the correction"),
}
