"""Each rule of the decision table and each reading has a test that carries its number."""

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[2]
RULES = [
    *(f"e{number}" for number in range(1, 5)),
    *(f"1_{number}" for number in range(1, 16)),
    *(f"2_{number}" for number in range(1, 8)),
    *(f"3_{number}" for number in range(1, 7)),
    *(f"4_{number}" for number in range(1, 9)),
]
READINGS = [f"a{number}" for number in range(1, 27)]
NOT_FOR_SOFTWARE = {  # reading: why no test can show it
    "a9": "A word: 손님 means the driver. A case knows no other person.",
}


def names_of_tests():
    """Return the names of all tests under tests/, read and not imported."""
    return {
        node.name
        for path in TESTS.rglob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


@pytest.fixture(scope="module")
def names():
    return names_of_tests()


def without_test(prefix, numbers, names):
    return [each for each in numbers if not any(n.startswith(f"{prefix}{each}_") for n in names)]


def test_each_rule_has_a_test(names):
    missing = without_test("test_rule_", RULES, names)

    assert missing == [], f"Rules without a test: {', '.join(missing)}"
    assert len(RULES) == 40


def test_each_reading_has_a_test_or_a_reason(names):
    missing = without_test("test_reading_", READINGS, names)

    assert sorted(missing) == sorted(NOT_FOR_SOFTWARE), f"Readings without a test: {missing}"


def test_no_test_carries_a_number_that_does_not_exist(names):
    known = tuple(f"test_rule_{each}_" for each in RULES)
    known += tuple(f"test_reading_{each}_" for each in READINGS)
    numbered = {each for each in names if each.startswith(("test_rule_", "test_reading_"))}

    assert sorted(each for each in numbered if not each.startswith(known)) == []
