"""What gateways tell of a message, kept as it came but for whom it is about."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.audit.masking import mask_mobiles
from backoffice.outbox.models import Delivery


class MessageReport(models.Model):
    """
    What a gateway told of a message, by itself or asked (수신 결과).

    The same words are kept once, however often they come.
    """

    class Source(models.TextChoices):
        REPORT = "report", _("report")
        ANSWER = "answer", _("answer to our question")

    class Effect(models.TextChoices):
        NONE = "none", _("nothing changed")
        ASKED = "asked", _("the gateway is asked first")
        MOVED = "moved", _("believed")

    message = models.ForeignKey(
        "sms.Message",
        models.CASCADE,
        db_index=False,  # the constraint has one
        related_name="reports",
        verbose_name=_("message"),
    )
    gateway = models.CharField(_("gateway"), max_length=20)
    source = models.CharField(_("source"), max_length=10, choices=Source)
    outcome = models.CharField(_("outcome"), max_length=20, choices=Delivery.State)
    reason = models.CharField(_("reason"), max_length=60, blank=True)  # our word for why
    detail = models.CharField(_("detail"), max_length=300, blank=True)  # the gateway's words
    raw = models.JSONField(_("raw report"), null=True)
    effect = models.CharField(_("effect"), max_length=10, choices=Effect, default=Effect.NONE)
    told_at = models.DateTimeField(_("happened at"), null=True)  # by the gateway's clock
    received_at = models.DateTimeField(_("received at"), default=timezone.now)

    class Meta:
        verbose_name = _("report on a message")
        verbose_name_plural = _("reports on messages")
        constraints = [
            models.UniqueConstraint(  # also the list on the message's page
                fields=["message", "gateway", "source", "outcome", "reason", "detail"],
                name="one_report_of_the_same_words",
            )
        ]

    def __str__(self):
        return f"{self.gateway} {self.outcome} #{self.pk}"

    @classmethod
    def keep(cls, message, report, *, gateway, source):
        """
        Return the row for a gateway's ``Report``; a repetition finds the one that is there.

        Of an erased message, whose number nobody knows any more, only our words are kept.
        """
        is_erased = message.erased_at is not None
        raw = None if is_erased else without(report.raw, number=message.to, words=message.body)
        kept, _is_new = cls.objects.get_or_create(
            message=message,
            gateway=gateway,
            source=source,
            outcome=report.outcome,
            reason=report.reason[:60],
            detail="" if is_erased else mask_mobiles(report.detail)[:300],
            defaults={"raw": raw, "told_at": report.at},
        )
        return kept

    def had(self, effect):
        """Note what came of it."""
        self.effect = effect
        self.save(update_fields=["effect"])


def without(told, *, number, words):
    """
    Return a decoded JSON without the ``number`` that it is about and the ``words`` of the text.

    They stand in the message, once, and go with it.
    """
    if isinstance(told, dict):
        return {name: without(each, number=number, words=words) for name, each in told.items()}
    if isinstance(told, list):
        return [without(each, number=number, words=words) for each in told]
    digits = "".join(filter(str.isdigit, str(told)))
    # From abroad it comes with a country's number for the first zero.
    is_number = bool(number) and number.lstrip("0") in digits
    return "*" if is_number or (words and words in str(told)) else told
