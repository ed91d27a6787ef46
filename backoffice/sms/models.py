import asyncio

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from backoffice.outbox.models import Delivery
from backoffice.workflow.models import StateChange, Versioned

from . import rendering
from .gateways import Outgoing, get_gateway


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

    class Meta(Delivery.Meta):
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        permissions = [("resend_message", "Can send a message again")]

    def __str__(self):
        return f"{self.template} #{self.pk}"

    def hand_over(self):
        gateway = get_gateway()
        # Recorded with the answer: the gateway may be another one by then.
        type(self).objects.filter(pk=self.pk).update(gateway=gateway.name)
        return asyncio.run(gateway.send(self.as_outgoing()))

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
