from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class AppendOnly(Exception):
    """An access record was about to be changed or deleted. It was not."""


class AccessRecordQuerySet(models.QuerySet):
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
    Append-only; holds no personal data itself beyond the keys of the drivers.
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

    at = models.DateTimeField(_("at"), auto_now_add=True, db_index=True)  # the officer's list
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,  # the system itself, or somebody who did not get in
        related_name="+",
        verbose_name=_("by"),
    )
    account = models.CharField(_("account"), max_length=150, blank=True)  # as it was called then
    address = models.CharField(_("address"), max_length=45, blank=True)
    action = models.CharField(_("action"), max_length=20, choices=Action)
    driver = models.ForeignKey(
        "drivers.Driver", models.PROTECT, null=True, related_name="+", verbose_name=_("driver")
    )
    # What exactly: the page, the field, how many were shown. Never a value.
    detail = models.JSONField(_("detail"), default=dict, blank=True)

    objects = AccessRecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("access record")
        verbose_name_plural = _("access records")

    def __str__(self):
        return f"{self.account} {self.get_action_display()}"

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise AppendOnly("Access records are never changed.")
        # Or a new row with the key of an old one would be written over it.
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *args, **kwargs):
        raise AppendOnly("Access records are never deleted.")
