from contextvars import ContextVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from backoffice.addresses import client_address

# The fields of an account that open or close something.
FLAGS = {"is_active", "is_staff", "is_superuser"}

# The request at hand, whose user changes rights; None in a shell and in a worker.
_request = ContextVar("request", default=None)


def acting_in(request):
    """Set whose acts follow; returns a token for ``acted``."""
    return _request.set(request)


def acted(token):
    """Undo ``acting_in``."""
    _request.reset(token)


class AppendOnly(Exception):
    """A change of rights was about to be rewritten. It was not."""


class RightsChangeQuerySet(models.QuerySet):
    def note(self, what, person, *, before="", after=""):
        """Write down a change of ``person``'s rights, inside the transaction of the change."""
        request = _request.get()
        by = getattr(request, "user", None)
        by = by if by is not None and by.is_authenticated else None
        return self.create(
            what=what,
            person=person,
            by=by,
            account=by.get_username() if by else "",
            address=client_address(request) if request is not None else "",
            before=str(before)[:200],
            after=str(after)[:200],
        )

    def note_flags(self, person, *, before):
        """Write down which flags of ``person`` differ from ``before``; None: a new account."""
        if before is None:
            self.note(RightsChange.What.ACCOUNT, person, after=_flags(person))
        elif _flags(before) != _flags(person):
            self.note(RightsChange.What.FLAGS, person, before=_flags(before), after=_flags(person))

    def forget_before(self, moment):
        """Delete what is older than the law asks for; return how many rows went."""
        return self.filter(at__lt=moment)._raw_delete(self.db)

    def update(self, **changes):
        raise AppendOnly("Changes of rights are never rewritten.")

    def delete(self):
        raise AppendOnly("Changes of rights are never deleted by hand.")


class RightsChange(models.Model):
    """
    Who gave, changed or took whose rights, and when.

    개인정보의 안전성 확보조치 기준 제5조③ asks for it, for three years: longer than access
    records are kept, which is why these are rows of their own. Append-only.
    """

    class What(models.TextChoices):
        ACCOUNT = "account", _("new account")
        FLAGS = "flags", _("account opened or closed")
        GROUPS = "groups", _("groups")
        PASSWORD = "password", _("password set")
        SECOND_FACTOR = "second_factor", _("second factor reset")
        UNLOCKED = "unlocked", _("lock lifted")
        SESSIONS = "sessions", _("sessions ended")

    at = models.DateTimeField(_("at"), auto_now_add=True, db_index=True)  # the list, retention
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("whose")
    )
    what = models.CharField(_("what"), max_length=20, choices=What)
    before = models.CharField(_("before"), max_length=200, blank=True)
    after = models.CharField(_("after"), max_length=200, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,  # the system itself, or somebody with the server's shell
        related_name="+",
        verbose_name=_("by"),
    )
    account = models.CharField(_("account"), max_length=150, blank=True)  # as it was called then
    address = models.CharField(_("address"), max_length=45, blank=True)

    objects = RightsChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of rights")
        verbose_name_plural = _("changes of rights")

    def __str__(self):
        return f"{self.person} {self.get_what_display()}"

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise AppendOnly("Changes of rights are never rewritten.")
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *args, **kwargs):
        raise AppendOnly("Changes of rights are never deleted by hand.")


def _flags(person):
    return ", ".join(sorted(flag for flag in FLAGS if getattr(person, flag)))
