"""The secret that the login service signs with: nonsense is refused at start."""

import os
import secrets
import subprocess
import sys
from base64 import b64encode
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from standardwebhooks import Webhook

from backoffice.settings import signing_secret

NAME = "VERIFICATION_HOOK_SECRET"
GOOD = "MDEyMzQ1Njc4OWFiY2RlZg=="  # sixteen bytes
START = "import django; django.setup(); from django.conf import settings; print(settings.{})"


@pytest.fixture
def read(monkeypatch):
    def read(value):
        monkeypatch.setenv(NAME, value)
        return signing_secret(NAME)

    return read


@pytest.mark.parametrize("value", ["", "   "])
def test_none_is_none(read, value):
    assert read(value) == ""


@pytest.mark.parametrize("value", [GOOD, f"whsec_{GOOD}", f"  whsec_{GOOD}\n"])
def test_a_good_one_signs(read, value):
    assert Webhook(read(value))._whsecret == b"0123456789abcdef"


@pytest.mark.parametrize(
    "value",
    [
        "whsec_",
        "secret",
        "MDEyMzQ1Njc4OWFiY2Rl",  # fifteen bytes
        GOOD.rstrip("="),
        GOOD.replace("M", "-"),
        f"whsec_whsec_{GOOD}",
        f"WHSEC_{GOOD}",
        f"{GOOD[:8]} {GOOD[8:]}",
        "비밀비밀비밀비밀비밀비밀",
        "whsec_" + "!" * 24,
    ],
)
def test_nonsense_is_refused_in_a_sentence_that_names_the_variable(read, value):
    with pytest.raises(ImproperlyConfigured) as refusal:
        read(value)

    assert NAME in str(refusal.value)
    assert len(value) < 10 or value not in str(refusal.value)


def test_a_machine_made_one_is_always_good(read):
    for length in range(16, 64):
        read(f"whsec_{b64encode(secrets.token_bytes(length)).decode()}")


@pytest.mark.parametrize("value", ["whsec_too-short", f"whsec_{GOOD}"])
def test_the_product_does_not_start_with_nonsense(value, tmp_path):
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    started = subprocess.run(
        [sys.executable, "-W", "error", "-c", START.format(NAME)],
        env={
            **kept,
            "DJANGO_SETTINGS_MODULE": "backoffice.settings",
            "VAR_DIR": str(tmp_path / "var"),
            NAME: value,
        },
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    if GOOD in value:
        assert (started.returncode, started.stdout.strip()) == (0, value)
    else:
        last_line = started.stderr.strip().splitlines()[-1]
        assert started.returncode != 0
        assert last_line.startswith(f"django.core.exceptions.ImproperlyConfigured: {NAME} ")
        assert value not in started.stderr
