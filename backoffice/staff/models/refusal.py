from django.db import IntegrityError, models, transaction
from django.db.models import F
from django.utils import timezone


class HookRefusalQuerySet(models.QuerySet):
    def note(self, address, limit):
        """Count one more call; return False, and count no further, once there are ``limit``."""
        mine = self.filter(address=address, minute=_this_minute())
        if mine.filter(count__lt=limit).update(count=F("count") + 1):
            return True
        if mine.exists():
            return False
        try:
            with transaction.atomic():
                self.create(address=address, minute=_this_minute(), count=1)
        except IntegrityError:
            # Another process was first.
            mine.update(count=F("count") + 1)
        return True


class HookRefusal(models.Model):
    """
    How many calls of the hooks were turned away, by address and minute.

    Only those are counted: what is signed by the login service or by a provider comes as
    often as it likes, and costs no write here.
    """

    address = models.CharField(max_length=45)
    minute = models.DateTimeField()
    count = models.PositiveIntegerField()

    objects = HookRefusalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("address", "minute", name="one_count_a_minute"),
        ]

    def __str__(self):
        return f"{self.address} {self.minute:%H:%M}"


def _this_minute():
    return timezone.now().replace(second=0, microsecond=0)
