from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from .driver import Driver


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a number stands after all that was reported about it."""

    mismatches: int = 0
    locked_until: datetime | None = None  # of the latest lock, which may be over


def standing(events):
    """
    Fold ``events`` into a ``Standing``.

    Locked at the MISMATCHES_TO_LOCK-th mismatch since the last success or unlock, for
    LOCK_HOURS from that one; a try while it is locked changes nothing (A1 to A3). A
    success is a match or a log-in, and ends a lock.

    :param events: pairs of kind and time, in the order in which they occurred
    """
    count, until = 0, None
    for kind, at in events:
        if kind in VerificationEvent.SUCCESSES:
            count, until = 0, None
        elif kind == VerificationEvent.Kind.MISMATCH and (until is None or at >= until):
            count = 1 if until is not None else count + 1
            until = None
            if count >= settings.MISMATCHES_TO_LOCK:
                until = at + timedelta(hours=settings.LOCK_HOURS)
    return Standing(count, until)


class VerificationEventQuerySet(models.QuerySet):
    def since_last_success(self, driver):
        """Return kind and time of the driver's tries since his last success, oldest first."""
        of_number = self.filter(driver=driver, phone=driver.phone)
        tries = of_number.filter(kind=VerificationEvent.Kind.MISMATCH)
        latest = of_number.filter(kind__in=VerificationEvent.SUCCESSES).order_by("-occurred_at")
        success = Subquery(latest.values("occurred_at")[:1])
        tries = tries.alias(success=success).filter(
            Q(success=None) | Q(occurred_at__gt=F("success"))
        )
        return tries.order_by("occurred_at", "pk").values_list("kind", "occurred_at")

    def mismatches_of(self, driver):
        """
        Count the driver's mismatches since the last success or the last unlock (A3).

        A success is a match or a log-in; a lock that is over was an unlock. Those of
        a lock that holds are not more than what it takes to be locked.
        """
        tries = self.since_last_success(driver)
        if driver.unlocked_at is not None:
            tries = tries.filter(occurred_at__gt=driver.unlocked_at)
        return _count(tries)

    def mismatches_of_each(self, drivers):
        """As ``mismatches_of``, of several ``drivers`` as they are stored: {key: count}."""
        latest = self.filter(
            driver=OuterRef("driver"),
            phone=OuterRef("phone"),
            kind__in=VerificationEvent.SUCCESSES,
        ).order_by("-occurred_at")
        tries = self.filter(
            driver__in=drivers, phone=F("driver__phone"), kind=VerificationEvent.Kind.MISMATCH
        ).alias(success=Subquery(latest.values("occurred_at")[:1]))
        tries = tries.filter(Q(success=None) | Q(occurred_at__gt=F("success")))
        unlocked_at = {driver.pk: driver.unlocked_at for driver in drivers}
        found = {key: [] for key in unlocked_at}
        for key, *event in tries.order_by("occurred_at", "pk").values_list(
            "driver", "kind", "occurred_at"
        ):
            if unlocked_at[key] is None or event[1] > unlocked_at[key]:
                found[key].append(event)
        return {key: _count(events) for key, events in found.items()}


def _count(tries):
    found = standing(tries)
    is_over = found.locked_until is not None and found.locked_until <= timezone.now()
    return 0 if is_over else found.mismatches


class VerificationEvent(models.Model):
    """What the login service reports about one attempt of a driver. Never the code."""

    class Kind(models.TextChoices):
        SENT = "code.sent", _("code sent")
        MISMATCH = "code.mismatch", _("code did not match")
        MATCH = "code.match", _("code matched")
        LOGIN_OK = "login.succeeded", _("logged in")
        LOGIN_FAILED = "login.failed", _("log-in failed")

    SUCCESSES = (Kind.MATCH, Kind.LOGIN_OK)

    event_id = models.CharField(_("event id"), max_length=100, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    phone = PhoneNumberField(_("phone"))
    # Empty for a number that no driver has.
    driver = models.ForeignKey(
        Driver, models.PROTECT, null=True, related_name="events", verbose_name=_("driver")
    )
    occurred_at = models.DateTimeField(_("occurred at"))
    received_at = models.DateTimeField(_("received at"), auto_now_add=True)

    objects = VerificationEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("verification event")
        verbose_name_plural = _("verification events")
        indexes = [
            models.Index(fields=["driver", "-occurred_at"], name="events_of_driver"),  # the count
            models.Index(  # for a driver who comes later than his events
                fields=["phone"], condition=Q(driver=None), name="events_of_nobody"
            ),
        ]

    def __str__(self):
        return self.get_kind_display()
