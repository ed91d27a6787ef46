"""The product's settings, for tests: nothing leaves the process unless a test starts it."""

import os
import tempfile

# Said before the settings are read, and only where the caller has not said otherwise.
os.environ.setdefault("HTTPS", "0")
os.environ.setdefault("SMS_URL", "memory://")
os.environ.setdefault("CELERY_BROKER_URL", "memory://")
os.environ.setdefault("SECRET_KEY", "only-for-tests")
os.environ.setdefault("LOG_LEVEL", "WARNING")
# Most tests look for one driver among two; those of the limits themselves run without it.
os.environ.setdefault("LOOSE_SEARCH", "1")
os.environ.setdefault("SECOND_FACTOR", "off")  # required where a test is about it
# Tests travel in time; those about sessions set their own.
os.environ.setdefault("IDLE_MINUTES", "1000000")
os.environ.setdefault("SESSION_HOURS", "100000")
os.environ["CELERY_QUEUE"] = f"tests-{os.getpid()}"

from backoffice.settings import *  # noqa: F403
from backoffice.settings import DATABASES

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, as in production: threads then meet each other as they would there.
    DATABASES["default"]["TEST"] = {
        "NAME": f"{tempfile.gettempdir()}/backoffice-tests-{os.getpid()}.sqlite3"
    }

# Hashing passwords slowly is for attackers, not for tests.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# Files are looked for when asked for, not all of them for each of thousands of clients.
WHITENOISE_AUTOREFRESH = True
