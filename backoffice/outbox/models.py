import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from . import bulk, journal
from .querying import DeliveryQuerySet
from .standing import Heartbeat, Hold, Lease
from .wire import Accepted, InDoubt, NotTaken

__all__ = ["Delivery", "DeliveryQuerySet", "Heartbeat", "Hold", "Lease"]

LONGEST_WAIT = 3600  # seconds; nobody's Retry-After holds a text back for longer

# What is worth knowing also when the row has moved on without it.
LATE_FACTS = {"provider_id", "gateway"}
# The other side's words, which may name a person.
TELLING_FACTS = {"answer", "detail"}


class Delivery(models.Model):
    """
    Something that is to leave the house once: a text, a post.

        queued -> sending -> accepted -> delivered | undelivered
          ^          |-> unknown  (it may have been taken)
          |          '-> failed   (it never will be)
          '----------'            (surely not taken, and a retry makes sense)

    The row is the truth. A worker leases it, which runs out by itself, and commits
    ``sending`` before it touches the wire; so a worker that dies gives back what it had
    leased, and the sweep turns what it had on the wire into ``unknown``. An unknown row
    is never sent again by itself. Nothing moves backwards. Subclasses say how to hand
    over, and have a ``changes`` history.
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
    OPEN = (*ON_ITS_WAY, State.UNKNOWN)
    ENDS = (State.DELIVERED, State.UNDELIVERED, State.FAILED)
    NEED_A_PERSON = (State.UNKNOWN, State.FAILED, State.UNDELIVERED)

    reference = models.UUIDField(_("reference"), default=uuid.uuid4, unique=True, editable=False)
    # What one decision of a person asks for; the same intent cannot be queued twice.
    intent = models.CharField(_("intent"), max_length=100, editable=False)
    state = models.CharField(
        _("state"), max_length=20, choices=State, default=State.QUEUED, editable=False
    )
    reason = models.CharField(_("reason"), max_length=60, blank=True)  # our word for why
    detail = models.CharField(_("detail"), max_length=300, blank=True)  # the other side's words
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    gateway = models.CharField(_("gateway"), max_length=20, blank=True)
    provider_id = models.CharField(_("provider's id"), max_length=100, blank=True)
    answer = models.JSONField(_("raw answer"), null=True, blank=True)
    claim = models.UUIDField(null=True, editable=False)  # of the worker that put it on the wire
    # A person decided to send again: a new row, so that each has one story.
    resend_of = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="resent_as",
        verbose_name=_("sent again for"),
    )
    # What became of it is asked for at ``ask_at``, again and again with growing waits.
    ask_at = models.DateTimeField(null=True, editable=False)
    asked = models.PositiveSmallIntegerField(_("asked for"), default=0, editable=False)
    not_before = models.DateTimeField(_("not before"), default=timezone.now)
    queued_at = models.DateTimeField(_("queued at"), default=timezone.now)
    claimed_at = models.DateTimeField(_("on the wire since"), null=True)
    accepted_at = models.DateTimeField(_("accepted at"), null=True)
    settled_at = models.DateTimeField(_("settled at"), null=True)
    # Since when its words are gone; how it ended stays.
    erased_at = models.DateTimeField(_("erased at"), null=True, editable=False)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            # Not unique=True, which brings a second index, for LIKE, that nobody asks.
            models.UniqueConstraint(fields=["intent"], name="%(class)s_intent")
        ]
        indexes = [
            models.Index(  # claim_next()
                fields=["not_before", "id"],
                condition=Q(state="queued"),
                name="%(class)s_due",
            ),
            models.Index(  # the sweep
                fields=["claimed_at"], condition=Q(state="sending"), name="%(class)s_sending"
            ),
            models.Index(fields=["provider_id"], name="%(class)s_provider_id"),  # reports
            models.Index(  # what is asked for
                fields=["ask_at"], condition=Q(ask_at__isnull=False), name="%(class)s_to_ask"
            ),
        ]

    # What subclasses do

    CARRIES = ()  # fields that hand_over() reads; it can read no others
    WITH = ()  # related rows that it reads

    async def hand_over(self):
        """
        Give this to the other side, once, and return its answer (an ``Accepted``).

        Called in an event loop, without an open transaction; reads no database.

        :raises NotTaken: the other side surely does not have it
        :raises InDoubt: it may have it
        """
        raise NotImplementedError

    @classmethod
    def can_be_asked(cls):
        """Return whether the other side tells what became of a delivery."""
        return False

    def whom_to_ask(self):
        """Return who can be asked about this row, or None where nobody can."""
        return None

    async def ask(self, whom):
        """
        Ask ``whom`` once what became of this, and return the answer; None: it knows nothing.

        Called in an event loop; reads no database.

        :raises WireError: it did not answer
        """
        raise NotImplementedError

    def take_answer(self, answer, *, whom):
        """Keep what ``whom`` answered, and bring this forward as it says."""
        raise NotImplementedError

    def is_spoken_for(self):
        """Return whether somebody told of this whom the other side does not confirm yet."""
        return False

    # What happens to a row

    @classmethod
    def claim_what_may_go(cls, worker, limit):
        """As ``claim_ahead``; a brake has its say here."""
        return cls.claim_ahead(worker, limit)

    @classmethod
    def claim_ahead(cls, worker, limit):
        """
        Lease up to ``limit`` due rows to ``worker``, commit, and return them, oldest first.

        None while the kind is held. Half of them are the newest, so that a backlog does not keep
        a fresh one waiting. Two workers that claim at once do not get the same row: PostgreSQL
        skips locked rows, SQLite has one writer at a time. What ``worker`` had leased before is
        free again.
        """
        now = timezone.now()
        holds = Hold.objects.filter(kind=cls._meta.label_lower, released_at=None)
        due = cls.objects.due(now).filter(~Exists(holds))
        newest = due.order_by("-not_before", "-pk")[: limit // 2]
        oldest = due[: limit - limit // 2]
        return bulk.lease(cls, newest, oldest, worker=worker, until=now + settings.OUTBOX_LEASE)

    @classmethod
    def give_back(cls, worker):
        """Let others have what ``worker`` has leased and did not send."""
        Lease.objects.filter(worker=worker, kind=cls._meta.label_lower).delete()

    @classmethod
    def put_on_wire(cls, worker, rows):
        """
        Mark ``rows`` as *sending*, commit, and return those that ``worker`` may send.

        Where its lease has run out it may send none: another may have sent them by now.
        """
        now, facts = timezone.now(), cls.facts_of_wire()
        keys = [row.pk for row in rows]
        marked = bulk.put_on_wire(cls, keys, worker=worker, at=now, facts=facts)
        rows = [row for row in rows if row.pk in marked]
        for row in rows:
            vars(row).update(state=cls.State.SENDING, attempts=row.attempts + 1, **facts)
        return rows

    @classmethod
    def facts_of_wire(cls):
        """Return fields to set when rows go on the wire, such as who carries them."""
        return {}

    @classmethod
    def record_outcomes(cls, pairs):
        """
        Record what became of rows on the wire, all of one worker.

        :param pairs: rows with an ``Accepted``, a ``NotTaken`` or an ``InDoubt``. Those that
            were accepted are recorded together; a worker that has lost its row to the sweep
            or to a report records nothing over it
        """
        answers = [
            {"id": row.pk, "provider_id": outcome.provider_id[:100], "answer": outcome.answer}
            for row, outcome in pairs
            # One that another gateway took than was tried has more to tell.
            if isinstance(outcome, Accepted) and not outcome.gateway
        ]
        recorded = set()
        if answers:
            recorded = bulk.accept(
                cls,
                answers,
                worker=pairs[0][0].claim,
                at=timezone.now(),
                ask_at=cls._ask_after(cls.State.ACCEPTED),
            )
        for row, outcome in pairs:
            if row.pk not in recorded:
                row.record(outcome)

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
            left, moves = row.state, to in self.MOVES[row.state]
            if row.erased_at is not None:
                facts = {name: facts[name] for name in facts if name not in TELLING_FACTS}
            for name, value in facts.items():
                if moves or (name in LATE_FACTS and not getattr(row, name)):
                    setattr(row, name, value)
            if moves:
                row._moved_to(to)
            row.save()
        if moves:
            journal.moved(row, left)
        return moves

    def _moved_to(self, state):
        self.changes.create(
            transition=state, source=self.state, target=state, note=self.detail or self.reason
        )
        self.state = state
        self.ask_at = self._ask_after(state)
        if state == self.State.ACCEPTED:
            self.accepted_at = timezone.now()
        if state not in self.ON_ITS_WAY:
            self.settled_at = timezone.now()

    @classmethod
    def _ask_after(cls, state):
        """Return when to ask about a row that came to ``state``; None where its end is told."""
        wait = {
            cls.State.UNKNOWN: settings.OUTBOX_ASK_WAITS[0],
            cls.State.ACCEPTED: settings.OUTBOX_REPORT_WAIT,
        }.get(state)
        if wait is None or not cls.can_be_asked():
            return None
        return timezone.now() + timedelta(seconds=wait)

    # What the dispatcher records

    def record(self, outcome):
        """Record one outcome: an ``Accepted``, a ``NotTaken`` or an ``InDoubt``."""
        if isinstance(outcome, Accepted):
            return self.record_accepted(outcome)
        if isinstance(outcome, NotTaken):
            return self.record_refusal(outcome)
        return self.record_doubt(outcome)

    def record_accepted(self, accepted):
        return self.advance(
            self.State.ACCEPTED,
            claim=self.claim,
            provider_id=accepted.provider_id[:100],
            answer=accepted.answer,
            reason="",
            detail="",
            **({"gateway": accepted.gateway} if accepted.gateway else {}),
        )

    def record_refusal(self, refusal: NotTaken):
        facts = {
            "claim": self.claim,
            "reason": refusal.reason,
            "detail": str(refusal)[:300],
            "answer": refusal.answer,
        }
        if refusal.halts:
            # Nothing of this kind can be sent, which is no fault of this one: it waits.
            from . import holds

            holds.hold(type(self), by=None, reason=refusal.reason, detail=str(refusal))
            return self.advance(self.State.QUEUED, not_before=timezone.now(), **facts)
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
            **({"gateway": doubt.gateway} if doubt.gateway else {}),
        )
