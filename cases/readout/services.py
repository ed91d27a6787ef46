"""Asking for a read-out, and reading: the only two things that can be done with a code."""

import logging

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.audit.models import AccessRecord
from backoffice.audit.records import record
from backoffice.sms.queueing import queue_text
from backoffice.workflow.transitions import TransitionRefused, lock, not_now
from cases import approvals
from cases.models import Approval, Case
from drivers.models import Driver

from .guards import GuardRefused, refuse_unguarded
from .source import NoCode, get_source

logger = logging.getLogger(__name__)


def ask_read_out(case, *, by, reason):
    """
    Ask the team leads to read the code out in ``case``; return the ``Approval``.

    :raises GuardRefused: a guard does not hold
    """
    if case.state != Case.State.DIAGNOSING:
        raise not_now(case)
    refuse_unguarded(case, by=by)
    return approvals.ask(Approval.Kind.CODE_READ_OUT, case=case, reason=reason, by=by)


def read_out(approval, *, by):
    """
    Return the ``Code``, once, to the team lead who approved ``approval``.

    That it is read is committed before the code is fetched, and the notice to the driver
    before the code is returned: a crash in between shows nothing to anybody. Where the
    source has no code the approval may be used again while it lasts.

    :raises TransitionRefused: not his, not approved, too late, seen already, or a guard
    """
    approval = _claim(approval, by)
    phone = approval.driver.phone_digits
    try:
        code = Code(get_source().code_of(phone))
        _note_reading(approval, phone, by)
    except (NoCode, TransitionRefused) as fault:
        Approval.objects.filter(pk=approval.pk).update(used_at=None)
        raise TransitionRefused(str(fault)) from None
    return code


def _note_reading(approval, phone, by):
    with transaction.atomic():
        driver = lock(approval.driver)
        if driver.phone_digits != phone:
            raise TransitionRefused(_("The driver's number has changed. Let the agent ask again."))
        Driver.objects.filter(pk=driver.pk).update(code_read_at=approval.used_at)
        intent = f"code_read_out:{approval.pk}"
        queue_text("code_read_out", driver=driver, case=approval.case, intent=intent)
        approval.changes.create(
            transition="read_out", source=approval.state, target=approval.state, by=by
        )
        record(
            AccessRecord.Action.READ_OUT,
            by=by,
            driver=driver,
            case=approval.case.number,
            approval=approval.pk,
        )


class Code:
    """A code on its way to the one page that shows it; no traceback and no log shows it."""

    __slots__ = ("_digits",)

    def __init__(self, digits):
        self._digits = digits

    def __repr__(self):
        return "******"

    def __str__(self):
        return self._digits


def _claim(approval, by):
    with transaction.atomic():
        case, driver = lock(approval.case), lock(approval.driver)
        approval = lock(approval)
        approval.driver = driver  # of the number for which the guards hold
        is_readable = (
            approval.kind == Approval.Kind.CODE_READ_OUT
            and approval.state == Approval.State.APPROVED
        )
        if not is_readable or approval.decided_by != by:
            raise TransitionRefused(
                _("The lead who approved a read-out reads the code, nobody else.")
            )
        if approval.used_at is not None:
            raise TransitionRefused(_("The code was shown already. It is shown only once."))
        if approval.is_too_old_to_read:
            raise TransitionRefused(
                _("The approval is older than %(count)d minutes. Let the agent ask again.")
                % {"count": settings.READ_OUT_MINUTES}
            )
        if case.state != Case.State.DIAGNOSING:
            raise not_now(case)
        refuse_unguarded(case, by=by, approval=approval)
        approval.used_at = timezone.now()
        approval.save()
    return approval


def note_refusal(case, refusal, *, by):
    """
    Record that a guard turned somebody away, after the refused act was rolled back (G11).

    An alarm for the privacy officer: too many of them by one person are no accident.

    :returns: whether it was recorded; other refusals are a matter of course
    """
    is_guard = isinstance(refusal, GuardRefused)
    if is_guard:
        logger.warning("A read-out was refused by %s in case %s.", refusal.guard, case.number)
        record(
            AccessRecord.Action.REFUSED,
            by=by,
            driver=case.driver,
            case=case.number,
            guard=refusal.guard,
        )
    return is_guard
