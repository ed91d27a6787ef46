"""
What people wrote freely about a driver, as the pages show it.

A reason such as "800503 → 800305" would otherwise show in every history what the card
beside it masks. It is kept as it was written; where it is edited, it stands as it is.
"""

from dataclasses import replace

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
