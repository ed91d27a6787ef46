from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver

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
    record(AccessRecord.Action.SIGN_IN_FAILED, by=None, account=tried)
