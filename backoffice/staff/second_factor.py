"""
The second factor: a code of an authenticator app (TOTP), or one of ten recovery codes.

The algorithm is django-otp's; its models are not used, because they keep the secret and the
recovery codes as they are. Here the secret is encrypted with a key made from SECRET_KEY, and
of a recovery code only a keyed digest is kept.
"""

import base64
import secrets
import time
import unicodedata
from urllib.parse import quote

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django_otp.oath import hotp

from backoffice.sealed import Broken, seal, unseal

from .models import RecoveryCode, SecondFactor, Session, User

PURPOSE = "staff.totp"
STEP = 30  # seconds for which a code is shown
TOLERANCE = 1  # steps by which the clocks may differ
RECOVERY_CODES = 10
LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # none that is read as another
MARK = "second_factor"  # in a session that has passed it


def is_required():
    return settings.SECOND_FACTOR == "required"


def has_one(user):
    return SecondFactor.objects.filter(user=user).exists()


def is_asked(user):
    """Return whether the password alone does not open anything to ``user``."""
    return is_required() or (settings.SECOND_FACTOR == "optional" and has_one(user))


def new_secret():
    """Return a secret for an app, sealed; it opens nothing before ``confirm``."""
    return seal(base64.b32encode(secrets.token_bytes(20)).decode(), PURPOSE)


def in_letters(sealed):
    """Return a secret as a person would type it into the app (base32)."""
    return unseal(sealed, PURPOSE)


def address_for_app(user, secret, issuer):
    """Return what the app reads from the square."""
    label = quote(f"{issuer}:{user.get_username()}")
    return f"otpauth://totp/{label}?secret={secret}&issuer={quote(issuer)}"


@transaction.atomic
def confirm(user, sealed, code):
    """
    Make ``sealed`` the secret of ``user``'s app, if its code shows that it knows it.

    Return the recovery codes, or None where nothing was changed.
    """
    User.objects.select_for_update(no_key=True).get(pk=user.pk)  # a double click is two at once
    factor = SecondFactor(user=user, secret=sealed)
    if has_one(user) or not _use_app_code(factor, _plain(code)):
        return None
    return renew_recovery_codes(user)


@transaction.atomic
def check(user, code):
    """Return whether ``code`` lets ``user`` in; none does twice."""
    code = _plain(code)
    factor = SecondFactor.objects.select_for_update().filter(user=user).first()
    if factor is None:
        return False
    return _use_app_code(factor, code) or _use_recovery_code(user, code)


@transaction.atomic
def renew_recovery_codes(user):
    """Replace the recovery codes; return the new ones, which nobody can look up later."""
    codes = [
        "".join(secrets.choice(LETTERS) for _place in range(10)) for _code in range(RECOVERY_CODES)
    ]
    RecoveryCode.objects.filter(user=user).delete()
    RecoveryCode.objects.bulk_create(
        RecoveryCode(user=user, digest=_digest(user, code)) for code in codes
    )
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def unused_recovery_codes(user):
    return RecoveryCode.objects.filter(user=user, used_at=None).count()


@transaction.atomic
def reset(user):
    """Forget ``user``'s app and codes, and end what he has open: the next sign-in begins anew."""
    SecondFactor.objects.filter(user=user).delete()
    RecoveryCode.objects.filter(user=user).delete()
    Session.objects.end_of(user)


def _use_app_code(factor, code):
    try:
        secret = base64.b32decode(in_letters(factor.secret))
    except Broken:
        return False  # SECRET_KEY has changed: an administrator resets it
    present = int(time.time()) // STEP
    for step in range(present - TOLERANCE, present + TOLERANCE + 1):
        is_fresh = step > factor.last_step
        if is_fresh and constant_time_compare(f"{hotp(secret, step):06}", code):
            factor.last_step = step
            factor.save()
            return True
    return False


def _use_recovery_code(user, code):
    unused = RecoveryCode.objects.filter(user=user, digest=_digest(user, code), used_at=None)
    return unused.update(used_at=timezone.now()) == 1


def _plain(code):
    """Return what was typed as the app shows it: a Korean keyboard may give ０ for 0."""
    return "".join(unicodedata.normalize("NFKC", code).split()).replace("-", "").lower()


def _digest(user, code):
    return salted_hmac("staff.recovery", f"{user.pk}:{code}", algorithm="sha256").hexdigest()
