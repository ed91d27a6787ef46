from django.db import models

SEE = "cases.see_figures"


class About(models.TextChoices):
    """What a day's figures are about. Never shown, so not translated."""

    CASES = "cases"  # opened on the day
    TEXTS = "texts"  # queued on the day
    APPROVALS = "approvals"  # asked for on the day


class Counted(models.Model):
    """What was counted of some days: how many, by name, and nothing that tells of a driver."""

    about = models.CharField(max_length=10, choices=About)
    version = models.BigIntegerField(default=0)  # whose steps and answers; 0: the cases
    person = models.BigIntegerField(default=0)  # owner of the cases; 0: everybody
    channel = models.CharField(max_length=10, blank=True)
    counts = models.JSONField()  # {"state:closed": 12, "type:7": 3, …}

    class Meta:
        abstract = True


class DayFigures(Counted):
    """
    One day's.

    A pure function of that day's rows, see ``counting``. Of cases there is one row for
    everybody and one for each owner, and beside them one for each version that was walked.
    """

    day = models.DateField()
    # How many of its rows still change by themselves; only told of texts.
    unsettled = models.PositiveIntegerField(default=0)

    class Meta:
        default_permissions = ()
        permissions = [("see_figures", "Can see the figures")]
        constraints = [
            models.UniqueConstraint(
                fields=["day", "about", "version", "person", "channel"], name="day_figures"
            )
        ]
        indexes = [
            models.Index(fields=["person", "version", "day"], name="day_figures_page"),
            models.Index(  # the days whose texts are looked at again
                fields=["day"], condition=models.Q(unsettled__gt=0), name="day_figures_unsettled"
            ),
        ]

    def __str__(self):
        return f"{self.day} {self.about}"


class MonthFigures(Counted):
    """The sums of a month's days, and nothing else: a page of a year reads these."""

    month = models.DateField()  # its first day

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["person", "version", "month", "about", "channel"], name="month_figures"
            )
        ]

    def __str__(self):
        return f"{self.month:%Y-%m} {self.about}"


class StaleDay(models.Model):
    """
    A day's figures are not right any more.

    Written in the transaction of what changed, and only ever inserted: nobody waits for
    anybody. The counter takes the rows that it saw before it counted.
    """

    day = models.DateField()
    about = models.CharField(max_length=10, choices=About)

    class Meta:
        default_permissions = ()

    def __str__(self):
        return f"{self.day} {self.about}"
