from django.db import models
from django.utils import timezone


class CaseNumber(models.Model):
    """The last number given out in a year; its lock makes the next one unique."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self):
        return f"{self.year}: {self.last}"

    @classmethod
    def next(cls):
        """Return the next number of this year, such as C-2026-000012. Needs a transaction."""
        year = timezone.localdate().year
        cls.objects.get_or_create(year=year)
        counter = cls.objects.select_for_update().get(year=year)
        counter.last += 1
        counter.save()
        return f"C-{year}-{counter.last:06d}"
