"""What the login service reports, and what follows from it."""

from django.db import transaction

from . import services
from .locking import adopt_late, settle
from .models import Correction, Driver, VerificationEvent

Kind = VerificationEvent.Kind


def take_event(*, event_id, kind, phone, occurred_at):
    """
    Store one event of the login service and do what follows from it, in one transaction.

    Events come in any order, late and more than once; each id counts once. One about a
    number that no driver has is kept for the driver to come.

    :param phone: a ``PhoneNumber``
    :returns: whether the event was new
    """
    with transaction.atomic():
        driver = Driver.objects.select_for_update(no_key=True).filter(phone=phone).first()
        _event, is_new = VerificationEvent.objects.get_or_create(
            event_id=event_id,
            defaults={
                "kind": kind,
                "phone": phone,
                "driver": driver,
                "occurred_at": occurred_at,
            },
        )
        if is_new and driver is None:
            transaction.on_commit(lambda: adopt_late(phone), robust=True)
        elif is_new:
            settle(driver)
            if kind == Kind.LOGIN_OK:
                _apply_scheduled(driver, occurred_at)
    return is_new


def _apply_scheduled(driver, logged_in_at):
    scheduled = driver.corrections.filter(
        state=Correction.State.SCHEDULED, requested_at__lte=logged_in_at
    )
    for correction in scheduled:
        services.apply_scheduled(correction)
