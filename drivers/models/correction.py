from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import transition
from phonenumber_field.phonenumber import PhoneNumber

from backoffice.audit.masking import mask_birthdate, mask_phone
from backoffice.workflow.fields import StateField
from backoffice.workflow.models import StateChange, Stateful
from backoffice.workflow.reasons import refuse_empty_reason
from backoffice.workflow.transitions import guard, system_only
from drivers.phones import national_digits, parse_phone

from .driver import Driver


class CorrectionQuerySet(models.QuerySet):
    def open(self):
        """Those that are neither carried out nor ended."""
        return self.filter(state__in=[Correction.State.REQUESTED, Correction.State.SCHEDULED])

    def overdue(self):
        """Those that should have been carried out by now: the law gives RIGHTS_DAYS (영43)."""
        first_in_time = timezone.localdate() - timedelta(days=settings.RIGHTS_DAYS)
        return self.open().filter(requested_at__date__lt=first_in_time)


class Correction(Stateful):
    """
    One change of one thing a driver logs in with: old, new, why, who, when (정보 변경).

        requested -> scheduled -> applied -> undone
            |-----------|----------^
            |           '-> cancelled
            |-> cancelled
            '-> rejected

    The values are personal data and are shown masked. Written by ``services`` only.
    """

    class State(models.TextChoices):
        REQUESTED = "requested", _("requested")
        SCHEDULED = "scheduled", _("scheduled")
        APPLIED = "applied", _("applied")
        CANCELLED = "cancelled", _("cancelled")
        REJECTED = "rejected", _("rejected")
        UNDONE = "undone", _("undone")

    class Field(models.TextChoices):
        BIRTHDATE = "birthdate", _("birthdate")
        PHONE = "phone", _("phone")

    driver = models.ForeignKey(
        Driver, models.PROTECT, related_name="corrections", verbose_name=_("driver")
    )
    case = models.ForeignKey(
        "cases.Case",
        models.PROTECT,
        null=True,
        related_name="corrections",
        verbose_name=_("support case"),
    )
    field = models.CharField(_("field"), max_length=20, choices=Field)
    old_value = models.CharField(_("old value"), max_length=30)
    new_value = models.CharField(_("new value"), max_length=30)
    reason = models.CharField(_("reason"), max_length=500)
    state = StateField(
        _("state"), choices=State, default=State.REQUESTED, protected=True, editable=False
    )
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("requested by")
    )
    requested_at = models.DateTimeField(_("requested at"), auto_now_add=True)
    # Scheduled: at his next log-in, and at this time at the latest.
    apply_at = models.DateTimeField(_("apply at"), null=True)
    applied_at = models.DateTimeField(_("applied at"), null=True)
    undoes = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="undone_by", verbose_name=_("undoes")
    )
    # Since when its values and words are gone.
    erased_at = models.DateTimeField(_("erased at"), null=True, editable=False)

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        constraints = [
            models.UniqueConstraint(  # rule 4.2: one open request a driver and field
                fields=["driver", "field"],
                condition=Q(state__in=["requested", "scheduled"]),
                name="one_open_correction",
            )
        ]
        indexes = [
            models.Index(  # the sweep of what is due
                fields=["apply_at"], condition=Q(state="scheduled"), name="correction_scheduled"
            ),
            models.Index(  # retention
                Coalesce("applied_at", "requested_at"),
                condition=Q(erased_at=None),
                name="correction_to_erase",
            ),
            # The list, filtered.
            models.Index(
                fields=["state", "-id"],
                condition=~Q(state="applied"),
                name="correction_list_by_state",
            ),
            models.Index(
                fields=["field", "-id"],
                condition=~Q(field="birthdate"),
                name="correction_list_by_field",
            ),
        ]

    def __str__(self):
        return f"{self.get_field_display()} #{self.pk}"

    @staticmethod
    def as_text(value):
        """Return a date or a ``PhoneNumber`` as it is stored here."""
        return national_digits(value) if isinstance(value, PhoneNumber) else value.isoformat()

    @property
    def is_open(self):
        return self.state in {self.State.REQUESTED, self.State.SCHEDULED}

    @property
    def due_on(self):
        """The last day on which it is carried out in time."""
        return timezone.localdate(self.requested_at) + timedelta(days=settings.RIGHTS_DAYS)

    @property
    def old(self):
        """The old value as the driver's field holds it."""
        return self._from_text(self.old_value)

    @property
    def new(self):
        """The new value as the driver's field holds it."""
        return self._from_text(self.new_value)

    def _from_text(self, text):
        return parse_phone(text) if self.field == self.Field.PHONE else date.fromisoformat(text)

    @property
    def masked_values(self):
        """Old and new as everybody may see them."""
        mask = {self.Field.BIRTHDATE: mask_birthdate, self.Field.PHONE: mask_phone}[self.field]
        return mask(self.old_value), mask(self.new_value)

    # Who may

    def may_correct(self, user):
        """Each field has its own permission."""
        return user.has_perm(f"drivers.correct_{self.field}")

    def may_undo(self, user):
        """A second person, superusers included."""
        return user.has_perm("drivers.undo_correction") and user != self.requested_by

    # Moves

    @transition(
        state, State.REQUESTED, State.SCHEDULED, permission=system_only, custom={"system": True}
    )
    def schedule(self, *, by, apply_at):
        """Applied later: at a log-in, or at ``apply_at`` at the latest (rule 4.6)."""
        self.apply_at = apply_at

    @transition(
        state,
        [State.REQUESTED, State.SCHEDULED],
        State.APPLIED,
        permission=may_correct,
        custom={"system": True},
    )
    def apply(self, *, by, driver):
        """Put the new value into the locked ``driver``. A part of ``services.correct``."""
        driver.take(self)
        self.applied_at = timezone.now()

    @transition(
        state,
        [State.REQUESTED, State.SCHEDULED],
        State.CANCELLED,
        permission=may_correct,
        custom={"label": _("Cancel"), "needs_reason": True, "system": True},
    )
    def cancel(self, *, by, reason):
        """Not wanted any more."""
        refuse_empty_reason(reason)

    @transition(
        state, State.REQUESTED, State.REJECTED, permission=system_only, custom={"system": True}
    )
    def reject(self, *, by, reason):
        """A second person said no."""

    @guard(_("The personal data of this record was erased; it is not changed any more."))
    def is_on_record(self):
        return self.erased_at is None and self.driver.erased_at is None

    @transition(
        state,
        State.APPLIED,
        State.UNDONE,
        conditions=[is_on_record],
        permission=may_undo,
        custom={"label": _("Undo"), "needs_reason": True, "grave": True},
    )
    def undo(self, *, by, reason, back):
        """``back`` has put the old value back. A part of ``services.undo``."""


class CorrectionChange(StateChange):
    """One line of the history of a correction."""

    correction = models.ForeignKey(Correction, models.CASCADE, related_name="changes")

    class Meta:
        verbose_name = _("step of a correction")
        verbose_name_plural = _("steps of a correction")
