import json

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, pgettext_lazy

from backoffice.files.jobs import Job

LOST = gettext_noop(
    "The worker stopped in the middle of it. Nothing was imported; upload the file once more."
)
SHOWN = 200  # bad rows on the page; the list to download has them all


class DriverImport(Job):
    """
    Drivers as they come in a file: checked first, then imported whole or not at all.

        queued -> checking -> checked -> confirmed -> importing -> imported
                      |  '-> faulty |
                      |             '-> dropped (by a person, or after a day)
                      '-> failed (also from importing)
    """

    class State(models.TextChoices):
        QUEUED = "queued", pgettext_lazy("import", "waiting for the check")
        CHECKING = "checking", pgettext_lazy("import", "being checked")
        CHECKED = "checked", pgettext_lazy("import", "checked")
        FAULTY = "faulty", pgettext_lazy("import", "has faults")
        CONFIRMED = "confirmed", pgettext_lazy("import", "waiting for the import")
        IMPORTING = "importing", pgettext_lazy("import", "being imported")
        IMPORTED = "imported", pgettext_lazy("import", "imported")
        DROPPED = "dropped", pgettext_lazy("import", "dropped")
        FAILED = "failed", pgettext_lazy("import", "failed")

    STEPS = {State.QUEUED: State.CHECKING, State.CONFIRMED: State.IMPORTING}
    FOLDER = "imports"
    TASK = "importing.run"

    state = models.CharField(
        _("state"), max_length=20, choices=State, default=State.QUEUED, editable=False
    )
    file_name = models.CharField(_("file"), max_length=100)
    size = models.PositiveIntegerField(_("bytes"))
    rows = models.PositiveIntegerField(_("rows"), default=0)
    new = models.PositiveIntegerField(pgettext_lazy("import", "new"), default=0)
    changed = models.PositiveIntegerField(_("changed"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    bad = models.PositiveIntegerField(_("bad rows"), default=0)
    # What the check found to do and to whom; keyed, so that it tells nothing of them.
    plan = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        verbose_name = _("import of drivers")
        verbose_name_plural = _("imports of drivers")
        indexes = [models.Index(fields=["state"], name="import_state")]  # the sweep
        permissions = [("import_driver", "Can import drivers from a file")]

    def __str__(self):
        return _("Import no. %(number)s") % {"number": self.pk}

    def left_behind(self):
        self.fail(LOST)

    def faults(self):
        """Yield (row number, heading, sentence) of what is wrong, in the order of the file."""
        try:
            with self.path("faults").open(encoding="utf-8") as lines:
                yield from map(json.loads, lines)
        except FileNotFoundError:
            return
