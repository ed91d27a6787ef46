"""
What people wrote freely about a driver, as the pages show it.

A reason such as "800503 → 800305" would otherwise show in every history what the card
beside it masks. It is kept as it was written; where it is edited, it stands as it is.
"""

from dataclasses import replace

from django.db.models import Q

from backoffice.audit.masking import mask_text
from backoffice.workflow.timeline import newest_first


def masked_words(text, driver):
    """Return ``text`` without numbers and dates, and without the name of ``driver``, if any."""
    return mask_text(text or "", name=driver.name if driver is not None else "")


def masked_timeline(driver, *sources):
    """Merge iterables of events, newest first, with what was noted masked."""
    return [
        replace(event, note=masked_words(event.note, driver)) for event in newest_first(*sources)
    ]


def mask_for_good(rows, *names, of, drivers):
    """
    Store the words in the fields ``names`` of ``rows`` as the pages show them.

    For words that are kept for longer than the driver's record: when his name is gone from
    it, no page could mask it any more.

    :param of: the lookup that leads from a row to its driver
    :param drivers: {key: driver}, as they are still on record
    """
    is_empty = Q(**dict.fromkeys(names, ""))
    found = rows.filter(~is_empty, **{f"{of}__in": list(drivers)})
    for key, owner, *words in found.values_list("pk", of, *names):
        masked = [
            # A mask may be longer than what it hides.
            masked_words(text, drivers[owner])[: rows.model._meta.get_field(name).max_length]
            for name, text in zip(names, words, strict=True)
        ]
        if masked != words:
            rows.model._base_manager.filter(pk=key).update(**dict(zip(names, masked, strict=True)))
