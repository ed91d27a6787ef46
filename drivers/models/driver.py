from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django_fsm import transition
from phonenumber_field.modelfields import PhoneNumberField

from backoffice.audit.masking import mask_birthdate, mask_name, mask_phone, mask_vehicle_no
from backoffice.workflow.fields import StateField
from backoffice.workflow.models import StateChange, Stateful
from backoffice.workflow.reasons import refuse_empty_reason
from drivers.birthdates import validate_birthdate
from drivers.names import initials, name_key, suffixes
from drivers.phones import digits_of, national_digits, validate_mobile
from drivers.plates import plate_key
from drivers.signals import facts_changed

NAME_LENGTH, VEHICLE_LENGTH = 40, 20


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

    COOL_DOWN = timedelta(hours=24)  # after a code was read out (G11, G12)

    class Affiliation(models.TextChoices):
        COMPANY = "company", pgettext_lazy("affiliation", "company")
        OWNER = "owner", _("owner-driver")

    name = models.CharField(_("name"), max_length=NAME_LENGTH)
    phone = PhoneNumberField(
        _("phone"),
        unique=True,
        null=True,  # of one who withdrew and was erased, as is the birthdate
        validators=[validate_mobile],
        error_messages={"unique": _("Another driver already has this number.")},
    )
    birthdate = models.DateField(_("birthdate"), null=True, validators=[validate_birthdate])
    service_type = models.CharField(_("service type"), max_length=20, choices=ServiceType)
    affiliation = models.CharField(
        _("affiliation"), max_length=20, choices=Affiliation, default=Affiliation.COMPANY
    )
    company = models.CharField(_("company"), max_length=60, blank=True)
    vehicle_no = models.CharField(_("vehicle number"), max_length=VEHICLE_LENGTH, blank=True)
    state = StateField(
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
    # When a code was last read out to him: no second one, and no new number, for a day.
    code_read_at = models.DateTimeField(_("code read out at"), null=True, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, editable=False)
    erased_at = models.DateTimeField(_("erased at"), null=True, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    # Search keys, kept by save()
    name_key = models.CharField(max_length=NAME_LENGTH, editable=False)
    phone_last4 = models.CharField(max_length=4, editable=False)
    vehicle_key = models.CharField(max_length=VEHICLE_LENGTH, editable=False, blank=True)
    vehicle_last4 = models.CharField(max_length=4, editable=False, blank=True)

    class Meta:
        verbose_name = _("driver")
        verbose_name_plural = _("drivers")
        indexes = [
            models.Index(fields=["phone_last4"], name="driver_phone_last4"),  # search
            models.Index(fields=["vehicle_last4"], name="driver_vehicle_last4"),  # search
            # The list, filtered.
            models.Index(
                fields=["state", "-id"], condition=~Q(state="active"), name="driver_list_by_state"
            ),
            models.Index(fields=["service_type", "-id"], name="driver_list_by_service"),
            models.Index(  # the unlocking
                fields=["locked_until"],
                condition=Q(verification_state="locked"),
                name="driver_locked",
            ),
            models.Index(  # retention
                fields=["id"],
                condition=Q(state="withdrawn", erased_at=None),
                name="driver_to_erase",
            ),
        ]
        permissions = [
            ("correct_birthdate", "Can correct a birthdate"),
            ("correct_phone", "Can correct a phone number"),
            ("undo_correction", "Can undo somebody else's correction"),
            ("manage_driver", "Can suspend, reinstate and withdraw a driver"),
            ("reveal_driver", "Can see one masked field of a driver for a reason"),
            ("browse_driver", "Can list drivers without a search"),
        ]

    def __str__(self):
        if self.erased_at is not None:
            return gettext("erased driver #%(number)d") % {"number": self.pk}
        return f"{self.masked_name} {self.masked_phone}"

    def save(self, *args, **kwargs):
        self.set_search_keys()
        renamed = not Driver.objects.filter(pk=self.pk, name_key=self.name_key).exists()
        super().save(*args, **kwargs)
        if renamed:
            DriverName.objects.filter(driver=self).delete()
            DriverName.objects.bulk_create(DriverName.of(self))
        facts_changed.send(sender=Driver, driver=self)

    def set_search_keys(self):
        """Derive what search() looks at; save() does it, a bulk load has to call it."""
        # Some letters are several in a key: ㈜ is (주). A name is searched by its beginning, a
        # vehicle by its end, and the rest is left out.
        self.name_key = name_key(self.name)[:NAME_LENGTH]
        self.phone_last4 = self.phone_digits[-4:]
        self.vehicle_key = plate_key(self.vehicle_no)[-VEHICLE_LENGTH:]
        self.vehicle_last4 = digits_of(self.vehicle_no)[-4:]

    def last_change(self):
        # Only if it is what changed the row: an import leaves no line here.
        moves = self.changes.exclude(transition__in=["lock", "unlock"]).select_related("by")
        last = moves.order_by("-pk").first()
        last = last and (last.transition, last.by, last.at)
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

    # What decisions rest on

    def fingerprint(self):
        """Return what changes whenever the record does, and tells nothing of it."""
        names = ("name", "phone", "birthdate", "service_type", "affiliation", "company")
        values = [str(getattr(self, name)) for name in (*names, "vehicle_no", "state")]
        return salted_hmac("drivers.fingerprint", "\n".join(values)).hexdigest()[:16]

    # Verification

    @property
    def is_locked(self):
        """Whether codes are refused now; a lock ends by itself at ``locked_until``."""
        return self.verification_state == self.VerificationState.LOCKED and (
            self.locked_until is None or self.locked_until > timezone.now()
        )

    @property
    def unlocked_at(self):
        """When the last lock ended, or None if there was none or it still holds."""
        is_over = self.locked_until is not None and self.locked_until <= timezone.now()
        return self.locked_until if is_over else None

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
        custom={"label": _("Suspend"), "needs_reason": True, "grave": True},
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
        custom={"label": _("Withdraw"), "needs_reason": True, "grave": True, "final": True},
    )
    def withdraw(self, *, by, reason):
        """The driver has left the platform for good."""
        refuse_empty_reason(reason)
        self.withdrawn_at = timezone.now()


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
    tail = models.CharField(max_length=NAME_LENGTH)
    initials = models.CharField(max_length=NAME_LENGTH)

    class Meta:
        indexes = [
            # search(): LIKE 'x%' needs its own operator class on PostgreSQL; with the driver in
            # it all that a frequent name finds is read from the index alone.
            models.Index(
                fields=["tail", "driver"],
                opclasses=["varchar_pattern_ops", "int8_ops"],
                name="name_tail",
            ),
            models.Index(
                fields=["initials", "driver"],
                opclasses=["varchar_pattern_ops", "int8_ops"],
                name="name_initials",
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
