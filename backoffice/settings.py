"""
Settings, all of them: one file, driven by the environment.

A value that makes no sense is refused at start with a sentence that names the
variable. Everything has a default that runs from a fresh checkout.
"""

from datetime import timedelta

from environ import Env

from backoffice.content_policy import CONTENT_SECURITY_POLICY  # noqa: F401  a setting
from backoffice.environment import (
    BASE_DIR,
    VAR_DIR,
    hours,
    kept_secret,
    long_secrets,
    networks,
    number,
    one_of,
    several,
    signing_secret,
    switch,
    telephone,
    text,
    url,
)
from backoffice.theme import UNFOLD  # noqa: F401  a setting

# Who and where

DEBUG = switch("DEBUG", False)
DEMO = switch("DEMO", False)  # set by `manage.py demo` for its own processes
HTTPS = switch("HTTPS", not (DEBUG or DEMO))
SECRET_KEY_GIVEN = bool(text("SECRET_KEY"))
SECRET_KEY = kept_secret("SECRET_KEY", "secret-key")
SECRET_KEY_FALLBACKS = several("SECRET_KEY_FALLBACKS")  # earlier ones, to read with
ALLOWED_HOSTS = several("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = several("CSRF_TRUSTED_ORIGINS")

ROOT_URLCONF = "backoffice.urls"
CSRF_FAILURE_VIEW = "backoffice.outages.stale_form"
WSGI_APPLICATION = "backoffice.wsgi.application"
AUTH_USER_MODEL = "staff.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEST_RUNNER = "django.test.runner.DiscoverRunner"

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "backoffice.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "csp",
    "axes",
    "phonenumber_field",
    "backoffice.audit",
    "backoffice.workflow",
    "backoffice.retention",
    "backoffice.files",
    "backoffice.outbox",
    "backoffice.sms",
    "drivers",
    "drivers.importing",
    "cases",
    "backoffice",
    "backoffice.staff",  # last: the roles are set when every app's permissions exist
]

MIDDLEWARE = [
    "backoffice.logs.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "backoffice.protection.HeadersMiddleware",
    "backoffice.protection.NetworksMiddleware",
    "backoffice.protection.UploadLimitMiddleware",
    "backoffice.audit.middleware.OriginMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "backoffice.staff.middleware.ChosenLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "backoffice.staff.middleware.SessionEndMiddleware",
    "backoffice.staff.middleware.SecondFactorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "backoffice.staff.middleware.PasswordDueMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "backoffice.staff.middleware.ActingMiddleware",
    "backoffice.staff.middleware.HookLimitMiddleware",
    "backoffice.audit.middleware.RefusalMiddleware",
    "backoffice.outages.DatabaseOutageMiddleware",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "backoffice" / "templates"],  # before the theme's own
        "APP_DIRS": True,
        "OPTIONS": {
            "libraries": {
                "filter_choices": "backoffice.filter_choices",
                "page_links": "backoffice.page_links",
                "rows": "backoffice.rows",
                "trail": "backoffice.trail",
            },
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
    "default": Env.db_url_config(
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
    DATABASES["default"]["OPTIONS"] = {
        # A server that is gone says nothing: then a page waits so many seconds, and not for good.
        **{"connect_timeout": 3, "tcp_user_timeout": 15_000},  # the other in milliseconds
        **{"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 2},
        # PostgreSQL thinks of turning disks: it reads a table from its end to find some rows in
        # order where their keys by an index are ten times faster.
        "options": "-c random_page_cost=1.1 -c lock_timeout=20s",
        **DATABASES["default"].get("OPTIONS", {}),  # what the address says goes before
    }

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
CELERY_TASK_DEFAULT_QUEUE = text("CELERY_QUEUE", "backoffice")
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
SMS_ALLOWED_RECIPIENTS = {each.replace("-", "") for each in several("SMS_ALLOWED_RECIPIENTS")}
QUIET_HOURS = (21, 8)  # o'clock; a text then is announced as one to whoever causes it
SMS_PER_MINUTE = number("SMS_PER_MINUTE", 0, least=0)  # a brake; 0 is none

# The login service, which reports what drivers try

VERIFICATION_HOOK_SECRET = signing_secret("VERIFICATION_HOOK_SECRET")
# Where a code to be read out comes from; off means that nobody ever reads one.
CODE_SOURCE_URL = url("CODE_SOURCE_URL", "off://", schemes=("off", "simulator", "https", "http"))
CODE_SOURCE_TOKEN = text("CODE_SOURCE_TOKEN")

# Agit, the group tool that the department reads

# The address is a secret itself. While it is not set, posts wait and the pages say so.
AGIT_WEBHOOK_URL = url("AGIT_WEBHOOK_URL", "", schemes=("https", "http", ""))
AGIT_MENTION = text("AGIT_MENTION")  # who is called: @somebody
SITE_URL = url("SITE_URL", "http://localhost:8000", schemes=("https", "http")).rstrip("/")

# Outbox

OUTBOX_RETRY_WAITS = (5, 15, 60, 300, 900)  # seconds; the last is repeated
OUTBOX_WIRE_LIMIT = timedelta(seconds=10)  # one try may take this long
OUTBOX_LEASE = timedelta(seconds=30)  # then a silent worker counts as dead
OUTBOX_ASK_WAITS = (10, 30, 120, 600, 1800, 3600)  # seconds; then it is a person's
OUTBOX_ASK_RARELY = timedelta(hours=6)  # but for what was accepted, again and again
OUTBOX_MAY_ARRIVE = timedelta(hours=80)  # while it may still arrive; then it is a person's
OUTBOX_REPORT_WAIT = 600  # seconds; who was told nothing by then asks
OUTBOX_WATCHDOG = timedelta(seconds=number("OUTBOX_WATCHDOG_SECONDS", 120))
OUTBOX_IN_FLIGHT = number("OUTBOX_IN_FLIGHT", 50)  # deliveries on the wire at once, a process
OUTBOX_TOO_OLD = timedelta(hours=number("MESSAGE_TOO_OLD_HOURS", 12))

# The numbers of the centre's manual, here and nowhere else.

CENTRE_PHONE = telephone("CENTRE_PHONE", "1644-8830")
CODE_SENDER_PHONE = telephone("CODE_SENDER_PHONE", "1800-3400")
MISMATCHES_TO_LOCK = number("MISMATCHES_TO_LOCK", 10)
LOCK_HOURS = number("LOCK_HOURS", 24)
APP_LINK = text(
    "APP_LINK",
    "https://play.google.com/store/apps/details?id=com.kakao.taxi.driver&hl=ko",
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

# Two years, for 50,000 people and more; the law's least is one.
ACCESS_LOG_KEEP_DAYS = number("ACCESS_LOG_KEEP_DAYS", 730, least=365)
AUDIT_KEYS = long_secrets("AUDIT_KEY")  # of the access records' chain; the first is in use
OFFICE_HOURS = hours("OFFICE_HOURS", "7-22")  # o'clock; what is done outside of them is noted
# Whether one part of a name or a number is answered with people; ISMS-P 3.2.3 asks for two.
LOOSE_SEARCH = switch("LOOSE_SEARCH", False)
REVEALS_PER_DAY = number("REVEALS_PER_DAY", 30, least=0)  # masked fields, for each person
# How long what is kept: then retention takes what tells of a person, and leaves the figures.
CASES_KEEP_DAYS = number("CASES_KEEP_DAYS", 1095)  # after closing; complaints are kept 3 years
CORRECTIONS_KEEP_DAYS = number("CORRECTIONS_KEEP_DAYS", 1095)  # like the cases they belong to
# A withdrawal by mistake or a claim comes up within a month; what disputes need is in the cases.
WITHDRAWN_KEEP_DAYS = number("WITHDRAWN_KEEP_DAYS", 30)
MESSAGE_BODY_KEEP_DAYS = number("MESSAGE_BODY_KEEP_DAYS", 180, least=7)  # as providers do
EVENTS_KEEP_DAYS = number("EVENTS_KEEP_DAYS", 365)  # of the login service
RIGHTS_KEEP_DAYS = number("RIGHTS_KEEP_DAYS", 1095)  # after the answer
RIGHTS_DAYS = number("RIGHTS_DAYS", 10)  # the law's: for access and for correction
RIGHTS_LOG_KEEP_DAYS = number("RIGHTS_LOG_KEEP_DAYS", 1095)  # three years
# The groups that may take lists out of the house, each what its permissions say; none is off.
EXPORTS = set(several("EXPORTS"))
EXPORT_ROWS = number("EXPORT_ROWS", 5_000)
EXPORT_MINUTES = number("EXPORT_MINUTES", 30)  # then a file that nobody fetched is deleted
IMPORT_MEGABYTES = number("IMPORT_MEGABYTES", 20)  # of a file of drivers
TRUSTED_PROXIES = number("TRUSTED_PROXIES", 0, least=0)  # how many stand before this server

# Sign-in

AUTHENTICATION_BACKENDS = [
    "backoffice.staff.backends.LockBackend",
    "backoffice.staff.backends.StaffBackend",
]
# So many failures of a name from an address lock it there; see staff.lockout for the others.
AXES_FAILURE_LIMIT = number("SIGN_IN_FAILURES", 5)
AXES_COOLOFF_TIME = timedelta(minutes=number("SIGN_IN_LOCK_MINUTES", 30))
AXES_HANDLER = "backoffice.staff.lockout.Handler"
AXES_CLIENT_IP_CALLABLE = "backoffice.staff.lockout.address_of"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "backoffice.staff.lockout.locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # knocking on does not keep it shut
AXES_DISABLE_ACCESS_LOG = True  # access records are ours
AXES_ENABLE_ADMIN = False  # a lock is lifted on the page of its account
AXES_VERBOSE = False
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": name}
    for name in (
        "backoffice.staff.passwords.KindsValidator",
        "backoffice.staff.passwords.NotTheLastValidator",
        "django.contrib.auth.password_validation.CommonPasswordValidator",
        "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
    )
]
AUTH_PASSWORD_VALIDATORS[-1]["OPTIONS"] = {
    "user_attributes": ("username", "name", "email"),
    "max_similarity": 0.6,
}
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",  # slow on a graphics card as well
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",  # of accounts that are older
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
# A code of an authenticator app after the password: of everybody, of whoever set it up, of nobody.
SECOND_FACTOR = one_of(
    "SECOND_FACTOR", "OFF" if DEMO else "REQUIRED", ("REQUIRED", "OPTIONAL", "OFF")
).lower()
# A session ends after so much idleness, and in any case after so long a shift.
IDLE_MINUTES = number("IDLE_MINUTES", 15)
SESSION_HOURS = number("SESSION_HOURS", 12)
SESSION_ENGINE = "backoffice.staff.sessions"
SESSION_COOKIE_AGE = SESSION_HOURS * 3600  # seconds; how long a row is kept
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]  # a balancer takes 301 for a yes
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0  # a year
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
ALLOWED_NETWORKS = networks("ALLOWED_NETWORKS")  # whence the pages open; empty: from everywhere

# What is sent to us

UPLOAD_LIMIT = (IMPORT_MEGABYTES + 1) * 1_000_000  # bytes of a whole request: its form, too
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000  # bytes of it that are not a file
DATA_UPLOAD_MAX_NUMBER_FILES = 5
# Calls of the hooks that may be turned away from one address; those that hold are not counted.
HOOK_REFUSALS_PER_MINUTE = number("HOOK_REFUSALS_PER_MINUTE", 60)
FILE_UPLOAD_PERMISSIONS = 0o600

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
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "backoffice.static_files.CollectedFiles"},
}
WHITENOISE_USE_FINDERS = True  # no collectstatic needed to start

# Log: no numbers, no names, no texts

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "backoffice.logs.LineFormatter"},
        "json": {"()": "backoffice.logs.JsonFormatter"},
    },
    "filters": {"origin": {"()": "backoffice.logs.Origin"}},
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": one_of("LOG_FORMAT", "line", ("LINE", "JSON")).lower(),
            "filters": ["origin"],
        }
    },
    # It names who failed to sign in; some people type their password there.
    "loggers": {"axes": {"level": "ERROR"}},
    "root": {
        "handlers": ["stderr"],
        "level": one_of("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR")),
    },
}
