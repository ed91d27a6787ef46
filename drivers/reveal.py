"""
Showing one masked field of one driver, for a reason (마스킹 해제).

Name, phone and vehicle number, each by itself, to whoever works on cases; superusers are
bound like everybody else. Two things are never shown here:

- The birthdate, to nobody. It is what a driver logs in with, and telling it has a flow of
  its own: a change that waits, a call that we made, two other items that matched (rule 4.6,
  A17). A reason from a list would be a second, easier door beside it.
- What a caller is about to be compared with. Comparing is blind; who has the answer on the
  screen can whisper it. Those above, who know what is compared, refuse by the signal
  ``about_to_reveal``.
"""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.audit.masking import mask_text
from backoffice.audit.models import AccessRecord
from backoffice.audit.records import record
from backoffice.workflow.reasons import refuse_code, refuse_empty_reason
from backoffice.workflow.transitions import TransitionRefused, lock

from .models import Driver
from .signals import about_to_reveal

REVEAL = "drivers.reveal_driver"
DAY = timedelta(hours=24)
SECONDS = 60  # then the page masks it again


class Field(models.TextChoices):
    """What of a driver may be shown."""

    NAME = "name", gettext_lazy("name")
    PHONE = "phone", gettext_lazy("phone")
    VEHICLE_NO = "vehicle_no", gettext_lazy("vehicle number")


class Why(models.TextChoices):
    """The usual reasons; any other one is written."""

    CALL_BACK = "call_back", gettext_lazy("call-back")
    IDENTITY = "identity", gettext_lazy("identity check")
    CORRECTION = "correction", gettext_lazy("correction")
    OTHER = "other", gettext_lazy("another reason")


def reveal(driver, field, *, why, words="", by):
    """
    Return ``field`` of ``driver`` in full, as text. The access record is kept first.

    :param words: more of the reason; needed where ``why`` is ``Why.OTHER``
    :raises TransitionRefused: nothing is shown; the sentence says why
    """
    with transaction.atomic():
        driver = lock(driver)
        refuse_reveal(driver, field, by=by)
        note_reveal(driver, str(field), why=why, words=words, by=by)
        return _in_full(driver, field)


def refuse_reveal(driver, field, *, by):
    """:raises TransitionRefused: ``field`` is not shown to ``by``, whatever the reason"""
    if not by.has_perm(REVEAL):
        raise TransitionRefused(_("You are not allowed to do this."))
    if field not in Field.values:
        raise TransitionRefused(
            _("This is never unmasked; the registered birthdate is told at the desk only (4.6).")
        )
    if not _in_full(driver, field):
        raise TransitionRefused(_("Nothing is on record there."))
    refuse_over_cap(by)
    about_to_reveal.send(sender=Driver, driver=driver, field=field, by=by)


def refuse_over_cap(by):
    """:raises TransitionRefused: ``by`` has seen as much as one person may within a day"""
    if count_today(by) >= settings.REVEALS_PER_DAY:
        raise TransitionRefused(
            _("You have unmasked %(count)d fields within a day; more is not possible today.")
            % {"count": settings.REVEALS_PER_DAY}
        )


def hold_beneath_cap(by):
    """
    Refuse as ``refuse_over_cap``, and let nobody else pass until the transaction ends.

    The person's row is locked, so that two windows cannot pass the cap together.
    """
    get_user_model().objects.select_for_update(no_key=True).get(pk=by.pk)
    refuse_over_cap(by)


def note_reveal(driver, field, *, why, words, by, **about):
    """
    Write down that ``by`` is shown ``field``. A part of the transaction that shows it.

    :raises TransitionRefused: no reason, a code among the words, or the cap is reached
    """
    hold_beneath_cap(by)
    record(
        AccessRecord.Action.REVEAL,
        by=by,
        driver=driver,
        field=field,
        reason=_reason(driver, why, words),
        **about,
    )


def count_today(person):
    """Return how many fields ``person`` was shown within a day."""
    since = timezone.now() - DAY
    shown = AccessRecord.objects.filter(action=AccessRecord.Action.REVEAL, at__gte=since)
    return shown.filter(by=person).count()


def seen_by(person, driver, *, since):
    """Return the names of the fields of ``driver`` that ``person`` was shown."""
    shown = AccessRecord.objects.filter(
        action=AccessRecord.Action.REVEAL, by=person, driver=driver, at__gte=since
    )
    details = shown.values_list("detail", flat=True)
    # One field on the page, or all of them on the answer to a rights request.
    return {name for each in details for name in each.get("fields", [each.get("field")])}


def _in_full(driver, field):
    value = getattr(driver, field)
    return value.as_national if value and field == Field.PHONE else value  # none is erased


def _reason(driver, why, words):
    """Return the reason as the monthly review reads it; an access record holds no datum."""
    if why == Why.OTHER:
        refuse_empty_reason(words)
    refuse_code(words)
    words = mask_text(words.strip(), name=driver.name if driver is not None else "")
    with translation.override(settings.LANGUAGE_CODE):
        label = "" if why == Why.OTHER else str(Why(why).label)
    return ": ".join(filter(None, [label, words]))[:200]
