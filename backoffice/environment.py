"""
Reading the environment: each function refuses nonsense with a sentence that names the variable.

Read as they are: django-environ would take a secret that begins with “$” for another's name.
"""

import base64
import os
import secrets
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent


def text(name, default=""):
    """Return the variable as it is, without blanks around it."""
    return os.environ.get(name, default).strip()


def several(name, default=()):
    """Return the variable as a list, separated by commas; ``default`` where it is not set."""
    if name not in os.environ:
        return list(default)
    return [part for each in os.environ[name].split(",") if (part := each.strip())]


# What a running product writes; never committed.
VAR_DIR = Path(text("VAR_DIR") or BASE_DIR / "var").resolve()


def switch(name, default):
    """Return the variable as a boolean; anything but a plain yes or no is refused."""
    value = text(name, "1" if default else "0").lower()
    if value not in {"1", "0", "true", "false", "yes", "no", "on", "off"}:
        raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}.")
    return value in {"1", "true", "yes", "on"}


def number(name, default, *, least=1):
    """Return the variable as a whole number of at least ``least``."""
    value = text(name, str(default))
    if not value.isascii() or not value.isdigit() or int(value) < least:
        raise ImproperlyConfigured(
            f"{name} must be a whole number from {least} up, not {value!r}."
        )
    return int(value)


def url(name, default, *, schemes):
    """Return the variable as a URL with one of ``schemes``; of the web, with a host."""
    value = text(name) or default
    parts = urlsplit(value)
    if parts.scheme in {"http", "https"} and not parts.hostname:
        raise ImproperlyConfigured(f"{name} must name a host after {parts.scheme}://.")
    if parts.scheme not in schemes:
        raise ImproperlyConfigured(
            f"{name} must start with one of {', '.join(f'{scheme}://' for scheme in schemes)}."
        )
    return value


def telephone(name, default):
    """Return the variable as a telephone number of digits and hyphens."""
    value = text(name, default)
    if not 8 <= len(value.replace("-", "")) <= 11 or not value.replace("-", "").isdecimal():
        raise ImproperlyConfigured(f"{name} must be a number such as {default}, not {value!r}.")
    return value


def one_of(name, default, choices):
    """Return the variable, in capitals, as one of ``choices``."""
    value = text(name, default).upper()
    if value not in choices:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(choices)}, not {value!r}.")
    return value


def networks(name):
    """Return the variable as a list of networks such as 10.0.0.0/8, separated by commas."""
    try:
        return [ip_network(each) for each in several(name)]
    except ValueError as fault:
        raise ImproperlyConfigured(
            f"{name} must be networks such as 10.0.0.0/8, separated by commas: {fault}."
        ) from None


def signing_secret(name):
    """Return the variable as a secret of Standard Webhooks (whsec_…); "" where it is not set."""
    value = text(name)
    try:
        is_long_enough = len(base64.b64decode(value.removeprefix("whsec_"), validate=True)) >= 16
    except ValueError:
        is_long_enough = False
    if value and not is_long_enough:
        raise ImproperlyConfigured(
            f"{name} must be base64 of at least 16 bytes, with or without “whsec_” before it."
        )
    return value


def kept_secret(name, filename):
    """Return the variable, or a secret made once and kept on this machine alone."""
    if value := text(name):
        return value
    path = VAR_DIR / filename
    if not path.exists():
        VAR_DIR.mkdir(parents=True, exist_ok=True)
        # Two processes may start at once: the first to link wins, both read the same.
        aside = path.with_name(f".{filename}.{secrets.token_hex(4)}")
        aside.touch(mode=0o600)
        aside.write_text(secrets.token_urlsafe(48))
        try:
            path.hardlink_to(aside)
        except FileExistsError:
            pass
        aside.unlink()
    return path.read_text().strip()


def hours(name, default):
    """Return the variable as two hours of the day: from, and until."""
    value = text(name, default)
    parts = value.split("-")
    if len(parts) == 2 and all(part.isascii() and part.isdigit() for part in parts):
        start, end = map(int, parts)
        if start < end <= 24:
            return start, end
    raise ImproperlyConfigured(f"{name} must be two hours such as {default}, not {value!r}.")


def long_secrets(name):
    """Return the variable as a list of secrets of at least 32 characters each."""
    values = several(name)
    if any(len(value) < 32 for value in values):
        raise ImproperlyConfigured(f"Each secret in {name} must have at least 32 characters.")
    return values
