"""
What the tests in the browser leave, and tell at the end of a run, in whichever process they ran.

Every run loads it, those without a browser too: nothing of the browser's is imported here.
"""

import json
import os
from pathlib import Path

PICTURES = Path(
    os.environ.get("E2E_PICTURES") or f"{os.environ.get('VAR_DIR', 'var')}/e2e"
).absolute()
HEADS = f"{'':44} {'keys':>5} {'clicks':>7} {'ring to pop':>14} {'key to first words':>21}"


def pytest_terminal_summary(terminalreporter):
    told = {"call": [], "pages": [], "shift": []}
    # Those of the last phase hold what the others told; the reporter keeps the good ones unnamed.
    for report in terminalreporter.getreports("") + terminalreporter.getreports("error"):
        for name, value in getattr(report, "user_properties", ()):
            if name in told and report.when == "teardown":
                told[name].append(json.loads(value))
    if not any(told.values()):
        return
    say = terminalreporter.write_line
    terminalreporter.section("in the browser")
    say(HEADS)
    for question, keys, clicks, pop, words in sorted(told["call"]):
        say(f"{question:44} {keys:5} {clicks:7} {pop:11} ms {words:18} ms")
    say(f"Pages gone through: {', '.join(f'{who} {count}' for who, count in told['pages'])}")
    moved = [(value, path) for each in told["shift"] for path, value in each.items()]
    furthest, path = max(moved, default=(0, "-"))
    say(f"Furthest that a page's parts moved by themselves: {furthest:.4f} at {path}; 0.1 is good")
    say(f"Pictures: {PICTURES}")
