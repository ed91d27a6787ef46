from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class AppendOnly(Exception):
    """An access record was about to be changed or deleted. It was not."""


class AccessRecordQuerySet(models.QuerySet):
    def unsealed(self):
        """Those that have no place in the chain yet, in the order they were written."""
        return self.filter(sequence=None).order_by("pk")

    def update(self, **changes):
        raise AppendOnly("Access records are never changed.")

    def delete(self):
        raise AppendOnly("Access records are never deleted.")

    def bulk_update(self, *args, **kwargs):
        raise AppendOnly("Access records are never changed.")

    def bulk_create(self, *args, **kwargs):
        if kwargs.get("update_conflicts"):
            raise AppendOnly("Access records are never changed.")
        return super().bulk_create(*args, **kwargs)


class AccessRecord(models.Model):
    """
    Who did what to whose personal data, when, and from where (접속기록).

    The five facts that 개인정보의 안전성 확보조치 기준 제2조 and 제8조 ask for.
    Append-only; holds no personal data itself beyond the keys of the drivers. Once its
    transaction has committed the sealer gives it its place in the chain, see ``chain``.
    """

    class Action(models.TextChoices):
        VIEW = "view", _("view")
        LIST = "list", _("list")
        SEARCH = "search", _("search")
        EDIT = "edit", _("edit")
        REVEAL = "reveal", _("reveal")
        READ_OUT = "read_out", _("code read-out")
        REFUSED = "refused", _("refused attempt")
        SIGN_IN = "sign_in", _("sign-in")
        SIGN_IN_FAILED = "sign_in_failed", _("failed sign-in")
        SIGN_OUT = "sign_out", _("sign-out")
        EXPORT = "export", _("export")
        IMPORT = "import", _("import")
        RIGHTS = "rights", _("change of rights")
        REVIEW = "review", _("review")
        ERASE = "erase", _("erasure")

    at = models.DateTimeField(_("at"), auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,  # the system itself, or somebody who did not get in
        db_index=False,  # see Meta
        related_name="+",
        verbose_name=_("by"),
    )
    account = models.CharField(_("account"), max_length=150, blank=True)  # as it was called then
    address = models.CharField(_("address"), max_length=45, blank=True)
    action = models.CharField(_("action"), max_length=20, choices=Action)
    driver = models.ForeignKey(
        "drivers.Driver",
        models.PROTECT,
        null=True,
        db_index=False,  # see Meta
        related_name="+",
        verbose_name=_("driver"),
    )
    # What exactly: the page, the field, how many were shown. Never a value.
    detail = models.JSONField(_("detail"), default=dict, blank=True)
    # The place in the chain, without gaps, and the link; both filled once, by the sealer.
    sequence = models.BigIntegerField(
        _("sequence"), null=True, unique=True, default=None, editable=False
    )
    chain = models.CharField(max_length=64, blank=True, default="", editable=False)

    objects = AccessRecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("access record")
        verbose_name_plural = _("access records")
        indexes = [
            # The officer's list, newest first: of a day, a person, a driver, an action.
            models.Index(fields=["at"], name="audit_at"),
            models.Index(fields=["by", "at"], name="audit_by_at"),
            models.Index(fields=["driver", "at"], name="audit_driver_at"),
            models.Index(fields=["action", "at"], name="audit_action_at"),
            # What the sealer has to do.
            models.Index(fields=["id"], condition=Q(sequence=None), name="audit_unsealed"),
        ]

    def __str__(self):
        return f"{self.by or self.account or _('The system')} {self.get_action_display()}"

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise AppendOnly("Access records are never changed.")
        # Or a new row with the key of an old one would be written over it.
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *args, **kwargs):
        raise AppendOnly("Access records are never deleted.")


def no_days():
    """Return what nobody has done in a month."""
    return [0] * 31


class PersonMonth(models.Model):
    """How often somebody used personal data, on each day of one month; counted by the sealer."""

    month = models.DateField()  # its first day
    person = models.BigIntegerField()  # the account's key; 0 is nobody's
    uses = models.JSONField(default=no_days)  # a number for each of 31 days
    off_hours = models.JSONField(default=no_days)  # of them, outside of OFFICE_HOURS
    drivers = models.PositiveIntegerField(default=0)  # named in them; who came twice counts twice
    reveals = models.PositiveIntegerField(default=0)  # of them, fields unmasked and codes read out

    class Meta:
        default_permissions = ()
        constraints = [  # serves the review: everybody's month, and the months before
            models.UniqueConstraint(fields=["month", "person"], name="audit_person_month")
        ]

    def __str__(self):
        return f"{self.month:%Y-%m} {self.person}"


class LookTally(models.Model):
    """How often somebody opened one driver's data within one month; counted by the sealer."""

    month = models.DateField()  # its first day
    driver = models.BigIntegerField()
    person = models.BigIntegerField()
    times = models.PositiveIntegerField(default=0)

    class Meta:
        default_permissions = ()
        constraints = [  # serves the sealer: how many look at one driver
            models.UniqueConstraint(fields=["month", "driver", "person"], name="audit_look_tally")
        ]

    def __str__(self):
        return f"{self.month:%Y-%m} {self.driver} {self.person}"


class WatchTally(models.Model):
    """A driver whose data many people opened within one month; counted by the sealer."""

    month = models.DateField()  # its first day
    driver = models.BigIntegerField()
    people = models.PositiveIntegerField()
    times = models.PositiveIntegerField()

    class Meta:
        default_permissions = ()
        constraints = [  # serves the review: who is looked at by many
            models.UniqueConstraint(fields=["month", "driver"], name="audit_watch_tally")
        ]

    def __str__(self):
        return f"{self.month:%Y-%m} {self.driver}"


class Review(models.Model):
    """The privacy officer has looked at one month's figures, and signed them."""

    month = models.DateField(_("month"), unique=True)  # its first day
    starts = models.DateTimeField()
    ends = models.DateTimeField()  # the first moment of the next month
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"))
    comment = models.TextField(_("comment"), max_length=2000)
    figures = models.JSONField()  # as they were shown
    digest = models.CharField(max_length=64)  # of them

    class Meta:
        verbose_name = _("monthly review")
        verbose_name_plural = _("monthly reviews")
        default_permissions = ()
        permissions = [("sign_review", "Can sign the monthly review")]

    def __str__(self):
        return f"{self.month:%Y-%m}"


class Head(models.Model):
    """The newest sealed record; one row, which whoever seals locks first."""

    sequence = models.BigIntegerField(default=0)
    chain = models.CharField(max_length=64, blank=True)

    class Meta:
        default_permissions = ()

    def __str__(self):
        return f"{self.sequence}:{self.chain}"


class Anchor(models.Model):
    """
    Records that had been kept long enough were removed from the old end.

    The chain goes on after ``sequence``; what is said here is sealed as well.
    """

    at = models.DateTimeField()
    sequence = models.BigIntegerField(unique=True)  # of the last one removed
    chain = models.CharField(max_length=64)  # its link
    before = models.DateTimeField()  # all of them were older
    removed = models.BigIntegerField()
    seal = models.CharField(max_length=64)

    class Meta:
        default_permissions = ()

    def __str__(self):
        return f"Up to {self.sequence}"
