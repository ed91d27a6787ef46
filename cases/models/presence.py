from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone

STILL_THERE = timedelta(seconds=15)  # three rounds of the desk's page


class Presence(models.Model):
    """Who has the desk of a case open, so that two agents see each other. Short-lived."""

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "user"], name="one_presence_each"),
        ]

    def __str__(self):
        return f"{self.user} · {self.case}"

    @classmethod
    def note(cls, case, user):
        """Note that ``user`` looks at ``case`` now, and return the others who do."""
        now = timezone.now()
        _row, is_new = cls.objects.update_or_create(
            case=case, user=user, defaults={"seen_at": now}
        )
        if is_new:
            cls.objects.filter(user=user, seen_at__lt=now - STILL_THERE).delete()
        there = cls.objects.filter(case=case, seen_at__gte=now - STILL_THERE)
        return [each.user for each in there.exclude(user=user).select_related("user")]
