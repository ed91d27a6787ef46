"""What has to hold before a case moves: each guard a question to the case, with its refusal."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.sms.models import Message
from backoffice.workflow.transitions import guard
from drivers.models import Correction

from .approval import Approval

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
    latest = case.identity_checks.order_by("-pk").first()
    return latest is not None and latest.holds_for(case)


@guard(_("Nothing that the caller said has failed to match."))
def has_failed_check(case):
    return failed_checks(case).exists() or mismatches(case).exists()


def failed_checks(case):
    """Return the identity checks of ``case`` that failed and were not lifted by a lead (G7)."""
    return _since_lifted(case, case.identity_checks.filter(is_verified=False))


def mismatches(case):
    """
    Return the steps at which what was said of the driver did not match, within a day.

    Taken back or not, and in whichever case: asking on would guess the record.
    """
    since = timezone.now() - FORGET_AFTER
    answers = case.answers.model.objects
    found = answers.filter(step__kind="compare", value="mismatch", at__gte=since)
    return _since_lifted(
        case, found.filter(case__driver=case.driver_id).exclude(case__driver=None)
    )


def _since_lifted(case, found):
    return found.filter(at__gt=case.identity_lifted_at) if case.identity_lifted_at else found


@guard(_("Nothing has been corrected in this case yet."))
def has_correction(case):
    return case.corrections.filter(
        undoes=None, state__in=[Correction.State.APPLIED, Correction.State.SCHEDULED]
    ).exists()


@guard(_("An approval is pending. Wait for the decision."))
def has_no_pending_approval(case):
    return all(each.state != Approval.State.PENDING for each in case.approvals.all())


@guard(UNTOLD)
def driver_was_told(case):
    return case.called_back_at is not None or _texts_arrived(case) is True


@guard(UNTOLD)
def has_nothing_untold(case):
    return case.called_back_at is not None or _texts_arrived(case) is not False


def _texts_arrived(case):
    """Whether each text of this case is delivered, by itself or sent again; None for none."""
    texts = list(case.messages.all())
    again = {text.resend_of_id for text in texts}
    states = {text.state for text in texts if text.pk not in again}
    return states == {Message.State.DELIVERED} if texts else None


@guard(_("Escalate where the playbook leads to it: go on at the desk."))
def playbook_reached_escalation(case):
    return case.walks.filter(ended_at=None, step__action="escalate").exists()


@guard(_("The escalation has not been approved."))
def escalation_is_approved(case):
    latest = case.latest_approval
    return latest is not None and latest.state == Approval.State.APPROVED


@guard(_("Record the department's answer first."))
def has_department_answer(case):
    return bool(case.department_answer)
