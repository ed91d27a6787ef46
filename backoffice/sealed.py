"""Sealing: what has to pass through a place where nobody may read it, with SECRET_KEY's help."""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class Broken(Exception):
    """The seal is not ours, was made for another purpose, or is too old."""


def seal(text, purpose):
    """Return ``text`` as letters for an address or a column, which only ``unseal`` reads."""
    return _cipher(purpose).encrypt(text.encode()).decode().rstrip("=")


def unseal(sealed, purpose, *, seconds=None):
    """
    Return what was sealed for ``purpose``, within the last ``seconds``.

    :raises Broken: nothing is known of it
    """
    padded = sealed + "=" * (-len(sealed) % 4)
    try:
        return _cipher(purpose).decrypt(padded.encode(), ttl=seconds).decode()
    except InvalidToken:
        raise Broken from None


def _cipher(purpose):
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet(
        [
            Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"{purpose}:{key}".encode()).digest()))
            for key in keys
        ]
    )
