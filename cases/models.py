from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import FSMField, transition
from phonenumber_field.modelfields import PhoneNumberField

from backoffice.audit.masking import mask_phone
from backoffice.sms.models import Message
from backoffice.workflow.models import StateChange, Stateful
from backoffice.workflow.transitions import TransitionRefused, guard, perform, system_only
from drivers.models import Correction, refuse_empty_reason
from drivers.phones import national_digits

WORK = "cases.work_case"
LEAD = "cases.lead_case"


class ConsultationType(models.Model):
    """
    A node of the tree by which inquiries are counted (상담유형).

    The manual's tree has 14 leaves. 출근/대기/수락/완료 is the name of one node.
    """

    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, verbose_name=_("parent")
    )
    name = models.CharField(_("name"), max_length=40)
    path = models.CharField(_("path"), max_length=200, unique=True, editable=False)
    is_leaf = models.BooleanField(_("can be chosen"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    SEPARATOR = " ▶ "

    class Meta:
        verbose_name = _("consultation type")
        verbose_name_plural = _("consultation types")

    def __str__(self):
        return self.path

    def save(self, *args, **kwargs):
        self.path = f"{self.parent.path}{self.SEPARATOR}{self.name}" if self.parent else self.name
        super().save(*args, **kwargs)


class CaseNumber(models.Model):
    """The last number given out in a year; its lock makes the next one unique."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self):
        return f"{self.year}: {self.last}"

    @classmethod
    def next(cls):
        """Return the next number of this year, such as C-2026-000012. Needs a transaction."""
        year = timezone.localdate().year
        cls.objects.get_or_create(year=year)
        counter = cls.objects.select_for_update().get(year=year)
        counter.last += 1
        counter.save()
        return f"C-{year}-{counter.last:06d}"


class Case(Stateful):
    """
    One inquiry about one driver, from the first word to its end (상담 건).

        new -> diagnosing -> info_corrected -> closed
                 ^   |  '-------. |              ^
                 |   '---------. \\|              |
                 '--------- escalated -----------'

    Closed is final: who calls again gets a new case, linked to this one.
    """

    class State(models.TextChoices):
        NEW = "new", _("new")
        DIAGNOSING = "diagnosing", _("diagnosing")
        INFO_CORRECTED = "info_corrected", _("info corrected")
        ESCALATED = "escalated", _("escalated")
        CLOSED = "closed", _("closed")

    class Channel(models.TextChoices):
        PHONE = "phone", _("telephone")
        MAIL = "mail", _("mail")

    class Resolution(models.TextChoices):
        GUIDED = "guided", _("self-check guided")
        WAIT_UNLOCK = "wait_unlock", _("waits for the unlock")
        CORRECTED = "corrected", _("corrected")
        CODE_READ_OUT = "code_read_out", _("code read out")
        ANSWERED = "answered", _("answered by the department")
        REFUSED_IDENTITY = "refused_identity", _("refused: risk of theft")
        NO_RESPONSE = "no_response", _("no response")
        DUPLICATE = "duplicate", _("duplicate")

    # How a case may end, by the state it is closed from.
    ENDS = {
        State.DIAGNOSING: {
            Resolution.GUIDED,
            Resolution.WAIT_UNLOCK,
            Resolution.REFUSED_IDENTITY,
            Resolution.NO_RESPONSE,
            Resolution.DUPLICATE,
        },
        State.INFO_CORRECTED: {Resolution.CORRECTED},
        State.ESCALATED: {Resolution.ANSWERED},
    }

    number = models.CharField(_("number"), max_length=15, unique=True, editable=False)
    state = FSMField(_("state"), choices=State, default=State.NEW, protected=True, editable=False)
    driver = models.ForeignKey(
        "drivers.Driver",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="cases",
        verbose_name=_("driver"),
    )
    channel = models.CharField(_("channel"), max_length=10, choices=Channel, default=Channel.PHONE)
    presented_phone = PhoneNumberField(
        _("presented number"),
        blank=True,
        help_text=_("The number the call came from, or that the mail names. Empty if withheld."),
    )
    consultation_type = models.ForeignKey(
        ConsultationType,
        models.PROTECT,
        limit_choices_to={"is_leaf": True},
        verbose_name=_("consultation type"),
    )
    note = models.TextField(_("note"), blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owner"),
    )
    resolution = models.CharField(
        _("resolution"), max_length=20, choices=Resolution, blank=True, editable=False
    )
    department_answer = models.TextField(_("department's answer"), blank=True, editable=False)
    follow_up_at = models.DateTimeField(_("call back at"), null=True, blank=True)
    follow_up_reason = models.CharField(_("reason for the call-back"), max_length=200, blank=True)
    called_back_at = models.DateTimeField(_("called back at"), null=True, editable=False)
    previous_case = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="next_cases",
        verbose_name=_("previous case"),
    )
    recontact_no = models.PositiveSmallIntegerField(_("re-contact"), default=0, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        editable=False,
        related_name="+",
        verbose_name=_("created by"),
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, editable=False)

    class Meta:
        verbose_name = _("support case")
        verbose_name_plural = _("support cases")
        indexes = [
            models.Index(  # the queues, and a driver's open cases
                fields=["owner", "-id"], condition=~Q(state="closed"), name="case_open_by_owner"
            ),
            models.Index(fields=["driver", "-id"], name="case_of_driver"),  # the driver's card
        ]
        permissions = [
            ("work_case", "Can work on cases"),
            ("lead_case", "Can return and close escalated cases"),
        ]

    def __str__(self):
        return self.number

    @property
    def is_closed(self):
        return self.state == self.State.CLOSED

    @property
    def masked_presented_phone(self):
        return mask_phone(national_digits(self.presented_phone))

    @property
    def latest_approval(self):
        return self.approvals.order_by("-pk").first()

    # Guards

    @guard(_("Record a driver or the presented number first."))
    def has_driver_or_number(self):
        return bool(self.driver_id or self.presented_phone)

    @guard(_("Check the caller's identity first; a check holds for a few minutes only."))
    def identity_is_verified(self):
        latest = self.identity_checks.order_by("-pk").first()
        return latest is not None and latest.holds_for(self)

    @guard(_("Nothing has been corrected in this case yet."))
    def has_correction(self):
        return self.corrections.filter(
            state__in=[Correction.State.APPLIED, Correction.State.SCHEDULED]
        ).exists()

    @guard(_("An approval is pending. Wait for the decision."))
    def has_no_pending_approval(self):
        return not self.approvals.filter(state=Approval.State.PENDING).exists()

    @guard(
        _("The text has not reached the driver yet. Wait for it, or call back and record that.")
    )
    def driver_was_told(self):
        texts = self.messages.filter(resent_as=None)
        delivered = Message.State.DELIVERED
        told = texts.exists() and not texts.exclude(state=delivered).exists()
        return told or self.called_back_at is not None

    @guard(_("The escalation has not been approved."))
    def escalation_is_approved(self):
        latest = self.latest_approval
        return latest is not None and latest.state == Approval.State.APPROVED

    @guard(_("Record the department's answer first."))
    def has_department_answer(self):
        return bool(self.department_answer)

    # Moves

    @transition(
        state,
        State.NEW,
        State.DIAGNOSING,
        conditions=[has_driver_or_number],
        permission=WORK,
        custom={"label": _("Start")},
    )
    def start(self, *, by):
        """Take the case and begin to look into it."""
        self.owner = by

    @transition(
        state,
        State.DIAGNOSING,
        State.INFO_CORRECTED,
        conditions=[identity_is_verified, has_correction],
        permission=WORK,
    )
    def correct_info(self, *, by):
        """The record was wrong and is right now. A part of ``services.correct_birthdate``."""
        self.called_back_at = None  # an earlier call-back told of an earlier correction

    @transition(
        state,
        [State.DIAGNOSING, State.INFO_CORRECTED],
        State.ESCALATED,
        conditions=[has_no_pending_approval],
        permission=WORK,
        custom={"label": _("Escalate"), "needs_reason": True},
    )
    def escalate(self, *, by, reason):
        """Ask a team lead to hand the case to the department."""
        refuse_empty_reason(reason)
        self.department_answer = ""  # what it said to an earlier escalation
        Approval.objects.create(
            case=self, kind=Approval.Kind.ESCALATION, reason=reason, requested_by=by
        )

    @transition(
        state,
        State.ESCALATED,
        State.DIAGNOSING,
        permission=LEAD,
        custom={"label": _("Return to the agent"), "needs_reason": True},
    )
    def return_to_agent(self, *, by, reason):
        """The agent goes on, with the department's answer or without. Rejects what is pending."""
        refuse_empty_reason(reason)
        latest = self.latest_approval
        if latest is not None and latest.state == Approval.State.PENDING:
            perform(latest, "reject", by=by, reason=reason)

    @transition(
        state,
        State.ESCALATED,
        target=None,
        conditions=[escalation_is_approved],
        permission=WORK,
        custom={"label": _("Record the department's answer"), "needs_reason": True},
    )
    def record_answer(self, *, by, reason):
        """Keep what the department said; ``reason`` is its answer."""
        refuse_empty_reason(reason)
        self.department_answer = reason

    @transition(
        state,
        State.INFO_CORRECTED,
        target=None,
        permission=WORK,
        custom={"label": _("Record a call-back"), "needs_reason": True},
    )
    def record_call_back(self, *, by, reason):
        """The driver was told by telephone, because the text did not arrive (rule 4.5)."""
        refuse_empty_reason(reason)
        self.called_back_at = timezone.now()
        self.follow_up_at, self.follow_up_reason = None, ""

    @transition(
        state,
        State.DIAGNOSING,
        State.CLOSED,
        conditions=[has_no_pending_approval],
        permission=WORK,
        custom={"label": pgettext_lazy("move", "Close"), "needs_resolution": True},
    )
    @transition(
        state,
        State.INFO_CORRECTED,
        State.CLOSED,
        conditions=[has_no_pending_approval, driver_was_told],
        permission=WORK,
        custom={"label": pgettext_lazy("move", "Close"), "needs_resolution": True, "system": True},
    )
    @transition(
        state,
        State.ESCALATED,
        State.CLOSED,
        conditions=[escalation_is_approved, has_department_answer],
        permission=LEAD,
        custom={"label": pgettext_lazy("move", "Close"), "needs_resolution": True},
    )
    def close(self, *, by, resolution, reason=""):
        """End the case for good."""
        if resolution not in self.ENDS[self.state]:
            raise TransitionRefused(_("A case in this state cannot end like that."))
        self.resolution = resolution
        self.closed_at = timezone.now()
        self.follow_up_at, self.follow_up_reason = None, ""


class CaseChange(StateChange):
    """One line of a case's history."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="changes")

    class Meta:
        verbose_name = _("case change")
        verbose_name_plural = _("case changes")


class IdentityCheck(models.Model):
    """
    How a caller was, or was not, shown to be the driver (본인 확인).

    The agent says what the caller said; the system compares and keeps only the
    result of each item. Written by ``services.check_identity``, never changed.
    """

    case = models.ForeignKey(
        Case, models.CASCADE, related_name="identity_checks", verbose_name=_("support case")
    )
    driver = models.ForeignKey(
        "drivers.Driver", models.PROTECT, related_name="+", verbose_name=_("driver")
    )
    number_matches = models.BooleanField(_("presented number is the driver's"))
    call_back_answered = models.BooleanField(_("call-back answered"))
    items = models.JSONField(_("compared items"))  # {"name": true, "vehicle_no": false}
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


class Approval(Stateful):
    """
    What an agent may not decide alone, for a second person to decide (팀장 승인).

        pending -> approved | rejected | expired | void

    Decided once, by somebody else than who asked, and never changed after.
    """

    class State(models.TextChoices):
        PENDING = "pending", _("pending")
        APPROVED = "approved", _("approved")
        REJECTED = "rejected", _("rejected")
        EXPIRED = "expired", _("expired")
        VOID = "void", _("void")

    class Kind(models.TextChoices):
        ESCALATION = "escalation", _("escalation")

    case = models.ForeignKey(
        Case, models.PROTECT, related_name="approvals", verbose_name=_("support case")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    reason = models.CharField(_("reason"), max_length=500)
    state = FSMField(
        _("state"), choices=State, default=State.PENDING, protected=True, editable=False
    )
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("requested by")
    )
    requested_at = models.DateTimeField(_("requested at"), auto_now_add=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)

    class Meta:
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(state="pending"), name="one_pending_approval"
            )
        ]
        permissions = [("decide_approval", "Can decide approvals")]

    def __str__(self):
        return f"{self.get_kind_display()} {self.case}"

    def may_decide(self, user):
        """A team lead who did not ask for it himself; superusers are bound as well."""
        return user.has_perm("cases.decide_approval") and user != self.requested_by

    @transition(
        state,
        State.PENDING,
        State.APPROVED,
        permission=may_decide,
        custom={"label": _("Approve"), "needs_reason": True},
    )
    def approve(self, *, by, reason):
        """A second person agrees."""
        self._decided(by, reason)

    @transition(
        state,
        State.PENDING,
        State.REJECTED,
        permission=may_decide,
    )
    def reject(self, *, by, reason):
        """A second person does not agree. A part of the case's ``return_to_agent``."""
        self._decided(by, reason)

    @transition(
        state,
        State.PENDING,
        State.EXPIRED,
        permission=system_only,
        custom={"system": True},
    )
    def expire(self, *, by):
        """Nobody decided in time."""

    @transition(
        state,
        State.PENDING,
        State.VOID,
        permission=system_only,
        custom={"system": True},
    )
    def make_void(self, *, by, reason):
        """A fact it was asked on has changed."""

    def _decided(self, by, reason):
        refuse_empty_reason(reason)
        self.decided_by = by
        self.decided_at = timezone.now()


class ApprovalChange(StateChange):
    """One line of an approval's history."""

    approval = models.ForeignKey(Approval, models.CASCADE, related_name="changes")

    class Meta:
        verbose_name = _("approval change")
        verbose_name_plural = _("approval changes")
