"""
Settings, all of them: one file, driven by the environment.

A value that makes no sense is refused at start with a sentence that names the
variable. Everything has a default that runs from a fresh checkout.
"""

import base64
import secrets
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parent.parent
# What a running product writes; never committed.
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var"))).resolve()


def switch(name, default):
    """Return the variable as a boolean; anything but a plain yes or no is refused."""
    value = env.str(name, default="1" if default else "0").strip().lower()
    if value not in {"1", "0", "true", "false", "yes", "no", "on", "off"}:
        raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}.")
    return value in {"1", "true", "yes", "on"}


def number(name, default, *, least=1):
    """Return the variable as a whole number of at least ``least``."""
    value = env.str(name, default=str(default)).strip()
    if not value.isascii() or not value.isdigit() or int(value) < least:
        raise ImproperlyConfigured(
            f"{name} must be a whole number from {least} up, not {value!r}."
        )
    return int(value)


def url(name, default, *, schemes):
    """Return the variable as a URL with one of ``schemes``."""
    value = env.str(name, default="").strip() or default
    if urlsplit(value).scheme not in schemes:
        raise ImproperlyConfigured(
            f"{name} must start with one of {', '.join(f'{scheme}://' for scheme in schemes)}."
        )
    return value


def telephone(name, default):
    """Return the variable as a telephone number of digits and hyphens."""
    value = env.str(name, default=default).strip()
    if not 8 <= len(value.replace("-", "")) <= 11 or not value.replace("-", "").isdecimal():
        raise ImproperlyConfigured(f"{name} must be a number such as {default}, not {value!r}.")
    return value


def one_of(name, default, choices):
    """Return the variable, in capitals, as one of ``choices``."""
    value = env.str(name, default=default).strip().upper()
    if value not in choices:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(choices)}, not {value!r}.")
    return value


def signing_secret(name):
    """Return the variable as a secret of Standard Webhooks (whsec_…); "" where it is not set."""
    value = env.str(name, default="").strip()
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
    if value := env.str(name, default="").strip():
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


# Who and where

DEBUG = switch("DEBUG", False)
DEMO = switch("DEMO", False)  # set by `manage.py demo` for its own processes
HTTPS = switch("HTTPS", not (DEBUG or DEMO))
SECRET_KEY_GIVEN = bool(env.str("SECRET_KEY", default="").strip())
SECRET_KEY = kept_secret("SECRET_KEY", "secret-key")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

ROOT_URLCONF = "backoffice.urls"
WSGI_APPLICATION = "backoffice.wsgi.application"
AUTH_USER_MODEL = "staff.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEST_RUNNER = "django.test.runner.DiscoverRunner"

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "backoffice.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "phonenumber_field",
    "backoffice.audit",
    "backoffice.workflow",
    "backoffice.outbox",
    "backoffice.sms",
    "drivers",
    "cases",
    "backoffice",
    "backoffice.staff",  # last: the roles are set when every app's permissions exist
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "backoffice.staff.middleware.ChosenLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "backoffice.audit.middleware.OriginMiddleware",
    "backoffice.outages.DatabaseOutageMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "backoffice" / "templates"],  # before the theme's own
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# Database

DATABASES = {
    "default": env.db_url_config(
        url(
            "DATABASE_URL",
            f"sqlite:///{VAR_DIR / 'backoffice.sqlite3'}",
            schemes=("sqlite", "postgresql", "postgres"),
        )
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    VAR_DIR.mkdir(parents=True, exist_ok=True)
    DATABASES["default"]["OPTIONS"] = {
        # Without it two processes that read and then write fail each other at once.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,  # seconds to wait for the other writer
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASES["default"].setdefault("CONN_MAX_AGE", 60)  # seconds
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

# Celery: a bell. What is to be done stands in the database.

CELERY_BROKER_URL = url(
    "CELERY_BROKER_URL",
    "filesystem://",
    schemes=("filesystem", "redis", "rediss", "amqp", "amqps", "memory"),
)
CELERY_BROKER_TRANSPORT_OPTIONS = {}
if CELERY_BROKER_URL.startswith("filesystem"):
    spool = VAR_DIR / "broker"
    for folder in ("messages", "control"):
        (spool / folder).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(spool / "messages"),
        "data_folder_out": str(spool / "messages"),
        "control_folder": str(spool / "control"),
        "polling_interval": 0.1,  # seconds
    }
elif CELERY_BROKER_URL.startswith("redis"):
    # Seconds. The worker's own blocking read asks for one second at a time.
    CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_connect_timeout": 1, "socket_timeout": 2}
CELERY_BROKER_CONNECTION_TIMEOUT = 1  # seconds; a page must not wait for a dead broker
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_PUBLISH_RETRY = False  # the sweep is the retry
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = env.str("CELERY_QUEUE", default="backoffice")
CELERY_TIMEZONE = "Asia/Seoul"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULER = "backoffice.outbox.beat:Scheduler"
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "celerybeat-schedule")

# Texts

SMS_GATEWAYS = {
    "console": "backoffice.sms.gateways.console.ConsoleGateway",
    "memory": "backoffice.sms.gateways.memory.MemoryGateway",
    "demo": "backoffice.sms.gateways.demo.DemoGateway",
    "solapi": "backoffice.sms.gateways.solapi.SolapiGateway",
    "nhn": "backoffice.sms.gateways.nhn.NhnGateway",
    "kannel": "backoffice.sms.gateways.kannel.KannelGateway",
}
SMS_URL = url("SMS_URL", "console://", schemes=tuple(SMS_GATEWAYS))
# Takes over what the first surely did not take; never what it may have taken.
SMS_SECOND_URL = url("SMS_SECOND_URL", "", schemes=("", *SMS_GATEWAYS))
# Outside of production: only these numbers get texts. Empty: everybody.
SMS_ALLOWED_RECIPIENTS = {
    each.replace("-", "").strip() for each in env.list("SMS_ALLOWED_RECIPIENTS", default=[])
}
QUIET_HOURS = (21, 8)  # o'clock; a text then is announced as one to whoever causes it
SMS_PER_MINUTE = number("SMS_PER_MINUTE", 0, least=0)  # a brake; 0 is none

# The login service, which reports what drivers try

VERIFICATION_HOOK_SECRET = signing_secret("VERIFICATION_HOOK_SECRET")
# Where a code to be read out comes from; off means that nobody ever reads one.
CODE_SOURCE_URL = url("CODE_SOURCE_URL", "off://", schemes=("off", "simulator", "https", "http"))
CODE_SOURCE_TOKEN = env.str("CODE_SOURCE_TOKEN", default="").strip()

# Agit, the group tool that the department reads

# The address is a secret itself. While it is not set, posts wait and the pages say so.
AGIT_WEBHOOK_URL = url("AGIT_WEBHOOK_URL", "", schemes=("https", "http", ""))
AGIT_MENTION = env.str("AGIT_MENTION", default="").strip()  # who is called: @somebody
SITE_URL = url("SITE_URL", "http://localhost:8000", schemes=("https", "http")).rstrip("/")

# Outbox

OUTBOX_RETRY_WAITS = (5, 15, 60, 300, 900)  # seconds; the last is repeated
OUTBOX_WIRE_LIMIT = timedelta(seconds=10)  # one try may take this long
OUTBOX_LEASE = timedelta(seconds=30)  # then a silent worker counts as dead
OUTBOX_ASK_WAITS = (10, 30, 120, 600, 1800, 3600)  # seconds; then it is a person's
OUTBOX_REPORT_WAIT = 600  # seconds; who was told nothing by then asks
OUTBOX_WATCHDOG = timedelta(seconds=number("OUTBOX_WATCHDOG_SECONDS", 120))
OUTBOX_IN_FLIGHT = number("OUTBOX_IN_FLIGHT", 50)  # deliveries on the wire at once, a process
OUTBOX_TOO_OLD = timedelta(hours=number("MESSAGE_TOO_OLD_HOURS", 12))

# The numbers of the centre's manual, here and nowhere else.

CENTRE_PHONE = telephone("CENTRE_PHONE", "1644-8830")
CODE_SENDER_PHONE = telephone("CODE_SENDER_PHONE", "1800-3400")
MISMATCHES_TO_LOCK = number("MISMATCHES_TO_LOCK", 10)
LOCK_HOURS = number("LOCK_HOURS", 24)
APP_LINK = env.str(
    "APP_LINK",
    default="https://play.google.com/store/apps/details?id=com.kakao.taxi.driver&hl=ko",
)
RECONTACT_DAYS = number("RECONTACT_DAYS", 7)
IDENTITY_MINUTES = number("IDENTITY_MINUTES", 15)
IDENTITY_ITEMS = number("IDENTITY_ITEMS", 2)  # how many compared items have to match
# So often may what a caller says miss the record within a day; two is one call of Q3 and Q4.
MISMATCHED_COMPARISONS = number("MISMATCHED_COMPARISONS", 6)

SECOND_CORRECTION_DAYS = number("SECOND_CORRECTION_DAYS", 30)
SCHEDULED_HOURS = number("SCHEDULED_HOURS", 24)  # then a change waits for no log-in any more

# What a second person decides

APPROVAL_HOURS = number("APPROVAL_HOURS", 24)  # an unanswered request ends then
READ_OUT_MINUTES = number("READ_OUT_MINUTES", 3)  # from asking to deciding, and to reading
READ_OUTS_PER_AGENT = number("READ_OUTS_PER_AGENT", 3)  # a day
READ_OUTS_PER_LEAD = number("READ_OUTS_PER_LEAD", 10)  # a day

# Personal data

ACCESS_LOG_KEEP_DAYS = number("ACCESS_LOG_KEEP_DAYS", 730)  # two years, for 50,000 people and more
TRUSTED_PROXIES = number("TRUSTED_PROXIES", 0, least=0)  # how many stand before this server

# Sign-in

AUTHENTICATION_BACKENDS = ["backoffice.staff.backends.StaffBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0  # a year
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"

# Language and time

LANGUAGE_CODE = "ko"
LANGUAGES = [("ko", "한국어"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "backoffice" / "locale"]
TIME_ZONE = "Asia/Seoul"
USE_TZ = True
FORMAT_MODULE_PATH = ["backoffice.formats"]
PHONENUMBER_DEFAULT_REGION = "KR"
PHONENUMBER_DB_FORMAT = "E164"
PHONENUMBER_DEFAULT_FORMAT = "NATIONAL"

# Files

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # its absence is warned about at every start
WHITENOISE_USE_FINDERS = True  # no collectstatic needed to start

# Log: no numbers, no names, no texts

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {
        "handlers": ["stderr"],
        "level": one_of("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR")),
    },
}

# The theme

UNFOLD = {
    "SITE_TITLE": _("Driver support"),
    "SITE_HEADER": _("Driver support"),
    "SITE_SUBHEADER": _("Operations centre back-office"),
    "SITE_SYMBOL": "local_taxi",
    "SITE_URL": None,
    "SHOW_LANGUAGES": True,
    "SHOW_BACK_BUTTON": False,
    "SHOW_VIEW_ON_SITE": False,
    "BORDER_RADIUS": "6px",
    "SIDEBAR": {"navigation": "backoffice.site.navigation"},
    "STYLES": ["backoffice.site.stylesheet"],
    "SCRIPTS": ["backoffice.site.script"],
    "ENVIRONMENT": "backoffice.site.environment",
    "DASHBOARD_CALLBACK": "backoffice.home.home",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": "backoffice.site.favicon"}],
    "SHOW_HISTORY": False,  # each page has a timeline of its own
    "COLORS": {
        "primary": {
            "50": "oklch(97.5% .018 255)",
            "100": "oklch(94% .035 255)",
            "200": "oklch(88% .065 255)",
            "300": "oklch(80% .11 255)",
            "400": "oklch(70% .15 256)",
            "500": "oklch(60% .18 257)",
            "600": "oklch(52% .19 258)",
            "700": "oklch(45% .17 259)",
            "800": "oklch(39% .14 260)",
            "900": "oklch(34% .11 261)",
            "950": "oklch(25% .08 262)",
        },
    },
}
