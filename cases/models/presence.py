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
        """Note that ``user`` looks at the case with the key ``case``; return who else does."""
        now = timezone.now()
        if not cls.objects.filter(case=case, user=user).update(seen_at=now):
            cls.objects.update_or_create(case_id=case, user=user, defaults={"seen_at": now})
            cls.objects.filter(user=user, seen_at__lt=now - STILL_THERE).delete()
        there = cls.objects.filter(case=case, seen_at__gte=now - STILL_THERE)
        return [str(each.user) for each in there.exclude(user=user).select_related("user")]
