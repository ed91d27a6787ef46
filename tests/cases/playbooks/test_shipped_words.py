"""The shipped playbooks say what the manual says, all of it, and every walk can end."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SHIPPED = ROOT / "cases/playbooks/shipped"
BOOKS = {path.stem: tomllib.loads(path.read_text("utf-8")) for path in SHIPPED.glob("*.toml")}
STEPS = {key: {step["key"]: step for step in book["step"]} for key, book in BOOKS.items()}
MANUAL = (ROOT / "tests/manual/login-and-verification-errors.txt").read_text("utf-8")
ANSWERS = {f"q{n}": MANUAL.split(f"\n**Q{n}.")[1].split("\n────")[0] for n in range(1, 5)}

LEFT_OUT = {
    "q1": [  # the code read-out is not built yet (1.10, 1.12)
        "카카오 T 택시 앱에서[전화번호 입력 → 인증번호 발송] 버튼을",
        "누른 후 바로 말씀해 주시면 인증번호 확인 후 안내해 드리겠습니다.",
        "기사님의 인증번호는 0000 입니다.",
        "입력 후 정상적으로 전화번호 인증이 되는지 확인 부탁드립니다.",
    ],
    "q4": [  # the registered date is not told; the change is made at once (4.6, A17, A18)
        "기사님, 그렇다면 현재 등록되어있는 생년월일을 입력하실 경우, "
        "우선 로그인 및 이용이 가능합니다.",
        "해당 생년월일을 입력하시어 로그인 진행 부탁 드립니다.",
    ],
}
OUTCOMES = {  # of facts and acts
    "presented_number": {"matches", "differs", "withheld"},
    "channel": {"phone", "mail"},
    "recontact": {"first", "again"},
    "locked": {"yes", "no"},
    "usim": {"same", "differs", "not_asked"},
    "reinstalled": {"yes", "no", "not_asked"},
    "birthdate_compared": {"match", "mismatch", "not_compared"},
    "identity": {"verified", "not_verified"},
    "notice": {"delivered", "on_its_way", "not_delivered", "none"},
    "identity_check": {"verified", "not_verified"},
    "correct_birthdate": {"done"},
    "call_back": {"done"},
    "record_call_back": {"done"},
}
ENDS = {"escalate", "close", "switch"}
GUARDED = [
    "rule_1_5 q1 carrier-answer ten-mismatches",
    "rule_1_7 q1 phone-number-right locked:no",
    "rule_1_9 q1 to-department recontact:again",
    "rule_1_9 q1 to-department identity:verified",
    "rule_2_5 q2 recontact keeps-differing",
    "rule_3_4 q3 department-told reinstall-tried:yes",
    "rule_4_1 q4 birthdate-corrected identity:verified",
    "rule_4_3 q4 end-corrected birthdate-corrected:done",
]
each_book = pytest.mark.parametrize("key", ANSWERS)


def plain(text):
    """Without Markdown's marks and without blanks of any kind."""
    return re.sub(r"\s", "", re.sub(r"\*\*|^>|\\", "", text, flags=re.MULTILINE))


def lines(text):
    return [line for line in text.splitlines() if line.strip()]


def spoken(answer):
    """The lines of an answer to be said or minded: no headings, directions, policy, template."""
    words = answer.split("**A")[1].split("**[정책")[0]
    no_words = re.compile(r"\*\*|---|```|※|\d\.\*\*$")
    return [line for line in lines(words) if not no_words.match(line)]


def reached(key, start=None, cut=None):
    """The keys of the steps one comes to from ``start``; not past the step or way ``cut``."""
    steps, seen, waiting = STEPS[key], set(), [start or BOOKS[key]["start"]]
    while waiting:
        if (here := waiting.pop()) not in seen:
            seen.add(here)
            ways = steps[here].get("next", {}).items()
            waiting += [to for way, to in ways if cut not in {here, f"{here}:{way}"}]
    return seen


def acts(key, keys):
    return {STEPS[key][each].get("action") for each in keys} - {None}


@each_book
def test_says_nothing_that_is_not_in_the_manual(key):
    said = {plain(line) for line in MANUAL.splitlines()}
    scripts = [line for step in BOOKS[key]["step"] for line in lines(step.get("script", ""))]

    assert not [line for line in scripts if plain(line) not in said]
    assert not [line for line in scripts if line != line.rstrip() or "\xa0" in line]


@each_book
def test_leaves_out_nothing_but_what_is_listed(key):
    told = {
        plain(line)
        for step in BOOKS[key]["step"]
        for line in lines(step.get("script", "") + "\n" + step.get("hint", ""))
    }
    missing = [line.strip() for line in spoken(ANSWERS[key]) if plain(line) not in told]

    assert len(spoken(ANSWERS[key])) > 6
    assert missing == LEFT_OUT.get(key, [])


@each_book
def test_title_topic_and_numbers_are_the_manuals(key):
    book, answer = BOOKS[key], ANSWERS[key]
    scripts = " ".join(step.get("script", "") for step in book["step"])

    assert book["key"] == key
    assert plain(book["title"]) == plain(answer.splitlines()[0])
    assert f"▶{book['topic']}▶일반," in plain(answer)
    named = {"1800-3400", "10", "24"} if key == "q1" else set()
    assert set(re.findall(r"\d[\d-]+", scripts)) == named


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
    assert step not in reached(key, cut=guard)


def test_rule_e3_and_rule_2_4_lead_to_no_code():
    assert acts("q1", reached("q1", "third-number")) == {"close"}
    assert acts("q2", reached("q2")) == {"call_back", "escalate", "close"}
