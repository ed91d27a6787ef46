"""The shipped playbooks say what the manual says, all of it, and every walk can end."""

import re
import tomllib
from pathlib import Path

import pytest

from cases.playbooks.scripts import spoken, unknown_variables

ROOT = Path(__file__).parents[3]
SHIPPED = ROOT / "cases/playbooks/shipped"
BOOKS = {path.stem: tomllib.loads(path.read_text("utf-8")) for path in SHIPPED.glob("*.toml")}
STEPS = {key: {step["key"]: step for step in book["step"]} for key, book in BOOKS.items()}
MANUAL = (ROOT / "tests/manual/login-and-verification-errors.txt").read_text("utf-8")
ANSWERS = {f"q{n}": MANUAL.split(f"\n**Q{n}.")[1].split("\n────")[0] for n in range(1, 5)}

OUTCOMES = {  # of facts and acts
    "presented_number": {"matches", "differs", "withheld"},
    "channel": {"phone", "mail"},
    "recontact": {"first", "again"},
    "locked": {"yes", "no"},
    "usim": {"same", "differs", "not_asked"},
    "reinstalled": {"yes", "no", "not_asked"},
    "birthdate_compared": {"match", "mismatch", "not_compared"},
    "identity": {"verified", "not_verified"},
    "identity_called_back": {"verified", "not_verified"},
    "notice": {"delivered", "on_its_way", "not_delivered", "none"},
    "correction": {"none", "scheduled", "applied"},
    "correction_approval": {"none", "pending", "approved", "rejected", "ended"},
    "read_out": {"none", "pending", "approved", "read", "rejected", "ended"},
    "identity_check": {"verified", "not_verified"},
    "correct_birthdate": {"done", "asked"},
    "schedule_birthdate": {"done", "asked"},
    "disclose_birthdate": {"done"},
    "ask_read_out": {"asked"},
    "call_back": {"done"},
    "record_call_back": {"done"},
}
ENDS = {"escalate", "close", "switch"}
BEFORE_A_READ_OUT = [
    "presented-number|mail-call-back:answered|withheld-call-back:answered",
    "locked:no",
    "phone-number-right",
    "wifi",
    "spam",
    "carrier:told",
    "carrier-answer:asked",
    "recontact:again",
    "identity:verified",
    "usim:same|usim:not_asked",
    "operable:yes",
    "live-try:pressed",
]
GUARDED = [  # rule, question, step, and what no way leads around: steps or outcomes of steps
    "rule_1_5 q1 carrier-answer ten-mismatches",
    "rule_1_7 q1 phone-number-right locked:no",
    "rule_1_9 q1 to-department recontact:again",
    "rule_1_9 q1 to-department identity:verified",
    *(f"rule_1_9 q1 read-out-asked {guard}" for guard in BEFORE_A_READ_OUT),
    "rule_1_10 q1 lead-awaited read-out-asked:asked",
    "rule_1_12 q1 code-told read-out:read",
    "rule_1_13 q1 end-code-read-out code-told:works",
    "rule_1_15 q1 refused-by-lead read-out-asked",
    "rule_2_5 q2 recontact keeps-differing",
    "rule_3_4 q3 department-told reinstall-tried:yes",
    "rule_4_1 q4 birthdate-corrected identity:verified",
    "rule_4_1 q4 change-scheduled schedule-identity:verified|called-back:verified",
    "rule_4_2 q4 text-announced birthdate-corrected:done|lead-decided:approved",
    "rule_4_3 q4 end-corrected birthdate-corrected|change-scheduled",
    "rule_4_6 q4 change-scheduled log-in-first",
    "rule_4_6 q4 registered-date-told change-scheduled:done|approved-how:scheduled",
    "rule_4_6 q4 log-in-now registered-date-told",
]
each_book = pytest.mark.parametrize("key", ANSWERS)


def plain(text):
    """Without Markdown's marks and without blanks of any kind."""
    return re.sub(r"\s", "", re.sub(r"\*\*|^>|\\", "", text, flags=re.MULTILINE))


def lines(text):
    return [line for line in text.splitlines() if line.strip()]


def to_be_said(answer):
    """The lines of an answer to be said or minded: no headings, directions, policy, template."""
    words = answer.split("**A")[1].split("**[정책")[0]
    no_words = re.compile(r"\*\*|---|```|※|\d\.\*\*$")
    return [line for line in lines(words) if not no_words.match(line)]


def read_out(key):
    """The lines of the scripts as they are read out: with the numbers of the settings."""
    return [line for step in BOOKS[key]["step"] for line in lines(spoken(step.get("script", "")))]


def reached(key, start=None, cut=()):
    """The keys of the steps one comes to from ``start``; not past the steps or ways ``cut``."""
    steps, seen, waiting = STEPS[key], set(), [start or BOOKS[key]["start"]]
    while waiting:
        if (here := waiting.pop()) not in seen:
            seen.add(here)
            ways = steps[here].get("next", {}).items()
            waiting += [to for way, to in ways if not {here, f"{here}:{way}"} & set(cut)]
    return seen


def acts(key, keys):
    return {STEPS[key][each].get("action") for each in keys} - {None}


@each_book
def test_says_nothing_that_is_not_in_the_manual(key):
    said = {plain(line) for line in MANUAL.splitlines()}
    scripts = [step.get("script", "") for step in BOOKS[key]["step"]]
    written = [line for script in scripts for line in lines(script)]

    assert not [line for line in read_out(key) if plain(line) not in said]
    assert len(read_out(key)) == len(written)
    assert not [line for line in written if line != line.rstrip() or "\xa0" in line]
    assert not [script for script in scripts if unknown_variables(script)]


@each_book
def test_leaves_out_nothing(key):
    hints = [line for step in BOOKS[key]["step"] for line in lines(step.get("hint", ""))]
    told = set(map(plain, read_out(key) + hints))
    missing = [line.strip() for line in to_be_said(ANSWERS[key]) if plain(line) not in told]

    assert len(to_be_said(ANSWERS[key])) > 6
    assert missing == []


@each_book
def test_title_topic_and_numbers_are_the_manuals(key):
    book, answer = BOOKS[key], ANSWERS[key]

    assert book["key"] == key
    assert plain(book["title"]) == plain(answer.splitlines()[0])
    assert f"▶{book['topic']}▶일반," in plain(answer)
    named = {"1800-3400", "10", "24", "0000"} if key == "q1" else set()
    assert set(re.findall(r"\d[\d-]+", " ".join(read_out(key)))) == named


@each_book
def test_every_way_leads_on_and_every_walk_can_end(key):
    steps = STEPS[key]
    expected = {"say": {"next"}, "compare": {"match", "mismatch"}}

    assert len(steps) == len(BOOKS[key]["step"])
    assert reached(key) == set(steps)
    for step in steps.values():
        known = OUTCOMES.get(step.get("fact") or step.get("action"))
        ways = step.get("next", {})
        assert set(ways) == (expected.get(step["kind"], known) or set(step.get("labels", {})))
        assert list(step.get("labels", ways)) == list(ways), step["key"]
        assert step["kind"] != "ask" or len(ways) > 1, step["key"]
        assert step["kind"] in {"check", "do"} or step["script"] or step["hint"], step["key"]
        assert acts(key, reached(key, step["key"])) & ENDS, step["key"]


@pytest.mark.parametrize("way", GUARDED)
def test_leads_there_only_past(way):
    _rule, key, step, guard = way.split()

    assert step in reached(key)
    assert step not in reached(key, cut=guard.split("|"))


def test_rule_e3_and_rule_2_4_lead_to_no_code():
    assert acts("q1", reached("q1", "third-number")) == {"close"}
    assert acts("q1", reached("q1", STEPS["q1"]["usim"]["next"]["differs"])) == {"escalate"}
    assert acts("q2", reached("q2")) == {"call_back", "escalate", "close"}
