"""What has to hold before a case moves: each guard a question to the case, with its refusal."""

from datetime import timedelta

from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from backoffice.sms.models import Message
from backoffice.workflow.transitions import TransitionRefused, guard
from drivers.models import Correction

from .approval import Approval

HELD = (Correction.State.SCHEDULED, Correction.State.APPLIED)  # neither ended nor undone
UNTOLD = _("The text has not reached the driver yet. Wait for it, or call back and record that.")
FORGET_AFTER = timedelta(hours=24)  # then an old mismatch says nothing about today's caller


@guard(_("Record a driver or the presented number first."))
def has_driver_or_number(case):
    return bool(case.driver_id or case.presented_phone)


@guard(_("Somebody works on this case already."))
def has_no_owner(case):
    return case.owner_id is None


@guard(_("Check the caller's identity first; a check holds for a few minutes only."))
def identity_is_verified(case):
    latest = case.latest_identity_check()
    return latest is not None and latest.holds_for(case)


@guard(_("Nothing that the caller said has failed to match."))
def has_failed_check(case):
    return failed_checks(case).exists() or count_mismatches(case) > 0


def failed_checks(case):
    """Return the identity checks of ``case`` that failed and were not lifted by a lead (G7)."""
    return _since_lifted(case, case.identity_checks.filter(is_verified=False))


def refuse_own_comparisons(case, person):
    """:raises TransitionRefused: ``person`` typed himself some of what locks ``case`` (G7)"""
    if any(each.filter(by=person).exists() for each in (failed_checks(case), *_missed(case))):
        raise TransitionRefused(
            gettext("You compared this yourself; another team lead has to lift the lock.")
        )


def count_mismatches(case):
    """
    Count what was said about the driver within a day and did not match.

    At the steps and in identity checks, taken back or not, and in whichever case:
    asking on would guess the record.
    """
    answers, checks = _missed(case)
    return answers.count() + (checks.aggregate(sum=Sum("missed"))["sum"] or 0)


def _missed(case):
    """Return the answers and the identity checks that ``count_mismatches`` counts."""
    answers, checks = case.answers.model.objects, case.identity_checks.model.objects
    if case.driver_id is None:
        return answers.none(), checks.none()
    of_driver = {"case__driver": case.driver_id, "at__gte": timezone.now() - FORGET_AFTER}
    compared = answers.filter(step__kind="compare", value="mismatch", **of_driver)
    checked = checks.filter(missed__gt=0, **of_driver)
    return _since_lifted(case, compared), _since_lifted(case, checked)


def _since_lifted(case, found):
    return found.filter(at__gt=case.identity_lifted_at) if case.identity_lifted_at else found


@guard(_("Nothing has been corrected in this case yet."))
def has_correction(case):
    return any(each.state in HELD and each.undoes_id is None for each in case.corrections.all())


def may_be_corrected(case):
    """Whether a change may be asked for: worked on, and none was made or waits for the log-in."""
    states = type(case).State
    is_again = case.state == states.INFO_CORRECTED and not has_correction(case)
    return case.state == states.DIAGNOSING or is_again


@guard(_("An approval is pending. Wait for the decision."))
def has_no_pending_approval(case):
    return all(each.state != Approval.State.PENDING for each in case.approvals.all())


@guard(_("A change still waits for the log-in or for a lead. Wait for it, or cancel it."))
def has_no_open_correction(case):
    return not any(each.is_open for each in case.corrections.all())


NOTHING_WAITS = (has_no_pending_approval, has_no_open_correction)


@guard(UNTOLD)
def driver_was_told(case):
    is_told = _was_told(case)
    # Without a text the change was cancelled, and there is nothing to tell.
    return not has_correction(case) if is_told is None else is_told


@guard(UNTOLD)
def has_nothing_untold(case):
    return _was_told(case) is not False


def _was_told(case):
    """
    Whether the driver knows what each text of this case says; None for none.

    It arrived, by itself or sent again, or he was called about it: a call-back tells of the
    texts that were queued before it, and of no later one.
    """
    texts = list(case.messages.all())
    again = {text.resend_of_id for text in texts}
    latest = [text for text in texts if text.pk not in again]
    known = [text.state == Message.State.DELIVERED or text.driver_told_at for text in latest]
    return all(known) if texts else None


@guard(_("Escalate where the playbook leads to it: go on at the desk."))
def playbook_reached_escalation(case):
    at_it = {"step__kind": "do", "step__action": "escalate"}
    return case.walks.filter(ended_at=None, **at_it).exists()


@guard(_("The escalation has not been approved."))
def escalation_is_approved(case):
    latest = case.latest_approval
    is_it = latest is not None and latest.kind == Approval.Kind.ESCALATION
    return is_it and latest.state == Approval.State.APPROVED


@guard(_("The approval was neither missed nor void; there is nothing to ask again."))
def request_has_ended(case):
    latest = case.latest_approval
    ended = {Approval.State.EXPIRED, Approval.State.VOID}
    return latest is not None and latest.state in ended


@guard(_("No code was read out in this case."))
def code_was_read_out(case):
    return any(each.used_at is not None for each in case.approvals.all())


@guard(_("Record the department's answer first."))
def has_department_answer(case):
    return bool(case.department_answer)
