from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMFieldMixin


class Versioned(models.Model):
    """
    A row that counts its own saves.

    The number travels in every form. A page that was loaded before the latest
    save carries an older one, and is told so instead of overwriting.
    """

    version = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        if not self._state.adding:
            self.version += 1
            if kwargs.get("update_fields") is not None:
                kwargs["update_fields"] = {*kwargs["update_fields"], "version"}
        super().save(*args, **kwargs)

    def last_change(self):
        """Return the (name, by, at) of what last happened to this row, or None if unknown."""
        return None


class Stateful(Versioned):
    """A row that moves through a state machine; each move is a line in its ``changes``."""

    class Meta:
        abstract = True

    def last_change(self):
        last = self.changes.select_related("by").order_by("-pk").first()
        return last and (last.transition, last.by, last.at)

    def refresh_from_db(self, using=None, fields=None, **kwargs):
        # A protected state refuses assignment, so its old value is dropped first.
        for field in self._meta.concrete_fields:
            wanted = fields is None or field.attname in fields
            if wanted and isinstance(field, FSMFieldMixin) and field.protected:
                self.__dict__.pop(field.attname, None)
        super().refresh_from_db(using=using, fields=fields, **kwargs)


class StateChange(models.Model):
    """
    One line of a row's history: which move, from where to where, by whom and why.

    Written by perform() in the same transaction as the move, never changed.
    Concrete classes add the foreign key, with ``related_name="changes"``.
    """

    transition = models.CharField(_("move"), max_length=40)
    source = models.CharField(_("from"), max_length=20)
    target = models.CharField(_("to"), max_length=20)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,  # the system itself
        related_name="+",
        verbose_name=_("by"),
    )
    at = models.DateTimeField(_("at"), default=timezone.now, editable=False)
    note = models.CharField(_("note"), max_length=500, blank=True)

    class Meta:
        abstract = True

    def __str__(self):
        return f"{self.source} → {self.target}"
