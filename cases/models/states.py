"""Where a case can stand, how it comes in, and how it may end."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    NEW = "new", _("new")
    DIAGNOSING = "diagnosing", _("diagnosing")
    INFO_CORRECTED = "info_corrected", _("info corrected")
    ESCALATED = "escalated", _("escalated")
    CLOSED = "closed", _("closed")


class Channel(models.TextChoices):
    PHONE = "phone", _("telephone")
    MAIL = "mail", _("mail")


class Resolution(models.TextChoices):
    GUIDED = "guided", _("self-check guided")
    WAIT_UNLOCK = "wait_unlock", _("waits for the unlock")
    CORRECTED = "corrected", _("corrected")
    CODE_READ_OUT = "code_read_out", _("code read out")
    ANSWERED = "answered", _("answered by the department")
    REFUSED_IDENTITY = "refused_identity", _("refused: risk of theft")
    NO_RESPONSE = "no_response", _("no response")
    DUPLICATE = "duplicate", _("duplicate")


# How a case may end, by the state it is closed from.
ENDS = {
    State.DIAGNOSING: {
        Resolution.GUIDED,
        Resolution.WAIT_UNLOCK,
        Resolution.CODE_READ_OUT,
        Resolution.REFUSED_IDENTITY,
        Resolution.NO_RESPONSE,
        Resolution.DUPLICATE,
    },
    State.INFO_CORRECTED: {Resolution.CORRECTED},
    State.ESCALATED: {Resolution.ANSWERED},
}
