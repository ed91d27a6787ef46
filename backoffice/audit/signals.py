import re

from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver

from .masking import mask_name, mask_text
from .models import AccessRecord
from .records import record


@receiver(user_logged_in)
def signed_in(sender, user, **signal):
    record(AccessRecord.Action.SIGN_IN, by=user)


@receiver(user_logged_out)
def signed_out(sender, user, **signal):
    if user is not None:
        record(AccessRecord.Action.SIGN_OUT, by=user)


@receiver(user_login_failed)
def sign_in_failed(sender, credentials, **signal):
    tried = str(credentials.get("username", ""))[:150]
    if not get_user_model().objects.filter(username=tried).exists():
        tried = _discreet(tried)
    record(AccessRecord.Action.SIGN_IN_FAILED, by=None, account=tried)


def _discreet(tried):
    """Return what is no account's name as it may be kept: a driver's data in the wrong field."""
    masked = re.sub("[가-힣]+", lambda word: mask_name(word[0]), mask_text(tried))
    return masked[:150]
