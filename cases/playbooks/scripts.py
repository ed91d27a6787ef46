"""The numbers of the manual in its scripts: written as variables, read out as the settings say."""

from django.conf import settings

from backoffice.sms import rendering


def script_values():
    """Return what a script may use, by the name of its variable."""
    return {
        "인증발신번호": settings.CODE_SENDER_PHONE,
        "센터번호": settings.CENTRE_PHONE,
        "불일치횟수": settings.MISMATCHES_TO_LOCK,
        "잠금시간": settings.LOCK_HOURS,
    }


def spoken(script):
    """Return ``script`` as it is read out; one with an unknown variable stays as it is written."""
    try:
        return rendering.fill(script, script_values())
    except rendering.UnfilledVariable:
        return script


def unknown_variables(script):
    """Return the names in ``script`` that have no value."""
    try:
        rendering.fill(script, script_values())
    except rendering.UnfilledVariable as unfilled:
        return unfilled.names
    return []
