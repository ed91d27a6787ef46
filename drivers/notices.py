"""What a driver is told: one function for each text."""

from backoffice.sms.queueing import queue_text


def birthdate_changed(correction):
    """The manual's own template: the birthdate was changed as the driver asked."""
    return _about(correction, "birthdate_changed")


def birthdate_undone(correction):
    """A change was taken back; the earlier birthdate holds again."""
    return _about(correction, "birthdate_undone")


def _about(correction, key):
    return queue_text(
        key,
        driver=correction.driver,
        case=correction.case,
        correction=correction,
        intent=f"{key}:{correction.pk}",
    )
