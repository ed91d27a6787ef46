from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class IdentityCheck(models.Model):
    """
    How a caller was, or was not, shown to be the driver (본인 확인).

    The agent says what the caller said; the system compares and keeps only the
    result of each item. Written by ``services.check_identity``, never changed.
    """

    case = models.ForeignKey(
        "cases.Case",
        models.CASCADE,
        related_name="identity_checks",
        verbose_name=_("support case"),
    )
    driver = models.ForeignKey(
        "drivers.Driver",
        models.PROTECT,
        null=True,  # of a case that was erased
        related_name="+",
        verbose_name=_("driver"),
    )
    number_matches = models.BooleanField(_("presented number is the driver's"))
    call_back_answered = models.BooleanField(_("call-back answered"))
    items = models.JSONField(_("compared items"))  # {"name": true, "vehicle_no": false}
    missed = models.PositiveSmallIntegerField(default=0)  # how many of them did not match
    is_verified = models.BooleanField(_("verified"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"), auto_now_add=True)
    expires_at = models.DateTimeField(_("expires at"))

    class Meta:
        verbose_name = _("identity check")
        verbose_name_plural = _("identity checks")

    def __str__(self):
        return str(_("verified") if self.is_verified else _("not verified"))

    def holds_for(self, case):
        """Return whether the caller still counts as the driver of ``case``."""
        return (
            self.is_verified
            and self.driver_id == case.driver_id
            and self.expires_at > timezone.now()
        )
