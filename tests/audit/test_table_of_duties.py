"""The auditor's table: no duty is missing, and what it names as proof is there."""

import re

import pytest

from backoffice.environment import BASE_DIR

TABLE = (BASE_DIR / "backoffice/audit/README.md").read_text()
DUTIES = [f"P{number}" for number in range(1, 32)] + ["P26a"]
PROOFS = sorted(set(re.findall(r"`(tests/[\w/.:]+)`", TABLE)))
NAMED = sorted(set(re.findall(r"`([A-Z]+(?:_[A-Z]+)*)(?:[ =][^`]*)?`", TABLE)))


def test_no_duty_is_missing():
    rows = re.findall(r"^\| (P\d+a?) \|", TABLE, re.MULTILINE)

    assert sorted(rows) == sorted(DUTIES)


@pytest.mark.parametrize("proof", PROOFS)
def test_what_is_named_as_proof_is_there(proof):
    path, _colons, name = proof.partition("::")
    source = (BASE_DIR / path).read_text()

    assert f"def {name or 'test_'}" in source


@pytest.mark.parametrize("name", NAMED)
def test_a_setting_that_is_named_is_one(name):
    sources = (BASE_DIR / "backoffice").glob("*.py")

    assert any(f'"{name}"' in source.read_text() for source in sources), name
