"""Files of personal data on the server's disk: for this account alone, and never for long."""

import base64
import io
import os
import time

from cryptography.fernet import Fernet
from django.conf import settings
from django.utils.crypto import salted_hmac

KEPT = 24 * 3600  # seconds; nothing in these folders is older


def folder(name):
    """Return VAR_DIR/``name``, which only this account may enter."""
    path = settings.VAR_DIR / name
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def create(path):
    """Open a new file for writing that only this account may read."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def create_text(path):
    """Open a new file for texts, in place of one that a dead worker left."""
    path.unlink(missing_ok=True)
    return io.TextIOWrapper(create(path), encoding="utf-8")


def seal(path, content, *, secret):
    """Write ``content`` to ``path``, readable with the server's key and ``secret`` alone."""
    path.unlink(missing_ok=True)  # of a worker that died
    with create(path) as file:
        file.write(_cipher(secret).encrypt(content))


def unseal(path, *, secret):
    """
    Return what was sealed.

    :raises FileNotFoundError: it is not there any more
    """
    return _cipher(secret).decrypt(path.read_bytes())


def _cipher(secret):
    key = salted_hmac("files.seal", secret, algorithm="sha256").digest()
    return Fernet(base64.urlsafe_b64encode(key))


def remove(name, token):
    """Delete every file of ``token`` in the folder ``name``."""
    for path in folder(name).glob(f"{token}.*"):
        path.unlink(missing_ok=True)


def remove_forgotten(name, *, keep):
    """Delete what is older than a day and not of a token in ``keep``: its row is gone."""
    for path in folder(name).iterdir():
        token = path.name.partition(".")[0]
        if token not in keep and path.stat().st_mtime < time.time() - KEPT:
            path.unlink(missing_ok=True)
