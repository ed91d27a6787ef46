"""The table of drills names tests that are there."""

import ast
from pathlib import Path

import pytest

from tests.drills.table import DRILLS

TESTS = Path(__file__).parents[1]


def test_every_drill_is_there():
    assert [drill.number for drill in DRILLS] == [f"D{number}" for number in range(1, 25)]


@pytest.mark.parametrize("drill", DRILLS, ids=lambda drill: drill.number)
def test_its_tests_are_there(drill):
    for test in drill.tests:
        path, _colons, name = test.partition("::")
        tree = ast.parse((TESTS / path).read_text())
        names = {each.name for each in tree.body if isinstance(each, ast.FunctionDef)}
        assert name in names if name else any(each.startswith("test_") for each in names)
