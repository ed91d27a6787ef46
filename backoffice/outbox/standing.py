"""How the sending stands: what stops it, who was seen at work, and who has claimed what."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Hold(models.Model):
    """A stop of one kind of delivery, from when to when, and by whom (발송 중지)."""

    kind = models.CharField(_("kind"), max_length=60)  # label of the delivery model
    reason = models.CharField(_("reason"), max_length=200)
    detail = models.CharField(_("detail"), max_length=300, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,  # a gateway said that nothing can be sent
        related_name="+",
        verbose_name=_("by"),
    )
    at = models.DateTimeField(_("at"), auto_now_add=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("released by"),
    )
    released_at = models.DateTimeField(_("released at"), null=True)

    class Meta:
        verbose_name = _("stop of the sending")
        verbose_name_plural = _("stops of the sending")
        constraints = [
            models.UniqueConstraint(
                fields=["kind"], condition=Q(released_at=None), name="one_hold_a_kind"
            )
        ]
        permissions = [("stop_outbox", "Can stop the sending and let it go on")]

    def __str__(self):
        return f"{self.kind} {self.at}"


class Lease(models.Model):
    """
    What a worker has claimed of one kind: until then no other claims it.

    One row a batch, beside the deliveries: to mark each of them for the few milliseconds until
    it goes on the wire would cost the database as much as all that follows. It keeps workers
    out of each other's way and no more; that nothing is sent twice is the state's doing.
    """

    worker = models.UUIDField()
    kind = models.CharField(max_length=60)  # label of the delivery model
    keys = models.JSONField()
    until = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["worker", "kind"], name="one_lease_a_kind")]

    def __str__(self):
        return f"{self.kind} {self.worker}"


class Heartbeat(models.Model):
    """When a process last showed that it is at work."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()

    def __str__(self):
        return f"{self.name} {self.at}"

    @classmethod
    def take_turn(cls, name):
        """Wait until nobody else has this turn, and keep it to the end of the transaction."""
        cls.objects.get_or_create(name=name, defaults={"at": timezone.now()})
        cls.objects.select_for_update().get(name=name)
