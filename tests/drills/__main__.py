"""
All drills at full size on the backend of the environment, and a table of what showed.

    DATABASE_URL=… CELERY_BROKER_URL=… python -m tests.drills [D1 D13 …]

Ends with 1 when a drill has failed.
"""

import os
import sys
from pathlib import Path

import pytest

from tests.drills.table import DRILLS

TESTS = Path(__file__).parents[1]


class Notes:
    """A pytest plugin that keeps what each test said."""

    def __init__(self):
        self.reports = {}  # by node id

    def pytest_runtest_logreport(self, report):
        self.reports.setdefault(report.nodeid, []).append(report)

    def of(self, drill):
        prefixes = tuple(f"tests/{test}" for test in drill.tests)
        return {
            node: reports for node, reports in self.reports.items() if node.startswith(prefixes)
        }

    def verdict(self, drill):
        reports = [report for each in self.of(drill).values() for report in each]
        if not reports or any(report.failed for report in reports):
            return "FAILED"
        calls = [report for report in reports if report.when == "call" and report.passed]
        return f"held, {len(calls)} tests" if calls else f"skipped: {_why(reports)}"

    def figures(self, drill):
        found = {}
        for node, reports in self.of(drill).items():
            if node.startswith("tests/drills/"):
                found.update(reports[-1].user_properties)
        return ", ".join(f"{name} {value}" for name, value in found.items())


def _why(reports):
    reasons = {str(report.longrepr[2]) for report in reports if report.skipped}
    return "; ".join(sorted(reason.removeprefix("Skipped: ") for reason in reasons))


def _nodes(drills):
    """Return what to run, each once: a file stands for all tests in it."""
    wanted = {test for drill in drills for test in drill.tests}
    return sorted(
        str(TESTS / test)
        for test in wanted
        if "::" not in test or test.split("::")[0] not in wanted
    )


def main(numbers):
    drills = [drill for drill in DRILLS if not numbers or drill.number in numbers]
    notes = Notes()
    arguments = ["-n", "0", "-p", "no:randomly", "-v", "--no-header"]
    pytest.main([*arguments, *_nodes(drills)], plugins=[notes])
    print("\n| drill | done | must show | figures | verdict |\n|---|---|---|---|---|")
    for drill in drills:
        told = (drill.number, drill.done, drill.must_show, notes.figures(drill))
        print("|", " | ".join((*told, notes.verdict(drill))), "|")
    return any(notes.verdict(drill) == "FAILED" for drill in drills)


if __name__ == "__main__":
    os.environ.setdefault("DRILL_SCALE", "full")
    sys.exit(main(sys.argv[1:]))
