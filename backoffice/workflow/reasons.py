from django.utils.translation import gettext as _

from .transitions import TransitionRefused


def refuse_empty_reason(reason):
    """:raises TransitionRefused: nothing was written where a reason is asked for"""
    if not (reason or "").strip():
        raise TransitionRefused(_("Say why; the reason goes into the history."))
