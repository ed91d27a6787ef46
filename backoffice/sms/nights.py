"""The quiet hours: a text at night is allowed, since the driver asked for it, but said."""

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.workflow.admin import ReasonForm


def night_warning(now=None):
    """Return a sentence while it is night for those who get a text now, or ""."""
    begin, end = settings.QUIET_HOURS
    hour = timezone.localtime(now).hour
    is_night = hour >= begin or hour < end if begin > end else begin <= hour < end
    if not is_night:
        return ""
    return _(
        "It is night (%(begin)d–%(end)d h): the text arrives at once. Say so in the reason."
    ) % {
        "begin": begin,
        "end": end,
    }


class TextReasonForm(ReasonForm):
    """Why something is done on which the driver gets a text; says so at night."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = night_warning()
