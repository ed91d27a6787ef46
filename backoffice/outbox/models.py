import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .wire import InDoubt, NotTaken

LONGEST_WAIT = 3600  # seconds; nobody's Retry-After holds a text back for longer

# What is worth knowing also when the row has moved on without it.
LATE_FACTS = {"provider_id", "gateway"}


class DeliveryQuerySet(models.QuerySet):
    def due(self, now):
        """Waiting rows whose time has come, oldest first."""
        return self.filter(state=Delivery.State.QUEUED, not_before__lte=now).order_by(
            "not_before", "pk"
        )

    def abandoned(self, now):
        """Rows on the wire whose worker has been silent for longer than its lease."""
        return self.filter(
            state=Delivery.State.SENDING, claimed_at__lt=now - settings.OUTBOX_LEASE
        )

    def too_old(self, now):
        """Waiting rows that would only confuse if they went out now."""
        return self.filter(
            state=Delivery.State.QUEUED, queued_at__lt=now - settings.OUTBOX_TOO_OLD
        )

    def needing_a_person(self):
        """Rows that no machine will bring to a good end."""
        return self.filter(state__in=Delivery.NEED_A_PERSON, resent_as=None)


class Delivery(models.Model):
    """
    Something that is to leave the house once: a text, a post.

        queued -> sending -> accepted -> delivered | undelivered
          ^          |-> unknown  (it may have been taken)
          |          '-> failed   (it never will be)
          '----------'            (surely not taken, and a retry makes sense)

    The row is the truth. A worker claims it and commits before it touches the
    wire, so a worker that dies leaves ``sending``, which the sweep turns into
    ``unknown``; an unknown row is never sent again by itself. Nothing moves
    backwards. Subclasses say how to hand over, and have a ``changes`` history.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("queued")
        SENDING = "sending", _("sending")
        ACCEPTED = "accepted", _("accepted")
        DELIVERED = "delivered", _("delivered")
        UNDELIVERED = "undelivered", _("undelivered")
        FAILED = "failed", _("failed")
        UNKNOWN = "unknown", _("unknown")

    MOVES = {
        State.QUEUED: {State.SENDING, State.FAILED},
        State.SENDING: {
            State.QUEUED,
            State.ACCEPTED,
            State.DELIVERED,
            State.UNDELIVERED,
            State.FAILED,
            State.UNKNOWN,
        },
        State.UNKNOWN: {State.ACCEPTED, State.DELIVERED, State.UNDELIVERED, State.FAILED},
        State.ACCEPTED: {State.DELIVERED, State.UNDELIVERED},
        State.DELIVERED: set(),
        State.UNDELIVERED: set(),
        State.FAILED: set(),
    }
    ON_ITS_WAY = (State.QUEUED, State.SENDING, State.ACCEPTED)
    NEED_A_PERSON = (State.UNKNOWN, State.FAILED, State.UNDELIVERED)

    reference = models.UUIDField(_("reference"), default=uuid.uuid4, unique=True, editable=False)
    # What one decision of a person asks for; the same intent cannot be queued twice.
    intent = models.CharField(_("intent"), max_length=100, unique=True, editable=False)
    state = models.CharField(
        _("state"), max_length=20, choices=State, default=State.QUEUED, editable=False
    )
    reason = models.CharField(_("reason"), max_length=60, blank=True)  # our word for why
    detail = models.CharField(_("detail"), max_length=300, blank=True)  # the other side's words
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    gateway = models.CharField(_("gateway"), max_length=20, blank=True)
    provider_id = models.CharField(_("provider's id"), max_length=100, blank=True)
    answer = models.JSONField(_("raw answer"), null=True, blank=True)
    claim = models.UUIDField(null=True, editable=False)  # of the worker that has it now
    # A person decided to send again: a new row, so that each has one story.
    resend_of = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="resent_as",
        verbose_name=_("sent again for"),
    )
    not_before = models.DateTimeField(_("not before"), default=timezone.now)
    queued_at = models.DateTimeField(_("queued at"), default=timezone.now)
    claimed_at = models.DateTimeField(_("on the wire since"), null=True)
    accepted_at = models.DateTimeField(_("accepted at"), null=True)
    settled_at = models.DateTimeField(_("settled at"), null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        abstract = True
        indexes = [
            models.Index(  # claim_next()
                fields=["not_before", "id"],
                condition=Q(state="queued"),
                name="%(class)s_due",
            ),
            models.Index(  # the sweep
                fields=["claimed_at"], condition=Q(state="sending"), name="%(class)s_sending"
            ),
            models.Index(  # the list of what waits for a person
                fields=["-id"],
                condition=Q(state__in=["unknown", "failed", "undelivered"]),
                name="%(class)s_for_a_person",
            ),
            models.Index(fields=["provider_id"], name="%(class)s_provider_id"),  # reports
        ]

    # What subclasses do

    def hand_over(self):
        """
        Give this to the other side, once, and return its answer (an ``Accepted``).

        Called without an open transaction.

        :raises NotTaken: the other side surely does not have it
        :raises InDoubt: it may have it
        """
        raise NotImplementedError

    # What happens to a row

    @classmethod
    def claim_next(cls):
        """
        Take the next due row for this worker and commit, or return None.

        Two workers never get the same row: PostgreSQL skips locked rows, SQLite
        has one writer at a time.
        """
        now = timezone.now()
        with transaction.atomic():
            row = cls.objects.due(now).select_for_update(skip_locked=True).first()
            if row is None:
                return None
            row.claim = uuid.uuid4()
            row.claimed_at = now
            row.attempts += 1
            row._moved_to(cls.State.SENDING)
            row.save()
        return row

    def advance(self, to, *, claim=None, source=None, **facts):
        """
        Bring the stored row to the state ``to`` if that is forward, and say if it was.

        :param claim: of the worker that records; if another worker has the row by
            now, nothing is changed
        :param source: the state in which the row was seen; if it has left it,
            nothing is changed
        :param facts: fields to set. Where the state has moved on already, as when a
            report overtakes the acceptance, only the provider's id is still taken
        :returns: whether the state changed
        """
        with transaction.atomic():
            row = type(self).objects.select_for_update().get(pk=self.pk)
            if claim is not None and row.claim != claim:
                return False
            if source is not None and row.state != source:
                return False
            moves = to in self.MOVES[row.state]
            for name, value in facts.items():
                if moves or (name in LATE_FACTS and not getattr(row, name)):
                    setattr(row, name, value)
            if moves:
                row._moved_to(to)
            row.save()
        return moves

    def _moved_to(self, state):
        self.changes.create(
            transition=state, source=self.state, target=state, note=self.detail or self.reason
        )
        self.state = state
        if state == self.State.ACCEPTED:
            self.accepted_at = timezone.now()
        if state not in self.ON_ITS_WAY:
            self.settled_at = timezone.now()

    # What the dispatcher records

    def record_accepted(self, accepted):
        return self.advance(
            self.State.ACCEPTED,
            claim=self.claim,
            provider_id=accepted.provider_id[:100],
            answer=accepted.answer,
            reason="",
            detail="",
        )

    def record_refusal(self, refusal: NotTaken):
        facts = {
            "claim": self.claim,
            "reason": refusal.reason,
            "detail": str(refusal)[:300],
            "answer": refusal.answer,
        }
        if refusal.permanent:
            return self.advance(self.State.FAILED, **facts)
        waits = settings.OUTBOX_RETRY_WAITS
        asked = min(refusal.retry_after or 0, LONGEST_WAIT)
        wait = max(waits[min(self.attempts, len(waits)) - 1], asked)
        not_before = timezone.now() + timedelta(seconds=wait)
        return self.advance(self.State.QUEUED, not_before=not_before, **facts)

    def record_doubt(self, doubt: InDoubt):
        return self.advance(
            self.State.UNKNOWN,
            claim=self.claim,
            reason=doubt.reason,
            detail=str(doubt)[:300],
            answer=doubt.answer,
        )
