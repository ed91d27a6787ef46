"""Changing what a driver logs in with: the one way for every door."""

from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.audit.models import AccessRecord
from backoffice.audit.records import record
from backoffice.workflow.reasons import refuse_empty_reason
from backoffice.workflow.transitions import TransitionRefused, lock, perform, refuse_stale

from . import notices
from .locking import adopt_events
from .models import Correction, Driver
from .signals import facts_changed, second_person_needed

Field = Correction.Field
State = Correction.State
OPEN = (State.REQUESTED, State.SCHEDULED)
WITHDRAWN = gettext_lazy("The driver has withdrawn; the record is not changed any more.")
TAKEN = gettext_lazy("Another driver already has this number.")


def correct(driver, field, new_value, *, reason, by, case=None, version=None, apply_at=None):
    """
    Change ``field`` of ``driver``, tell him, and return the ``Correction``.

    The driver's row is locked. The correction, the new value, the access record
    and the queued text are one transaction: all of them are there, or none.
    Where the value is what it was, nothing is written or sent and None is returned; whatever
    would refuse another value refuses this one, so that a refusal does not tell which it is.
    A sensitive correction (A22) is only requested: it is carried out when a second
    person has approved it, see ``decide``.

    :param field: ``Correction.Field.BIRTHDATE`` or ``PHONE``
    :param new_value: a date, or a ``PhoneNumber``; already validated
    :param version: of the driver, as the page showed it; None where there was no page
    :param apply_at: not now, but at the driver's next log-in, or then at the latest (4.6)
    :raises TransitionRefused: nothing was changed; the sentence says why
    """
    if not by.has_perm(f"drivers.correct_{field}"):
        raise TransitionRefused(_("You are not allowed to do this."))
    with transaction.atomic():
        driver = lock(driver)
        refuse_stale(driver, version, name="correct", by=by)
        _refuse_erased(driver)
        _refuse_change(driver, field, reason)
        if getattr(driver, field) == new_value:
            return None
        asks = needs_second_person(driver, field, new_value)
        correction = _request(
            driver, field, new_value, reason=reason, by=by, case=case, apply_at=apply_at
        )
        if asks:
            second_person_needed.send(sender=Correction, correction=correction, by=by)
            return correction
        return _carry_out(correction, driver, by=by)


def needs_second_person(driver, field, new_value):
    """
    Return whether one person may not decide this alone (A22).

    A birthdate whose year changes, or the second one within SECOND_CORRECTION_DAYS.
    """
    if field != Field.BIRTHDATE:
        return False
    since = timezone.now() - timedelta(days=settings.SECOND_CORRECTION_DAYS)
    before = driver.corrections.filter(field=field, undoes=None, applied_at__gte=since)
    return driver.birthdate.year != new_value.year or before.exists()


def decide(correction, *, is_approved, by, reason):
    """
    Carry out a requested ``correction``, or reject it: the second person has decided.

    A part of the decision of an approval, which says who may. The driver's row is locked.
    """
    with transaction.atomic():
        driver = lock(correction.driver)
        correction = lock(correction)
        if is_approved:
            return _carry_out(correction, driver, by=by)
        return perform(correction, "reject", by=None, reason=reason)


def cancel(correction, *, by, reason, version=None):
    """
    Take back a correction that was not applied yet, and return it anew.

    :param by: a person who may correct this field, or None for the system
    :raises TransitionRefused: nothing was changed
    """
    with transaction.atomic():
        driver = lock(correction.driver)
        correction = perform(correction, "cancel", by=by, reason=reason, version=version)
        facts_changed.send(sender=Driver, driver=driver)
    return correction


def apply_scheduled(correction):
    """
    Apply a scheduled ``correction`` and queue its text (4.6); return it anew.

    Does nothing where it is not scheduled any more, and cancels it where the record
    is not what it was when it was asked for.
    """
    with transaction.atomic():
        driver = lock(correction.driver)
        correction = lock(correction)
        if correction.state != State.SCHEDULED:
            return correction
        is_as_it_was = getattr(driver, correction.field) == correction.old
        if driver.state == Driver.State.WITHDRAWN or not is_as_it_was:
            reason = _("The record has changed since this was scheduled.")
            return perform(correction, "cancel", by=None, reason=reason)
        return _apply(correction, driver, by=None)


def apply_due():
    """Apply what was scheduled and not logged in for in time; return how many."""
    due = Correction.objects.filter(state=State.SCHEDULED, apply_at__lte=timezone.now())
    return sum(apply_scheduled(each).state == State.APPLIED for each in due.order_by("apply_at"))


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
        _refuse_erased(driver, correction)
        back = None  # where it is not applied, the move below refuses in its own words
        if correction.state == State.APPLIED:
            if getattr(driver, correction.field) != correction.new:
                raise TransitionRefused(
                    _("The record was changed again since; this cannot be undone.")
                )
            _refuse_change(driver, correction.field, reason)
            back = _request(
                driver,
                correction.field,
                correction.old,
                reason=reason,
                by=by,
                case=correction.case,
                undoes=correction,
            )
            try:
                back = _apply(back, driver, by=by)
            except IntegrityError:  # somebody took the number since it was looked for
                raise TransitionRefused(TAKEN) from None
        perform(correction, "undo", by=by, reason=reason, back=back)
    return back


def _refuse_change(driver, field, reason):
    refuse_empty_reason(reason)
    if driver.state == Driver.State.WITHDRAWN:
        raise TransitionRefused(WITHDRAWN)
    if driver.corrections.filter(field=field, state__in=OPEN).exists():
        raise TransitionRefused(
            _("Another correction of this field is still open. Finish or cancel that one first.")
        )


def _request(driver, field, new_value, *, reason, by, case, apply_at=None, undoes=None):
    """Write one requested correction of the locked ``driver``."""
    if field == Field.PHONE:
        _refuse_new_phone(driver, new_value)
    return Correction.objects.create(
        driver=driver,
        case=case,
        field=field,
        old_value=Correction.as_text(getattr(driver, field)),
        new_value=Correction.as_text(new_value),
        reason=reason.strip(),
        requested_by=by,
        apply_at=apply_at,
        undoes=undoes,
    )


def _refuse_erased(*records):
    if any(each.erased_at is not None for each in records):
        raise TransitionRefused(
            _("The personal data of this record was erased; it is not changed any more.")
        )


def _refuse_new_phone(driver, new_value):
    if Driver.objects.filter(phone=new_value).exists():
        raise TransitionRefused(TAKEN)
    if driver.code_read_at and timezone.now() < driver.code_read_at + Driver.COOL_DOWN:
        raise TransitionRefused(
            _("A code was read out to this driver within a day; the number stays as it is (G12).")
        )


def _carry_out(correction, driver, *, by):
    if correction.apply_at is not None:
        return perform(correction, "schedule", by=None, apply_at=correction.apply_at)
    return _apply(correction, driver, by=by)


def _apply(correction, driver, *, by):
    """Apply one correction to the locked ``driver``, with its access record and its text."""
    # A second person may put back what he may not change by himself.
    mover = None if correction.undoes_id else by
    correction = perform(correction, "apply", by=mover, driver=driver)
    record(
        AccessRecord.Action.EDIT,
        by=by,
        driver=driver,
        field=str(correction.field),
        correction=correction.pk,
    )
    if correction.field == Field.PHONE:
        adopt_events(driver)
    else:
        tell = notices.birthdate_undone if correction.undoes_id else notices.birthdate_changed
        tell(correction)
    return correction
