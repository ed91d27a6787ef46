"""The numbers of the manual stand in the settings and nowhere else."""

import re
from pathlib import Path

import pytest

from backoffice.sms.rendering import variables

ROOT = Path(__file__).parents[2]
SETTINGS = ROOT / "backoffice/settings.py"
APPS = ("cases", "drivers", "backoffice")
TEXTS = sorted((ROOT / "backoffice/sms/texts").glob("*.txt"))
KINDS = {".py", ".toml", ".html", ".txt", ".js"}
NUMBER = re.compile(
    r"1800-?3400|1644-?8830"  # telephones, as digits or as they are written
    r"|(?<!\d)(?:10\s*회|24\s*시간)"  # the lock
    r"|com\.kakao\.taxi\.driver"  # the link to the app
)


def sources():
    """Every source of the product but its settings and its translations."""
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*")):
            if path.suffix in KINDS and path != SETTINGS and "locale" not in path.parts:
                yield path


def test_no_source_says_a_number_of_the_manual():
    found = {
        f"{path.relative_to(ROOT)}: {number}"
        for path in sources()
        for number in NUMBER.findall(path.read_text("utf-8"))
    }

    assert found == set()


def test_the_settings_have_them():
    found = set(NUMBER.findall(SETTINGS.read_text("utf-8")))

    assert found == {"1800-3400", "1644-8830", "com.kakao.taxi.driver"}


@pytest.mark.parametrize("text", ["1800-3400", "18003400", "10회", "10 회", "24시간 이후"])
def test_a_number_would_be_found(text):
    assert NUMBER.search(text)


def test_the_sources_are_all_looked_at():
    looked_at = {path.relative_to(ROOT).as_posix() for path in sources()}

    assert {"cases/playbooks/shipped/q1.toml", "cases/templates/cases/desk.html"} <= looked_at
    assert {path.relative_to(ROOT).as_posix() for path in TEXTS} <= looked_at
    assert "backoffice/settings.py" not in looked_at


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_each_text_names_the_centre_by_a_variable(path):
    assert "센터번호" in variables(path.read_text("utf-8"))
