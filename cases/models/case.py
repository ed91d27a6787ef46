from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import transition
from phonenumber_field.modelfields import PhoneNumberField

from backoffice.audit.masking import mask_phone
from backoffice.workflow.fields import StateField
from backoffice.workflow.models import StateChange, Stateful
from backoffice.workflow.reasons import refuse_empty_reason
from backoffice.workflow.transitions import TransitionRefused, perform
from drivers.phones import national_digits

from . import guards
from .approval import Approval
from .consultation import ConsultationType
from .states import ENDS, Channel, Resolution, State

WORK = "cases.work_case"
LEAD = "cases.lead_case"


class Case(Stateful):
    """
    One inquiry about one driver, from the first word to its end (상담 건).

        new -> diagnosing -> info_corrected -> closed
                 ^   |  '-------. |              ^
                 |   '---------. \\|              |
                 '--------- escalated -----------'

    Closed is final: who calls again gets a new case, linked to this one.
    """

    State, Channel, Resolution, ENDS = State, Channel, Resolution, ENDS

    number = models.CharField(_("number"), max_length=15, unique=True, editable=False)
    # Made with the form, so that a form sent twice opens one case.
    request_key = models.UUIDField(null=True, unique=True, editable=False)
    state = StateField(
        _("state"), choices=State, default=State.NEW, protected=True, editable=False
    )
    driver = models.ForeignKey(
        "drivers.Driver",
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,  # case_of_driver serves it
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
    identity_lifted_at = models.DateTimeField(null=True, editable=False)
    previous_case = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="next_cases",
        verbose_name=_("previous case"),
    )
    recontact_no = models.PositiveSmallIntegerField(_("re-contact"), default=0, editable=False)
    # Whether the driver's record was corrected within the day before; kept, for the figures.
    follows_correction = models.BooleanField(
        _("after a correction"), default=False, editable=False
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        editable=False,
        related_name="+",
        verbose_name=_("created by"),
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, editable=False)
    # Since when nothing in it tells of a person any more; the figures stay.
    erased_at = models.DateTimeField(_("erased at"), null=True, editable=False)

    class Meta:
        verbose_name = _("support case")
        verbose_name_plural = _("support cases")
        indexes = [
            models.Index(  # the queues, and a driver's open cases
                fields=["owner", "-id"], condition=~Q(state="closed"), name="case_open_by_owner"
            ),
            models.Index(  # the queue of call-backs
                fields=["follow_up_at"],
                condition=Q(follow_up_at__isnull=False) & ~Q(state="closed"),
                name="case_open_by_call_back",
            ),
            models.Index(fields=["driver", "-id"], name="case_of_driver"),  # the driver's card
            models.Index(fields=["presented_phone"], name="case_presented_phone"),  # search
            # The list, filtered by one of many ends, or by days.
            models.Index(
                fields=["resolution", "-id"],
                condition=~Q(resolution=""),
                name="case_list_by_resolution",
            ),
            models.Index(fields=["created_at"], name="case_list_by_day"),
            models.Index(  # retention
                fields=["closed_at"],
                condition=Q(state="closed", erased_at=None),
                name="case_to_erase",
            ),
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
        return max(self.approvals.all(), key=lambda each: each.pk, default=None)

    @property
    def ends(self):
        """How it may end as it stands; not as corrected, if the change was cancelled or undone."""
        is_without = self.state == self.State.INFO_CORRECTED and not guards.has_correction(self)
        return self.ENDS.get(self.State.DIAGNOSING if is_without else self.state, set())

    def corrected(self, *, by):
        """Move this locked row to *info corrected*, if it is not there yet; return it anew."""
        if self.state == self.State.DIAGNOSING:
            return perform(self, "correct_info", by=by)
        self.save()
        return self

    # Moves

    ahead = None  # or what ``facts.read_ahead`` has read for this object

    def latest_identity_check(self):
        if self.ahead is not None:
            return self.ahead.identity_check
        return self.identity_checks.order_by("-pk").first()

    @transition(
        state,
        State.NEW,
        State.DIAGNOSING,
        conditions=[guards.has_driver_or_number],
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
        conditions=[guards.identity_is_verified, guards.has_correction],
        permission=WORK,
    )
    def correct_info(self, *, by):
        """The record was wrong and is right now. A part of ``services.correct_birthdate``."""

    @transition(
        state,
        [State.DIAGNOSING, State.INFO_CORRECTED],
        State.ESCALATED,
        conditions=[guards.has_no_pending_approval, guards.playbook_reached_escalation],
        permission=WORK,
        custom={"label": _("Escalate"), "needs_reason": True},
    )
    def escalate(self, *, by, reason):
        """Ask a team lead to hand the case to the department."""
        refuse_empty_reason(reason)
        from cases.approvals import ask

        self.department_answer = ""  # what it said to an earlier escalation
        self._end_walk()
        ask(Approval.Kind.ESCALATION, case=self, reason=reason, by=by)

    @transition(
        state,
        State.ESCALATED,
        target=None,
        conditions=[guards.request_has_ended],
        permission=WORK,
        custom={"label": _("Ask for the approval again"), "needs_reason": True, "quiet": True},
    )
    def ask_again(self, *, by, reason):
        """The request expired or became void; the case still waits for the department."""
        from cases.approvals import ask

        ask(Approval.Kind.ESCALATION, case=self, reason=reason, by=by)

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
        conditions=[guards.escalation_is_approved],
        permission=WORK,
        custom={"label": _("Record the department's answer"), "needs_reason": True},
    )
    def record_answer(self, *, by, reason):
        """Keep what the department said; ``reason`` is its answer."""
        refuse_empty_reason(reason)
        self.department_answer = reason

    @transition(
        state,
        [State.DIAGNOSING, State.INFO_CORRECTED, State.ESCALATED],
        target=None,
        permission=WORK,
        custom={"label": _("Record a call-back"), "needs_reason": True},
    )
    def record_call_back(self, *, by, reason):
        """The driver was told by telephone, because the text did not arrive (rule 4.5)."""
        refuse_empty_reason(reason)
        self.messages.filter(driver_told_at=None).update(driver_told_at=timezone.now())
        self.follow_up_at, self.follow_up_reason = None, ""

    # Whose it is

    def may_hand_over(self, user):
        """A team lead may hand over any case, an agent his own and one that nobody has."""
        is_his = self.owner_id is None or self.owner_id == user.pk
        return user.has_perm(LEAD) or (is_his and user.has_perm(WORK))

    @transition(
        state,
        [State.NEW, State.DIAGNOSING, State.INFO_CORRECTED, State.ESCALATED],
        target=None,
        conditions=[guards.has_no_owner],
        permission=WORK,
        custom={"label": _("Claim"), "quiet": True},
    )
    def claim(self, *, by):
        """Take a case that nobody has."""
        self.owner = by

    @transition(
        state,
        [State.NEW, State.DIAGNOSING, State.INFO_CORRECTED, State.ESCALATED],
        target=None,
        permission=may_hand_over,
        custom={"label": _("Hand over")},
    )
    def hand_over(self, *, by, to, reason=""):
        """Give the case to ``to``, a person who may work on cases."""
        if not (to.is_active and to.has_perm(WORK)):
            raise TransitionRefused(_("This person does not work on cases."))
        self.owner = to

    @transition(
        state,
        [State.DIAGNOSING, State.INFO_CORRECTED],
        target=None,
        conditions=[guards.has_failed_check],
        permission=LEAD,
        custom={
            "label": _("Lift the lock of the identity check"),
            "needs_reason": True,
            "quiet": True,
        },
    )
    def lift_identity_lock(self, *, by, reason):
        """Failed identity checks up to now do not count any more (G7)."""
        refuse_empty_reason(reason)
        guards.refuse_own_comparisons(self, by)
        self.identity_lifted_at = timezone.now()

    @transition(
        state,
        State.DIAGNOSING,
        State.CLOSED,
        conditions=[*guards.NOTHING_WAITS, guards.has_nothing_untold],
        permission=WORK,
        custom={"label": pgettext_lazy("move", "Close"), "needs_resolution": True},
    )
    @transition(
        state,
        State.INFO_CORRECTED,
        State.CLOSED,
        conditions=[*guards.NOTHING_WAITS, guards.driver_was_told],
        permission=WORK,
        custom={"label": pgettext_lazy("move", "Close"), "needs_resolution": True, "system": True},
    )
    @transition(
        state,
        State.ESCALATED,
        State.CLOSED,
        conditions=[
            guards.escalation_is_approved,
            guards.has_department_answer,
            guards.has_no_open_correction,
            guards.has_nothing_untold,
        ],
        permission=LEAD,
        custom={"label": pgettext_lazy("move", "Close"), "needs_resolution": True},
    )
    def close(self, *, by, resolution, reason=""):
        """End the case for good."""
        if resolution not in self.ends:
            raise TransitionRefused(_("A case in this state cannot end like that."))
        if resolution == self.Resolution.CODE_READ_OUT and not guards.code_was_read_out(self):
            raise TransitionRefused(str(guards.code_was_read_out.sentence))
        self.resolution = resolution
        self.closed_at = timezone.now()
        self._end_walk()
        self.follow_up_at, self.follow_up_reason = None, ""

    def _end_walk(self):
        self.walks.filter(ended_at=None).update(ended_at=timezone.now())


class CaseChange(StateChange):
    """One line of a case's history."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="changes")

    class Meta:
        verbose_name = _("case change")
        verbose_name_plural = _("case changes")
