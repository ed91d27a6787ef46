from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from backoffice.workflow.models import StateChange, Stateful
from backoffice.workflow.reasons import refuse_empty_reason
from backoffice.workflow.transitions import system_only


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
        "cases.Case", models.PROTECT, related_name="approvals", verbose_name=_("support case")
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
