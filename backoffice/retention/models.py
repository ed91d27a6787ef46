from django.db import models
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .rules import label_of


class Run(models.Model):
    """One time that retention went through all its rules."""

    started_at = models.DateTimeField(_("started at"))
    # True while it runs, else empty: unique, so that there is one at a time.
    running = models.BooleanField(null=True, unique=True, editable=False)
    beat_at = models.DateTimeField(editable=False)  # after each batch
    ended_at = models.DateTimeField(_("ended at"), null=True)
    failed = models.JSONField(default=list)  # names of the rules that could not be worked off

    class Meta:
        verbose_name = _("retention run")
        verbose_name_plural = _("retention runs")

    def __str__(self):
        return f"{timezone.localtime(self.started_at):%Y-%m-%d %H:%M}"

    def counts(self):
        """Return how many rows went, by the name of the rule."""
        return {each.rule: each.count for each in self.erasures.order_by("pk")}

    @property
    def total(self):
        return self.erasures.aggregate(sum=Sum("count"))["sum"] or 0


class Erasure(models.Model):
    """
    What one rule took in one run: a line of the ledger of destruction (파기 대장).

    It tells how many rows, and of what age; nothing of whose they were.
    """

    run = models.ForeignKey(Run, models.PROTECT, related_name="erasures", verbose_name=_("run"))
    rule = models.CharField(_("rule"), max_length=40)
    keep_days = models.PositiveIntegerField(_("kept for days"))
    before = models.DateTimeField(_("older than"))
    oldest = models.DateTimeField(pgettext_lazy("date", "oldest"), null=True)
    count = models.PositiveIntegerField(_("erased rows"), default=0)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("ledger of destruction")
        constraints = [
            models.UniqueConstraint(fields=["run", "rule"], name="one_erasure_a_rule_and_run")
        ]
        indexes = [
            models.Index(fields=["rule", "-id"], name="erasure_of_rule")  # the latest of each
        ]

    def __str__(self):
        return f"{label_of(self.rule)} {timezone.localtime(self.at):%Y-%m-%d}"
