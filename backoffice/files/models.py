from django.conf import settings
from django.contrib.auth.models import Permission
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, pgettext_lazy

from .jobs import Job

LOST_TWICE = gettext_noop("The worker stopped twice in the middle of it. Tell the operators.")


class Export(Job):
    """
    A list as somebody took it out of the house, in a file with a password (내보내기).

        queued -> running -> ready -> opened -> fetched
          ^----------|  |       '---------'---> expired
                        '-> failed

    Written by a worker and sealed with the server's key. When the requester opens it, a
    password is made, the file is encrypted with it, and the password is shown; it is kept
    nowhere. Then the file leaves, once.
    """

    class State(models.TextChoices):
        QUEUED = "queued", pgettext_lazy("export", "waiting")
        RUNNING = "running", pgettext_lazy("export", "being written")
        READY = "ready", pgettext_lazy("export", "ready")
        OPENED = "opened", pgettext_lazy("export", "password shown")
        FETCHED = "fetched", pgettext_lazy("export", "downloaded")
        EXPIRED = "expired", pgettext_lazy("export", "expired")
        FAILED = "failed", pgettext_lazy("export", "failed")

    class Format(models.TextChoices):
        XLSX = "xlsx", _("Excel (XLSX)")
        CSV = "csv", _("CSV in a ZIP")

    STEPS = {State.QUEUED: State.RUNNING}
    ON_DISK = (State.READY, State.OPENED)
    FOLDER = "exports"
    TASK = "files.write_exports"

    state = models.CharField(
        _("state"), max_length=20, choices=State, default=State.QUEUED, editable=False
    )
    kind = models.CharField(_("which list"), max_length=60)  # drivers.driver
    format = models.CharField(_("format"), max_length=10, choices=Format, default=Format.XLSX)
    reason = models.CharField(_("reason"), max_length=500)
    filters = models.JSONField(_("filters"), default=list)  # in words, without what was searched
    is_masked = models.BooleanField(_("masked"), default=True)
    keys = models.JSONField(default=list, editable=False)  # of the rows, in the list's order
    rows = models.PositiveIntegerField(_("rows"), default=0)
    expires_at = models.DateTimeField(_("until"), null=True)

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        indexes = [models.Index(fields=["state"], name="export_state")]  # the sweep
        permissions = [
            ("export_driver", "Can export the list of drivers"),
            ("export_case", "Can export the list of cases"),
            ("export_correction", "Can export the list of corrections"),
            ("export_message", "Can export the list of messages"),
            ("export_accessrecord", "Can export the access records"),
            ("export_unmasked", "Can export without masking"),
        ]

    def __str__(self):
        return _("Export no. %(number)s") % {"number": self.pk}

    def left_behind(self):
        # Nothing of it has left the house, so it is simply begun anew.
        if self.attempts < 2:
            self.advance(self.State.RUNNING, self.State.QUEUED)
        else:
            self.fail(LOST_TWICE)


def may_export(user, model, *, unmasked=False):
    """
    Return whether one of the person's groups that EXPORTS names has the permission.

    Asked of the groups and not of the person: a superuser is bound too.
    """
    if not settings.EXPORTS or not user.is_active:
        return False
    codename = "export_unmasked" if unmasked else f"export_{model._meta.model_name}"
    return Permission.objects.filter(
        content_type__app_label="files",
        codename=codename,
        group__user=user,
        group__name__in=settings.EXPORTS,
    ).exists()


def may_export_something(user):
    """Return whether there is any list that this person may export."""
    return (
        bool(settings.EXPORTS)
        and user.is_active
        and Permission.objects.filter(
            content_type__app_label="files",
            codename__startswith="export_",
            group__user=user,
            group__name__in=settings.EXPORTS,
        ).exists()
    )
