from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import FSMField, transition
from phonenumber_field.modelfields import PhoneNumberField
from phonenumber_field.phonenumber import PhoneNumber

from backoffice.audit.masking import mask_birthdate, mask_name, mask_phone, mask_vehicle_no
from backoffice.workflow.models import StateChange, Stateful
from backoffice.workflow.transitions import TransitionRefused, system_only

from .birthdates import validate_birthdate
from .names import initials, name_key, suffixes
from .phones import digits_of, national_digits, parse_phone, validate_mobile


class Driver(Stateful):
    """
    A driver as the platform knows him: what agents look up and correct.

        active <-> suspended
          '-----------'----> withdrawn

    Phone and birthdate are what he logs in with. They change through a
    ``Correction`` only, see ``services``.
    """

    class State(models.TextChoices):
        ACTIVE = "active", pgettext_lazy("driver account", "active")
        SUSPENDED = "suspended", _("suspended")
        WITHDRAWN = "withdrawn", _("withdrawn")

    class VerificationState(models.TextChoices):
        OPEN = "open", _("open")
        LOCKED = "locked", _("locked")

    class ServiceType(models.TextChoices):
        # The manual's own seven, in its order and its words.
        GENERAL = "일반", "일반"
        BLUE_PARTNERS = "블루파트너스", "블루파트너스"
        DELUXE = "모범", "모범"
        VENTI = "벤티", "벤티"
        BLACK = "블랙", "블랙"
        PET = "펫", "펫"
        BUSINESS = "업무", "업무"

    class Affiliation(models.TextChoices):
        COMPANY = "company", pgettext_lazy("affiliation", "company")
        OWNER = "owner", _("owner-driver")

    name = models.CharField(_("name"), max_length=40)
    phone = PhoneNumberField(
        _("phone"),
        unique=True,
        validators=[validate_mobile],
        error_messages={"unique": _("Another driver already has this number.")},
    )
    birthdate = models.DateField(_("birthdate"), validators=[validate_birthdate])
    service_type = models.CharField(_("service type"), max_length=20, choices=ServiceType)
    affiliation = models.CharField(
        _("affiliation"), max_length=20, choices=Affiliation, default=Affiliation.COMPANY
    )
    company = models.CharField(_("company"), max_length=60, blank=True)
    vehicle_no = models.CharField(_("vehicle number"), max_length=20, blank=True)
    state = FSMField(
        _("account"), choices=State, default=State.ACTIVE, protected=True, editable=False
    )
    verification_state = models.CharField(
        _("verification"),
        max_length=20,
        choices=VerificationState,
        default=VerificationState.OPEN,
        editable=False,
    )
    locked_until = models.DateTimeField(_("locked until"), null=True, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    # Search keys, kept by save()
    name_key = models.CharField(max_length=40, editable=False)
    phone_last4 = models.CharField(max_length=4, editable=False)
    vehicle_key = models.CharField(max_length=20, editable=False, blank=True)
    vehicle_last4 = models.CharField(max_length=4, editable=False, blank=True)

    class Meta:
        verbose_name = _("driver")
        verbose_name_plural = _("drivers")
        indexes = [
            models.Index(fields=["phone_last4"], name="driver_phone_last4"),  # search
            models.Index(fields=["vehicle_last4"], name="driver_vehicle_last4"),  # search
        ]
        permissions = [
            ("correct_birthdate", "Can correct a birthdate"),
            ("correct_phone", "Can correct a phone number"),
            ("undo_correction", "Can undo somebody else's correction"),
            ("manage_driver", "Can suspend, reinstate and withdraw a driver"),
        ]

    def __str__(self):
        return f"{self.masked_name} {self.masked_phone}"

    def save(self, *args, **kwargs):
        self.set_search_keys()
        renamed = not Driver.objects.filter(pk=self.pk, name_key=self.name_key).exists()
        super().save(*args, **kwargs)
        if renamed:
            DriverName.objects.filter(driver=self).delete()
            DriverName.objects.bulk_create(DriverName.of(self))

    def set_search_keys(self):
        """Derive what search() looks at; save() does it, a bulk load has to call it."""
        self.name_key = name_key(self.name)
        self.phone_last4 = self.phone_digits[-4:]
        self.vehicle_key = name_key(self.vehicle_no)
        self.vehicle_last4 = digits_of(self.vehicle_no)[-4:]

    def last_change(self):
        # Only if it is what changed the row: an edit of a plain field leaves no line here.
        last = super().last_change()
        correction = self.corrections.select_related("requested_by").order_by("-pk").first()
        if correction and (last is None or correction.requested_at > last[2]):
            last = ("correct", correction.requested_by, correction.requested_at)
        return last if last and self.updated_at - last[2] < timedelta(seconds=1) else None

    # How it is shown

    @property
    def phone_digits(self):
        return national_digits(self.phone)

    @property
    def masked_name(self):
        return mask_name(self.name)

    @property
    def masked_phone(self):
        return mask_phone(self.phone_digits)

    @property
    def masked_birthdate(self):
        return mask_birthdate(self.birthdate)

    @property
    def masked_vehicle_no(self):
        return mask_vehicle_no(self.vehicle_no)

    # What a correction does

    def take(self, correction):
        """Hold ``correction``'s new value; its driver's row has to be locked."""
        setattr(self, correction.field, correction.new)
        self.save()

    # The account's moves

    @transition(
        state,
        State.ACTIVE,
        State.SUSPENDED,
        permission="drivers.manage_driver",
        custom={"label": _("Suspend"), "needs_reason": True},
    )
    def suspend(self, *, by, reason):
        """Take the driver off the platform for now."""
        refuse_empty_reason(reason)

    @transition(
        state,
        State.SUSPENDED,
        State.ACTIVE,
        permission="drivers.manage_driver",
        custom={"label": _("Reinstate"), "needs_reason": True},
    )
    def reinstate(self, *, by, reason):
        """Let a suspended driver work again."""
        refuse_empty_reason(reason)

    @transition(
        state,
        [State.ACTIVE, State.SUSPENDED],
        State.WITHDRAWN,
        permission="drivers.manage_driver",
        custom={"label": _("Withdraw"), "needs_reason": True},
    )
    def withdraw(self, *, by, reason):
        """The driver has left the platform for good."""
        refuse_empty_reason(reason)


def refuse_empty_reason(reason):
    """:raises TransitionRefused: nothing was written where a reason is asked for"""
    if not (reason or "").strip():
        raise TransitionRefused(_("Say why; the reason goes into the history."))


class DriverChange(StateChange):
    """One line of the history of a driver's account."""

    driver = models.ForeignKey(Driver, models.CASCADE, related_name="changes")

    class Meta:
        verbose_name = _("account change")
        verbose_name_plural = _("account changes")


class DriverName(models.Model):
    """
    A tail of a driver's name and its initials, so that a part of a name is found by index.

    홍길동 has three: 홍길동, 길동, 동. Whatever part somebody types is the
    beginning of one of them.
    """

    driver = models.ForeignKey(Driver, models.CASCADE, related_name="names")
    tail = models.CharField(max_length=40)
    initials = models.CharField(max_length=40)

    class Meta:
        indexes = [
            # search(): LIKE 'x%' needs its own operator class on PostgreSQL.
            models.Index(fields=["tail"], opclasses=["varchar_pattern_ops"], name="name_tail"),
            models.Index(
                fields=["initials"], opclasses=["varchar_pattern_ops"], name="name_initials"
            ),
        ]

    def __str__(self):
        return mask_name(self.tail)

    @classmethod
    def of(cls, driver):
        """Return the unsaved rows for ``driver``."""
        return [
            cls(driver=driver, tail=tail, initials=initials(tail))
            for tail in suffixes(driver.name_key)
        ]


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
    state = FSMField(
        _("state"), choices=State, default=State.REQUESTED, protected=True, editable=False
    )
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("requested by")
    )
    requested_at = models.DateTimeField(_("requested at"), auto_now_add=True)
    apply_at = models.DateTimeField(_("apply at"), null=True)
    applied_at = models.DateTimeField(_("applied at"), null=True)
    undoes = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="undone_by", verbose_name=_("undoes")
    )

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

    def __str__(self):
        return f"{self.get_field_display()} #{self.pk}"

    @staticmethod
    def as_text(value):
        """Return a date or a ``PhoneNumber`` as it is stored here."""
        return national_digits(value) if isinstance(value, PhoneNumber) else value.isoformat()

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
        custom={"label": _("Cancel"), "needs_reason": True},
    )
    def cancel(self, *, by, reason):
        """Not wanted any more."""
        refuse_empty_reason(reason)

    @transition(
        state, State.REQUESTED, State.REJECTED, permission=system_only, custom={"system": True}
    )
    def reject(self, *, by, reason):
        """A second person said no."""

    @transition(
        state,
        State.APPLIED,
        State.UNDONE,
        permission=may_undo,
        custom={"label": _("Undo"), "needs_reason": True},
    )
    def undo(self, *, by, reason, back):
        """``back`` has put the old value back. A part of ``services.undo``."""


class CorrectionChange(StateChange):
    """One line of the history of a correction."""

    correction = models.ForeignKey(Correction, models.CASCADE, related_name="changes")

    class Meta:
        verbose_name = _("step of a correction")
        verbose_name_plural = _("steps of a correction")
