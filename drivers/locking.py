"""The lock after too many mismatches: as the events say, and opened when its time is over."""

from django.db import transaction
from django.utils import timezone

from backoffice.workflow.transitions import lock

from .models import Driver, VerificationEvent
from .models.verification import standing
from .signals import facts_changed

Verification = Driver.VerificationState


def adopt_events(driver):
    """Take over what was reported about the number of the locked ``driver`` before it was his."""
    _adopt(driver)
    settle(driver)  # by what was reported about this number, not about an earlier one
    # An event that is being stored at this moment sees no driver yet, nor does he see it.
    transaction.on_commit(lambda: adopt_late(driver.phone), robust=True)


def adopt_late(phone):
    """Give what was reported about ``phone`` to its driver, if there is one by now."""
    with transaction.atomic():
        driver = Driver.objects.select_for_update(no_key=True).filter(phone=phone).first()
        if driver is not None:
            _adopt(driver)


def _adopt(driver):
    if VerificationEvent.objects.filter(driver=None, phone=driver.phone).update(driver=driver):
        settle(driver)


def settle(driver):
    """Bring the stored verification state of the locked ``driver`` to what the events say."""
    found = standing(VerificationEvent.objects.since_last_success(driver))
    is_locked = found.locked_until is not None and found.locked_until > timezone.now()
    _set(driver, Verification.LOCKED if is_locked else Verification.OPEN, found.locked_until)
    facts_changed.send(sender=Driver, driver=driver)


def unlock_due():
    """Open what was locked long enough; return how many drivers that were."""
    opened = 0
    due = Driver.objects.filter(
        verification_state=Verification.LOCKED, locked_until__lte=timezone.now()
    )
    for driver in due.order_by("locked_until"):
        with transaction.atomic():
            driver = lock(driver)
            if driver.verification_state == Verification.LOCKED and not driver.is_locked:
                _set(driver, Verification.OPEN, driver.locked_until)
                facts_changed.send(sender=Driver, driver=driver)
                opened += 1
    return opened


def _set(driver, state, locked_until):
    if driver.verification_state != state:
        driver.changes.create(
            transition="lock" if state == Verification.LOCKED else "unlock",
            source=driver.verification_state,
            target=state,
        )
    driver.verification_state, driver.locked_until = state, locked_until
    # Not by save(): an open page of the driver is not older for what the login service says.
    Driver.objects.filter(pk=driver.pk).update(verification_state=state, locked_until=locked_until)
