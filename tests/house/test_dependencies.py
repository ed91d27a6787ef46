"""The check of the dependencies: a finding fails it, silence of a service does not."""

import importlib.util
import json
import subprocess
from importlib.machinery import SourceFileLoader
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / ".ci" / "dependencies"


@pytest.fixture
def check():
    loader = SourceFileLoader("dependencies", str(SCRIPT))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(loader.name, loader))
    loader.exec_module(module)
    return module


@pytest.fixture
def answers(check, monkeypatch):
    """answers(pip_audit={…}): what the tools print; None where they do not answer."""

    def set_up(**printed):
        def run(module, *arguments):
            answer = printed.get(module)
            if answer is None:
                return None
            return subprocess.CompletedProcess([], 0, json.dumps(answer), "")

        monkeypatch.setattr(check, "run", run)

    return set_up


def package(name="django", *, advisories=(), **more):
    vulns = [{"id": each, "aliases": [f"alias-{each}"]} for each in advisories]
    return {"name": name, "version": "1.0", "vulns": vulns} | more


def test_every_pin_is_exact(check):
    assert check.loose_pins() == []


@pytest.mark.parametrize("line", ["django", "django>=5", "django==5.*", "django~=5.2", "-e ."])
def test_a_loose_pin_is_a_finding(line, check, tmp_path, monkeypatch):
    path = tmp_path / "requirements.txt"
    path.write_text(f"celery==5.7.0  # broker\n\n{line}\n")
    monkeypatch.setattr(check, "REQUIREMENTS", path)

    assert check.loose_pins() == [f"{line!r} is no exact pin."]


def test_a_known_advisory_fails_the_check(check, answers):
    answers(pip_audit={"dependencies": [package(advisories=["PYSEC-1"]), package("celery")]})

    assert check.advisories() == ["django 1.0: PYSEC-1"]


@pytest.mark.parametrize("known_as", ["PYSEC-1", "alias-PYSEC-1"])
def test_an_accepted_advisory_does_not(known_as, check, answers, monkeypatch):
    monkeypatch.setattr(check, "ACCEPTED", {known_as: "we do not use that part"})
    answers(pip_audit={"dependencies": [package(advisories=["PYSEC-1"])]})

    assert check.advisories() == []


def test_a_service_that_knows_nothing_is_not_taken_for_a_clean_bill(check, answers, capsys):
    unknown = {"name": "django", "skip_reason": "Dependency not found"}
    answers(pip_audit={"dependencies": [unknown]})

    assert check.advisories() == []

    assert "NOT LOOKED" in capsys.readouterr().out


def test_what_was_left_out_is_named(check, answers, capsys):
    unknown = {"name": "celery", "skip_reason": "Dependency not found"}
    answers(pip_audit={"dependencies": [package(), unknown]})

    assert check.advisories() == []

    told = capsys.readouterr().out
    assert "1 of 2" in told
    assert "NOT LOOKED for advisories of celery" in told


def test_without_a_network_the_check_passes_and_says_so(check, answers, capsys):
    answers()

    assert check.main() == 0

    assert capsys.readouterr().out.count("NOT LOOKED") == 2


@pytest.mark.parametrize(("is_yanked", "faults"), [(True, 1), (False, 0)])
def test_a_withdrawn_release_fails_the_check(is_yanked, faults, check, monkeypatch):
    def run(module, *arguments):
        report = Path(arguments[arguments.index("--report") + 1])
        named = {"name": "django", "version": "5.2"}
        report.write_text(json.dumps({"install": [{"metadata": named, "is_yanked": is_yanked}]}))
        return subprocess.CompletedProcess([], 0, "", "")

    monkeypatch.setattr(check, "run", run)

    assert len(check.yanked()) == faults
