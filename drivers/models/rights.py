from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from backoffice.workflow.fields import StateField
from backoffice.workflow.models import StateChange, Stateful
from backoffice.workflow.reasons import refuse_empty_reason
from backoffice.workflow.transitions import TransitionRefused, guard

from .correction import Correction
from .driver import Driver

TAKE = "drivers.add_rightsrequest"
ANSWER = "drivers.answer_rights"
NOBODY = _("The personal data of this driver was erased; there is nothing to show.")


def last_day(received_on):
    """Return the day by which what came in on ``received_on`` has to be answered (영41, 영43)."""
    return received_on + timedelta(days=settings.RIGHTS_DAYS)


def not_in_the_future(day):
    """:raises ValidationError: nothing is received tomorrow"""
    if day > timezone.localdate():
        raise ValidationError(_("This day is still to come."))


class RightsRequestQuerySet(models.QuerySet):
    def open(self):
        """Those that wait for an answer."""
        return self.filter(state=RightsRequest.State.RECEIVED)

    def overdue(self):
        """Those whose last day has passed."""
        return self.open().filter(due_on__lt=timezone.localdate())


class RightsRequest(Stateful):
    """
    What a driver asks for by law about his own data: to see it, to put it right (권리 요구).

        received -> answered | refused

    Answered within RIGHTS_DAYS, and to nobody but the driver or his proxy, which has to
    be checked for each request (개인정보 보호법 시행령 제46조).
    """

    class State(models.TextChoices):
        RECEIVED = "received", _("received")
        ANSWERED = "answered", _("answered")
        REFUSED = "refused", _("refused")

    class Kind(models.TextChoices):
        ACCESS = "access", _("access")
        CORRECTION = "correction", _("correction or deletion")
        STOP = "stop", _("stop of the processing")

    class Requester(models.TextChoices):
        DRIVER = "driver", _("the driver himself")
        PROXY = "proxy", _("a proxy")

    class Check(models.TextChoices):
        # Not by comparing what somebody says: that is for cases, where misses are counted.
        CALL_BACK = "call_back", _("call-back to the number on record")
        PAPERS = "papers", _("identity card shown at the centre")

    driver = models.ForeignKey(
        Driver,
        models.PROTECT,
        null=True,  # of one that was erased
        related_name="rights_requests",
        verbose_name=_("driver"),
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    requester = models.CharField(
        _("requester"), max_length=10, choices=Requester, default=Requester.DRIVER
    )
    note = models.TextField(_("what exactly"), blank=True)
    state = StateField(
        _("state"), choices=State, default=State.RECEIVED, protected=True, editable=False
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        editable=False,
        related_name="+",
        verbose_name=_("received by"),
    )
    received_on = models.DateField(
        _("received on"), default=timezone.localdate, validators=[not_in_the_future]
    )
    due_on = models.DateField(_("to be answered by"), editable=False)
    checked_as = models.CharField(_("checked by"), max_length=10, choices=Check, blank=True)
    checked_at = models.DateTimeField(_("checked at"), null=True)
    has_mandate = models.BooleanField(_("letter of attorney seen"), default=False)
    copies = models.PositiveSmallIntegerField(_("copies printed"), default=0, editable=False)
    answered_at = models.DateTimeField(_("answered at"), null=True)
    answer = models.CharField(_("answer given"), max_length=500, blank=True)
    erased_at = models.DateTimeField(_("erased at"), null=True, editable=False)

    objects = RightsRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("rights request")
        verbose_name_plural = _("rights requests")
        indexes = [
            models.Index(  # the list of what is open, the overdue first
                fields=["due_on"], condition=Q(state="received"), name="rights_open"
            )
        ]
        permissions = [("answer_rights", "Can answer and refuse rights requests")]

    def __str__(self):
        return f"{self.get_kind_display()} #{self.pk}"

    def save(self, *args, **kwargs):
        if self._state.adding:
            self.due_on = last_day(self.received_on)
        super().save(*args, **kwargs)

    @property
    def is_overdue(self):
        return self.state == self.State.RECEIVED and self.due_on < timezone.localdate()

    # Conditions

    @guard(_("Check first that the requester is the driver or his proxy."))
    def requester_is_checked(self):
        return self.checked_at is not None

    @guard(NOBODY)
    def driver_is_on_record(self):
        return self.driver is not None and self.driver.erased_at is None

    @guard(_("Print the result first; it is what the requester gets."))
    def result_was_made(self):
        return self.kind != self.Kind.ACCESS or self.copies > 0

    @guard(_("A correction of this driver is still open. Finish or cancel that one first."))
    def record_is_settled(self):
        open_states = [Correction.State.REQUESTED, Correction.State.SCHEDULED]
        corrects = self.kind == self.Kind.CORRECTION
        return not (corrects and self.driver.corrections.filter(state__in=open_states).exists())

    # Moves

    @transition(
        state,
        State.RECEIVED,
        target=None,
        permission=TAKE,
        custom={"label": _("Record the check of the requester")},
    )
    def check_requester(self, *, by, checked_as, has_mandate):
        """Somebody made sure who asks; a proxy shows his letter of attorney (위임장)."""
        is_proxy = self.requester == self.Requester.PROXY
        if is_proxy and not has_mandate:
            raise TransitionRefused(_("A proxy has to show his letter of attorney."))
        # A driver has none for himself, whatever was ticked; it would stand on his paper.
        self.checked_as, self.has_mandate = checked_as, is_proxy and has_mandate
        self.checked_at = timezone.now()

    @transition(
        state,
        State.RECEIVED,
        target=None,
        conditions=[requester_is_checked, driver_is_on_record],
        permission=ANSWER,
    )
    def make_result(self, *, by, reason):
        """One more copy is made. A part of ``rights.services.make_result``."""
        refuse_empty_reason(reason)
        self.copies += 1

    @transition(
        state,
        State.RECEIVED,
        State.ANSWERED,
        conditions=[requester_is_checked, result_was_made, record_is_settled],
        permission=ANSWER,
        custom={"label": _("Record the answer"), "needs_reason": True},
    )
    def give_answer(self, *, by, reason):
        """The requester has the result; ``reason`` says how he got it."""
        self._end(reason)

    @transition(
        state,
        State.RECEIVED,
        State.REFUSED,
        permission=ANSWER,
        custom={"label": _("Refuse"), "needs_reason": True, "grave": True},
    )
    def refuse(self, *, by, reason):
        """The requester is told why not, and how to object."""
        self._end(reason)

    def _end(self, reason):
        refuse_empty_reason(reason)
        self.answer = reason
        self.answered_at = timezone.now()


class RightsRequestChange(StateChange):
    """One line of the history of a rights request."""

    rights_request = models.ForeignKey(RightsRequest, models.CASCADE, related_name="changes")

    class Meta:
        verbose_name = _("step of a rights request")
        verbose_name_plural = _("steps of a rights request")
