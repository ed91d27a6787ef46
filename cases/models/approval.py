from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from backoffice.workflow.fields import StateField
from backoffice.workflow.models import StateChange, Stateful
from backoffice.workflow.reasons import refuse_empty_reason
from backoffice.workflow.transitions import guard, system_only


def in_due_time():
    """Return when a request that nobody decides ends."""
    return timezone.now() + timedelta(hours=settings.APPROVAL_HOURS)


class ApprovalQuerySet(models.QuerySet):
    def pending(self):
        """Those that wait for a decision."""
        return self.filter(state=Approval.State.PENDING)

    def with_people(self):
        """With those who asked and decided."""
        return self.select_related("requested_by", "decided_by")


class Approval(Stateful):
    """
    What an agent may not decide alone, for a second person to decide (팀장 승인).

        pending -> approved | rejected | expired | void

    Decided once, by somebody else than who asked, and never changed after. ``facts``
    are those it was asked on; ``cases.approvals`` makes it void when one of them changes.
    """

    class State(models.TextChoices):
        PENDING = "pending", _("pending")
        APPROVED = "approved", _("approved")
        REJECTED = "rejected", _("rejected")
        EXPIRED = "expired", _("expired")
        VOID = "void", _("void")

    class Kind(models.TextChoices):
        ESCALATION = "escalation", _("escalation")
        CODE_READ_OUT = "code_read_out", _("code read-out")
        SENSITIVE_CORRECTION = "sensitive_correction", _("sensitive correction")

    case = models.ForeignKey(
        "cases.Case",
        models.PROTECT,
        null=True,  # a correction that was asked for on the driver's own page
        related_name="approvals",
        verbose_name=_("support case"),
    )
    driver = models.ForeignKey(
        "drivers.Driver",
        models.PROTECT,
        null=True,
        related_name="approvals",
        verbose_name=_("driver"),
    )
    correction = models.OneToOneField(
        "drivers.Correction",
        models.PROTECT,
        null=True,
        related_name="approval",
        verbose_name=_("correction"),
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    reason = models.CharField(_("reason"), max_length=500)
    state = StateField(
        _("state"), choices=State, default=State.PENDING, protected=True, editable=False
    )
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("requested by")
    )
    requested_at = models.DateTimeField(_("requested at"), auto_now_add=True)
    expires_at = models.DateTimeField(_("expires at"), default=in_due_time)
    facts = models.JSONField(_("facts"), default=dict)  # by name; none is a personal datum
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)  # or ended by itself
    decision = models.CharField(_("reason of the decision"), max_length=500, blank=True)
    # Of a code read-out: when the lead saw the code. Once.
    used_at = models.DateTimeField(_("read out at"), null=True)
    erased_at = models.DateTimeField(_("erased at"), null=True, editable=False)

    objects = ApprovalQuerySet.as_manager()

    class Meta:
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(state="pending"), name="one_pending_approval"
            )
        ]
        indexes = [
            models.Index(  # the leads' queue, and what a change may make void
                fields=["driver", "id"], condition=Q(state="pending"), name="approval_pending"
            ),
            models.Index(  # the caps of the read-out (G11)
                fields=["used_at"], condition=Q(used_at__isnull=False), name="approval_used"
            ),
            models.Index(fields=["requested_at"], name="approval_by_day"),  # the figures
            # The list, filtered.
            models.Index(
                fields=["state", "-id"],
                condition=~Q(state="approved"),
                name="approval_list_by_state",
            ),
            models.Index(fields=["kind", "-id"], name="approval_list_by_kind"),
        ]
        permissions = [("decide_approval", "Can decide approvals")]

    def __str__(self):
        return f"{self.get_kind_display()} {self.case or self.driver or _('erased')}"

    @property
    def is_pending(self):
        return self.state == self.State.PENDING

    @property
    def is_overdue(self):
        return self.is_pending and self.expires_at <= timezone.now()

    @property
    def is_too_old_to_read(self):
        """Whether a read-out was approved, but so long ago that the driver may have gone."""
        lasts = timedelta(minutes=settings.READ_OUT_MINUTES)
        return self.state == self.State.APPROVED and self.decided_at + lasts < timezone.now()

    def may_decide(self, user):
        """A team lead who did not ask for it himself; superusers are bound as well."""
        return user.has_perm("cases.decide_approval") and user != self.requested_by

    @guard(_("It was not decided in time. Ask again if it is still needed."))
    def is_in_time(self):
        return not self.is_overdue

    @guard(_("A fact it was asked on has changed. Ask again if it is still needed."))
    def facts_hold(self):
        from cases.approvals import changed_facts

        return not changed_facts(self)

    @transition(
        state,
        State.PENDING,
        State.APPROVED,
        conditions=[is_in_time, facts_hold],
        permission=may_decide,
        custom={"label": _("Approve"), "needs_reason": True},
    )
    def approve(self, *, by, reason):
        """A second person agrees. A part of ``approvals.decide``, which does what was asked."""
        self._decided(by, reason)

    @transition(
        state,
        State.PENDING,
        State.REJECTED,
        permission=may_decide,
        custom={"label": _("Reject"), "needs_reason": True, "grave": True},
    )
    def reject(self, *, by, reason):
        """A second person does not agree. A part of ``approvals.decide``."""
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
        self._ended(_("Nobody decided in time."))

    @transition(
        state,
        State.PENDING,
        State.VOID,
        permission=system_only,
        custom={"system": True},
    )
    def make_void(self, *, by, reason):
        """A fact it was asked on has changed."""
        self._ended(reason)

    def _decided(self, by, reason):
        refuse_empty_reason(reason)
        self.decided_by = by
        self._ended(reason)

    def _ended(self, why):
        self.decided_at = timezone.now()
        self.decision = str(why)[:500]


class ApprovalChange(StateChange):
    """One line of an approval's history."""

    approval = models.ForeignKey(Approval, models.CASCADE, related_name="changes")

    class Meta:
        verbose_name = _("approval change")
        verbose_name_plural = _("approval changes")
