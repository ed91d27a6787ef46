"""Settings: nonsense is refused at start with a sentence that names the variable."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
READ = "from django.conf import settings; settings.DEBUG"
CHECK = "import django; django.setup(); from django.core.checks import run_checks; run_checks()"


@pytest.fixture
def start(tmp_path):
    """Run Python with the product's settings and nothing else from this environment."""

    def run(code, **variables):
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return subprocess.run(
            [sys.executable, "-W", "error", "-c", code],
            env={
                **kept,
                "DJANGO_SETTINGS_MODULE": "backoffice.settings",
                "VAR_DIR": str(tmp_path / "var"),
                **variables,
            },
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


def test_secrets_are_taken_as_they_are(start):
    """One in fifty that Django makes begins with “$”, and lists are written with blanks."""
    told = start(
        "from django.conf import settings as s;"
        "print(s.SECRET_KEY, s.SECRET_KEY_FALLBACKS, s.AUDIT_KEYS, s.CODE_SOURCE_TOKEN)",
        SECRET_KEY="$ecret",
        SECRET_KEY_FALLBACKS="$old, older",
        AUDIT_KEY="$" * 32,
        CODE_SOURCE_TOKEN="$token",
    )

    assert told.stdout.split("\n")[0] == f"$ecret ['$old', 'older'] ['{'$' * 32}'] $token"


def test_a_database_that_is_silent_is_not_waited_for(start):
    """As where its machine is gone: whoever asks gets a sentence, after some seconds."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        began = time.monotonic()
        told = start(
            "import django; django.setup(); from django.db import connection as c;"
            "c.ensure_connection()",
            DATABASE_URL=f"postgresql://x@127.0.0.1:{silent.getsockname()[1]}/x",
        )

    assert told.stderr.splitlines()[-1].startswith("django.db.utils.OperationalError")
    assert time.monotonic() - began < 20


def test_a_fresh_checkout_needs_no_variable(start):
    started = start(CHECK)

    assert (started.returncode, started.stderr) == (0, "")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEBUG", "maybe"),
        ("AGIT_WEBHOOK_URL", "https:///webhook/1"),
        ("DEMO", "2"),
        ("HTTPS", "y"),
        ("RECONTACT_DAYS", "0"),
        ("RECONTACT_DAYS", "-7"),
        ("RECONTACT_DAYS", "seven"),
        ("RECONTACT_DAYS", "7.5"),
        ("RECONTACT_DAYS", "７"),
        ("MISMATCHES_TO_LOCK", "0"),
        ("LOCK_HOURS", ""),
        ("EXPORT_ROWS", "0"),
        ("EXPORT_MINUTES", "half"),
        ("IMPORT_MEGABYTES", "-1"),
        ("TRUSTED_PROXIES", "-1"),
        ("MESSAGE_TOO_OLD_HOURS", "0"),
        ("ALLOWED_NETWORKS", "10.0.0.0/33"),
        ("ALLOWED_NETWORKS", "office"),
        ("SMS_URL", "ftp://x"),
        ("SMS_URL", "console"),
        ("CELERY_BROKER_URL", "nonsense://"),
        ("CELERY_BROKER_URL", "localhost:6379"),
        ("DATABASE_URL", "nonsense://x/y"),
        ("DATABASE_URL", "just words"),
        ("LOG_LEVEL", "loud"),
        ("LOG_FORMAT", "xml"),
        ("CENTRE_PHONE", "call us"),
        ("ACCESS_LOG_KEEP_DAYS", "364"),
        ("AUDIT_KEY", "too short"),
        ("AUDIT_KEY", f"{'k' * 32},short"),
        ("OFFICE_HOURS", "22-7"),
        ("OFFICE_HOURS", "7-25"),
        ("OFFICE_HOURS", "all day"),
    ],
)
def test_nonsense_is_refused_in_a_sentence(name, value, start):
    started = start(f"{READ}; import django; django.setup()", **{name: value})

    last_line = started.stderr.strip().splitlines()[-1:]
    assert started.returncode != 0
    assert last_line[0].startswith("django.core.exceptions.ImproperlyConfigured: ")
    assert name in last_line[0]


@pytest.mark.parametrize("name", ["SMS_URL", "CELERY_BROKER_URL"])
def test_an_empty_address_is_the_default_or_refused(name, start):
    started = start(CHECK, **{name: ""})

    assert started.returncode == 0 or name in started.stderr.strip().splitlines()[-1]


@pytest.mark.parametrize(
    ("value", "read"), [("1", True), ("yes", True), (" TRUE ", True), ("off", False), ("0", False)]
)
def test_a_switch_is_a_plain_yes_or_no(value, read, start):
    started = start(f"{READ}; print(settings.DEBUG)", DEBUG=value)

    assert started.stdout.strip() == str(read)


def test_the_secret_of_this_machine_is_made_once_and_kept_from_others(start, tmp_path):
    tell = "from django.conf import settings; print(settings.SECRET_KEY)"

    secrets = {start(tell).stdout for _start in range(2)}

    assert len(secrets) == 1
    assert len(secrets.pop().strip()) >= 50
    assert (tmp_path / "var" / "secret-key").stat().st_mode & 0o077 == 0


def test_the_deployed_product_passes_the_deployment_checks(start):
    started = start(
        "import sys; from django.core.management import execute_from_command_line as run;"
        "run(['manage.py', 'check', '--deploy', '--fail-level', 'WARNING'])",
        SECRET_KEY="kdY3-x9sT_qPz7LmB2vWc8RnE4uHf6JaXo1GiKtQy5ZsDwVeMbNl0CrUpFhSjAg",
        SMS_URL="demo://127.0.0.1:9000?key=a2V5",
        AGIT_WEBHOOK_URL="https://agit.example/webhook/1",
        SITE_URL="https://support.example",
        TRUSTED_PROXIES="1",
        VERIFICATION_HOOK_SECRET="whsec_MDEyMzQ1Njc4OWFiY2RlZg==",
    )

    assert started.returncode == 0, started.stderr
