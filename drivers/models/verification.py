from django.db import models
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from .driver import Driver

LOOKED_AT = 200  # events; far more than it takes to be locked


class VerificationEventQuerySet(models.QuerySet):
    def mismatches_of(self, driver):
        """
        Count the driver's mismatches since the last success or the last unlock (A3).

        A success is a match or a log-in; a lock that is over was an unlock.
        """
        kind = VerificationEvent.Kind
        found = 0
        latest = self.filter(driver=driver).order_by("-occurred_at", "-pk")
        for what, occurred_at in latest.values_list("kind", "occurred_at")[:LOOKED_AT]:
            unlocked_since = driver.unlocked_at is not None and occurred_at <= driver.unlocked_at
            if what in {kind.MATCH, kind.LOGIN_OK} or unlocked_since:
                break
            found += what == kind.MISMATCH
        return found


class VerificationEvent(models.Model):
    """What the login service reports about one attempt of a driver. Never the code."""

    class Kind(models.TextChoices):
        SENT = "code.sent", _("code sent")
        MISMATCH = "code.mismatch", _("code did not match")
        MATCH = "code.match", _("code matched")
        LOGIN_OK = "login.succeeded", _("logged in")
        LOGIN_FAILED = "login.failed", _("log-in failed")

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
        ]

    def __str__(self):
        return self.get_kind_display()
