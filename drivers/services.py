"""Changing what a driver logs in with: the one way for every door."""

from django.db import transaction
from django.utils.translation import gettext as _

from backoffice.audit.models import AccessRecord
from backoffice.audit.records import record
from backoffice.workflow.reasons import refuse_empty_reason
from backoffice.workflow.transitions import TransitionRefused, lock, perform, refuse_stale

from . import notices
from .models import Correction, Driver

Field = Correction.Field


def correct(driver, field, new_value, *, reason, by, case=None, version=None):
    """
    Change ``field`` of ``driver``, tell him, and return the ``Correction``.

    The driver's row is locked. The correction, the new value, the access record
    and the queued text are one transaction: all of them are there, or none.
    Where the value is what it was, nothing is written or sent and None is returned.

    :param field: ``Correction.Field.BIRTHDATE`` or ``PHONE``
    :param new_value: a date, or a ``PhoneNumber``; already validated
    :param version: of the driver, as the page showed it; None where there was no page
    :raises TransitionRefused: nothing was changed; the sentence says why
    """
    if not by.has_perm(f"drivers.correct_{field}"):
        raise TransitionRefused(_("You are not allowed to do this."))
    with transaction.atomic():
        driver = lock(driver)
        refuse_stale(driver, version, name="correct", by=by)
        if getattr(driver, field) == new_value:
            return None
        correction = _apply(driver, field, new_value, reason=reason, by=by, case=case)
        if field == Field.BIRTHDATE:
            notices.birthdate_changed(correction)
    return correction


def undo(correction, *, by, reason, version=None):
    """
    Take an applied correction back, tell the driver, and return the new ``Correction``.

    Done by somebody else than who asked for it, superusers included, and only
    while the value is still the one that was put in. Both corrections, the value,
    the access record and the text are one transaction.

    :raises TransitionRefused: nothing was changed; the sentence says why
    """
    with transaction.atomic():
        # The driver first, as in correct(), so that two people cannot lock crosswise.
        driver = lock(correction.driver)
        correction = lock(correction)
        if correction.requested_by == by:
            raise TransitionRefused(
                _("You asked for this correction yourself; somebody else has to undo it.")
            )
        if not correction.may_undo(by):
            raise TransitionRefused(_("You are not allowed to do this."))
        refuse_stale(correction, version, name="undo", by=by)
        if correction.state == Correction.State.APPLIED:
            if getattr(driver, correction.field) != correction.new:
                raise TransitionRefused(
                    _("The record was changed again since; this cannot be undone.")
                )
            back = _apply(
                driver,
                correction.field,
                correction.old,
                reason=reason,
                by=by,
                case=correction.case,
                undoes=correction,
            )
        else:
            back = None  # the move below refuses, in the words every machine has for it
        perform(correction, "undo", by=by, reason=reason, back=back)
        if correction.field == Field.BIRTHDATE:
            notices.birthdate_undone(back)
    return back


def _apply(driver, field, new_value, *, reason, by, case, undoes=None):
    """Write and apply one correction of the locked ``driver``, with its access record."""
    refuse_empty_reason(reason)
    if driver.state == Driver.State.WITHDRAWN:
        raise TransitionRefused(_("The driver has withdrawn; the record is not changed any more."))
    if driver.corrections.filter(
        field=field, state__in=[Correction.State.REQUESTED, Correction.State.SCHEDULED]
    ).exists():
        raise TransitionRefused(
            _("Another correction of this field is still open. Finish or cancel that one first.")
        )
    if field == Field.PHONE and Driver.objects.filter(phone=new_value).exists():
        raise TransitionRefused(_("Another driver already has this number."))
    correction = Correction.objects.create(
        driver=driver,
        case=case,
        field=field,
        old_value=Correction.as_text(getattr(driver, field)),
        new_value=Correction.as_text(new_value),
        reason=reason.strip(),
        requested_by=by,
        undoes=undoes,
    )
    # A second person may put back what he may not change by himself.
    correction = perform(correction, "apply", by=None if undoes else by, driver=driver)
    record(
        AccessRecord.Action.EDIT, by=by, driver=driver, field=str(field), correction=correction.pk
    )
    return correction
