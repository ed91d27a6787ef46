from django.db import connection, models
from django.utils import timezone


class CaseNumber(models.Model):
    """The last number given out in a year."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self):
        return f"{self.year}: {self.last}"

    @classmethod
    def next(cls):
        """
        Return the next number of this year, such as C-2026-000012.

        Everybody else who wants one waits until the transaction ends in which it is drawn: with
        much to follow, draw it before. Numbers of what was then not opened are left out.
        """
        year = timezone.localdate().year
        table = connection.ops.quote_name(cls._meta.db_table)
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {table} (year, last) VALUES (%s, 1) "  # noqa: S608  own name
                f"ON CONFLICT (year) DO UPDATE SET last = {table}.last + 1 RETURNING last",
                [year],
            )
            [last] = cursor.fetchone()
        return f"C-{year}-{last:06d}"
