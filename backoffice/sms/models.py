import logging
from dataclasses import replace
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.outbox.models import Delivery, DeliveryQuerySet, Heartbeat
from backoffice.outbox.querying import leased
from backoffice.outbox.wire import NotTaken, WireError
from backoffice.workflow.models import StateChange, Versioned

from . import rendering
from .gateways import Outgoing, get_gateway, get_gateway_named, get_gateways
from .reported import MessageReport

logger = logging.getLogger(__name__)


class Template(Versioned):
    """
    A text that the centre sends, as team leads keep it. The keys are code.

    What was sent is not touched by an edit: a message holds its own words.
    """

    key = models.SlugField(_("key"), unique=True, editable=False)
    name = models.CharField(_("name"), max_length=60)
    subject = models.CharField(
        _("subject"), max_length=60, help_text=_("For long texts (LMS); at most 40 bytes.")
    )
    body = models.TextField(
        _("body"),
        help_text=_("Variables are written #{name}. At most 90 bytes are sent as SMS, else LMS."),
    )
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    class Meta:
        verbose_name = _("SMS template")
        verbose_name_plural = _("SMS templates")

    def __str__(self):
        return self.name

    def clean(self):
        faults = {}
        for field, limit in (("subject", rendering.SUBJECT_BYTES), ("body", rendering.LMS_BYTES)):
            try:
                filled = rendering.fill(getattr(self, field), template_values())
            except rendering.UnfilledVariable as unfilled:
                faults[field] = _(
                    "There is no value for %(names)s. Known variables: %(known)s."
                ) % {
                    "names": ", ".join(f"#{{{name}}}" for name in unfilled.names),
                    "known": ", ".join(f"#{{{name}}}" for name in template_values()),
                }
                continue
            if fault := carriage_fault(filled, limit):
                faults[field] = fault
        if faults:
            raise ValidationError(faults)

    def render(self):
        """
        Return subject, body and the body's ``Measure``, ready to send.

        :raises rendering.Unrenderable: says why it cannot be sent
        """
        values = template_values()
        subject = rendering.fill(self.subject, values)
        body = rendering.fill(self.body, values)
        for text, limit in ((subject, rendering.SUBJECT_BYTES), (body, rendering.LMS_BYTES)):
            if fault := carriage_fault(text, limit):
                raise rendering.Unrenderable(fault)
        return subject, body, rendering.measure(body)


def template_values():
    """Return what every template may use. No personal datum is among it, by design."""
    return {"앱링크": settings.APP_LINK, "센터번호": settings.CENTRE_PHONE}


def carriage_fault(text, limit):
    """Return a sentence that says why the network cannot carry ``text``, or None."""
    size = rendering.measure(text)
    if size.foreign:
        return _("The network cannot carry these characters: %(characters)s") % {
            "characters": " ".join(map(rendering.name_of, size.foreign))
        }
    if size.bytes > limit:
        return _("This is %(bytes)d bytes long; at most %(limit)d are possible.") % {
            "bytes": size.bytes,
            "limit": limit,
        }
    return None


# Taken, and nobody will ask any more: a report came that asking did not confirm, or nothing did.
IN_VAIN = Q(state=Delivery.State.ACCEPTED, ask_at=None) & (Q(unconfirmed=True) | Q(asked__gt=0))


class MessageQuerySet(DeliveryQuerySet):
    def needing_a_person(self):
        """As every delivery; and those that were taken and asked about in vain."""
        return self.filter(
            IN_VAIN | Q(state__in=Delivery.NEED_A_PERSON), resent_as=None, erased_at=None
        )

    def waiting_for_a_person(self):
        """Of those, the ones whose driver does not know yet what they say."""
        return self.needing_a_person().filter(driver_told_at=None)


class Message(Delivery):
    """One intended delivery of one text to one driver; its words are frozen when queued."""

    class Kind(models.TextChoices):
        SMS = "SMS", "SMS"
        LMS = "LMS", "LMS"

    driver = models.ForeignKey(
        "drivers.Driver", models.PROTECT, related_name="messages", verbose_name=_("driver")
    )
    case = models.ForeignKey(
        "cases.Case",
        models.PROTECT,
        null=True,
        related_name="messages",
        verbose_name=_("support case"),
    )
    correction = models.ForeignKey(
        "drivers.Correction",
        models.PROTECT,
        null=True,
        related_name="messages",
        verbose_name=_("correction"),
    )
    template = models.ForeignKey(Template, models.PROTECT, verbose_name=_("template"))
    template_version = models.PositiveIntegerField(_("template version"))
    to = models.CharField(_("to"), max_length=15)  # digits: 01012345678
    kind = models.CharField(_("kind"), max_length=3, choices=Kind)
    subject = models.CharField(_("subject"), max_length=60, blank=True)
    body = models.TextField(_("body"))
    bytes = models.PositiveIntegerField(_("bytes"))  # of the body, in CP949
    # A report told of an end, and the gateway was asked and has not said so itself.
    unconfirmed = models.BooleanField(default=False, editable=False)
    # Its driver was told by telephone, as it did not arrive (rule 4.5); so nobody need care.
    driver_told_at = models.DateTimeField(_("told by telephone"), null=True, editable=False)

    objects = MessageQuerySet.as_manager()

    class Meta(Delivery.Meta):
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes = [
            *Delivery.Meta.indexes,
            models.Index(fields=["claimed_at"], name="message_claimed_at"),  # the brake
            models.Index(fields=["queued_at"], name="message_queued_at"),  # the last day
            models.Index(  # how many stand where, and since when
                fields=["state", "queued_at"],
                condition=Q(state__in=Delivery.OPEN),
                name="message_open",
            ),
            models.Index(  # the list of what waits for a person, and whose driver was not told
                fields=["-id"],
                condition=Q(state__in=Delivery.NEED_A_PERSON, erased_at=None, driver_told_at=None),
                name="message_for_a_person",
            ),
            models.Index(  # its second half
                fields=["-id"], condition=IN_VAIN, name="message_in_vain"
            ),
            models.Index(  # the list, filtered by an end that is rare
                fields=["state", "-id"],
                condition=Q(state__in=["undelivered", "failed", "unknown"]),
                name="message_list_by_state",
            ),
            models.Index(  # retention
                fields=["queued_at"], condition=Q(erased_at=None), name="message_to_erase"
            ),
        ]
        permissions = [("resend_message", "Can send a message again")]

    def __str__(self):
        return f"{self.template} #{self.pk}"

    CARRIES = ("reference", "to", "kind", "subject", "body")

    @classmethod
    def facts_of_wire(cls):
        # Recorded before the wire: by the time of the answer the gateway may be another one.
        return {"gateway": get_gateway().name}

    @classmethod
    def claim_what_may_go(cls, worker, limit):
        """SMS_PER_MINUTE is a brake against a fault of ours; it counts all workers together."""
        if not settings.SMS_PER_MINUTE:
            return cls.claim_ahead(worker, limit)
        with transaction.atomic():
            # One worker at a time counts and claims: two would both take the last place.
            Heartbeat.take_turn("brake")
            now = timezone.now()
            # In this order: what goes on the wire meanwhile is counted twice, and not never.
            claimed = cls.objects.filter(state=cls.State.QUEUED, pk__in=leased(cls, now)).count()
            sent = cls.objects.filter(claimed_at__gte=now - timedelta(minutes=1)).count()
            room = settings.SMS_PER_MINUTE - sent - claimed
            return cls.claim_ahead(worker, min(limit, room)) if room > 0 else []

    @property
    def waits_in_vain(self):
        """As ``IN_VAIN``: the gateway was asked to the last wait, and has told no end."""
        is_taken = self.state == self.State.ACCEPTED and self.ask_at is None
        return is_taken and (self.unconfirmed or self.asked > 0)

    @property
    def may_have_arrived(self):
        return self.state == self.State.UNKNOWN or self.waits_in_vain

    @property
    def needs_a_person(self):
        is_stuck = self.state in self.NEED_A_PERSON or self.waits_in_vain
        return is_stuck and self.erased_at is None

    @classmethod
    def can_be_asked(cls):
        return any(each.can_look_up for each in get_gateways())

    def whom_to_ask(self):
        gateway = get_gateway_named(self.gateway)
        return gateway if gateway is not None and gateway.can_look_up else None

    async def ask(self, whom):
        return await whom.look_up(self.as_outgoing(), self.provider_id)

    def take_answer(self, answer, *, whom):
        self.believe(answer, gateway=whom.name, source=MessageReport.Source.ANSWER)

    def is_spoken_for(self):
        return self.unconfirmed

    def believe(self, report, *, gateway, source=MessageReport.Source.REPORT):
        """
        Keep a gateway's ``Report``, and bring this forward as it says.

        :param gateway: name of the gateway that tells
        :returns: whether the state changed
        """
        kept = MessageReport.keep(self, report, gateway=gateway, source=source)
        if report.outcome not in {
            self.State.ACCEPTED,
            self.State.DELIVERED,
            self.State.UNDELIVERED,
        }:
            logger.warning("%s reported message %s in a word we do not know.", gateway, self.pk)
            return False
        facts = {"gateway": gateway, "reason": report.reason[:60], "detail": report.detail[:300]}
        # What the report does not tell stays as it is.
        if report.provider_id:
            facts["provider_id"] = report.provider_id[:100]
        if report.raw:
            facts["answer"] = report.raw
        moved = self.advance(report.outcome, **facts)
        if moved:
            kept.had(MessageReport.Effect.MOVED)
        return moved

    def _moved_to(self, state):
        hinted_at = self.ask_at if self.unconfirmed else None
        super()._moved_to(state)
        if state in self.ENDS:
            self.unconfirmed = False
        elif hinted_at is not None and self.ask_at is not None:
            self.ask_at = min(hinted_at, self.ask_at)

    async def hand_over(self):
        """
        Give the text to the gateway; to the second one where the first surely did not take it.

        Outside of production only the numbers in SMS_ALLOWED_RECIPIENTS get texts.
        """
        allowed = settings.SMS_ALLOWED_RECIPIENTS
        if allowed and self.to not in allowed:
            raise NotTaken("", reason="not_allowed", permanent=True)
        try:
            return await get_gateway().send(self.as_outgoing())
        except NotTaken as refusal:
            # What the first finds unsendable the second would refuse as well; but for the length.
            is_hopeless = refusal.permanent and refusal.reason != "too_long"
            if not settings.SMS_SECOND_URL or is_hopeless:
                raise
            first = refusal
        second = get_gateway(settings.SMS_SECOND_URL)
        try:
            return replace(await second.send(self.as_outgoing()), gateway=second.name)
        except NotTaken as refusal:
            # One of them may take it later: what passes at either is no end, and stops nothing.
            if first.passes or not refusal.passes:
                raise first from refusal
            refusal.gateway = second.name
            raise
        except WireError as failure:
            failure.gateway = second.name
            raise

    def as_outgoing(self):
        return Outgoing(
            reference=str(self.reference),
            to=self.to,
            sender=settings.CENTRE_PHONE.replace("-", ""),
            kind=self.kind,
            subject=self.subject if self.kind == self.Kind.LMS else "",
            body=self.body,
        )


class MessageChange(StateChange):
    """One step of a message on its way."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="changes")

    class Meta:
        verbose_name = _("step of a message")
        verbose_name_plural = _("steps of a message")
