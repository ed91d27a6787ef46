"""The shipped files: loaded once, a changed one anew, never over what people published."""

import tomllib

import pytest

from backoffice.workflow.transitions import TransitionRefused, perform
from cases.models import Choice, Playbook, PlaybookVersion, PlaybookVersionChange, Step
from cases.playbooks import loading
from cases.playbooks.loading import load, load_playbooks
from tests.cases.playbooks.walking import book, close, draft

SHIPPED = sorted(loading.SHIPPED.glob("*.toml"))
SMALL = """
key = "small"
title = "Small"
topic = "기타"
start = "hello"

[[step]]
key = "hello"
rule = "1.1"
kind = "ask"
title = "Hello"
script = \"\"\"
One line
and another\"\"\"
hint = "A hint"
record = "wifi"
next = { a = "end", b = "end" }
labels = { a = "First", b = "Second" }

[[step]]
key = "end"
kind = "do"
title = "The end"
action = "close"
resolution = "guided"
"""
CHANGED = SMALL.replace("One line", "Another line")


def take(text):
    return load(text.encode(), position=9)


def rows():
    models = (Playbook, PlaybookVersion, Step, Choice, PlaybookVersionChange)
    return [list(model.objects.order_by("pk").values()) for model in models]


def numbers(key):
    return dict(book(key).versions.values_list("number", "state"))


@pytest.mark.django_db
def test_the_four_questions_are_there_and_published():
    keys = [tomllib.loads(path.read_text("utf-8"))["key"] for path in SHIPPED]

    assert list(Playbook.objects.order_by("position").values_list("key", flat=True)) == keys
    assert all(numbers(key) == {1: "published"} for key in keys)


@pytest.mark.django_db
def test_loading_again_changes_nothing():
    before = rows()

    load_playbooks()

    assert rows() == before


@pytest.mark.django_db
def test_all_of_a_file_is_taken_over():
    version = take(SMALL)

    hello = version.steps.get(key="hello")
    assert (version.state, version.start, version.number) == ("published", "hello", 1)
    assert (hello.script, hello.hint, hello.rule) == ("One line\nand another", "A hint", "1.1")
    assert (hello.record, hello.kind, hello.title) == ("wifi", "ask", "Hello")
    assert list(hello.choices.order_by("position").values_list("value", "label", "next_key")) == [
        ("a", "First", "end"),
        ("b", "Second", "end"),
    ]
    assert version.steps.get(key="end").argument == "guided"


@pytest.mark.django_db
def test_the_shipped_files_are_in_the_rows_word_for_word():
    for path in SHIPPED:
        words = tomllib.loads(path.read_text("utf-8"))
        steps = book(words["key"]).published.steps.order_by("position")
        assert [step.key for step in steps] == [each["key"] for each in words["step"]]
        for step, each in zip(steps, words["step"], strict=True):
            assert step.script == each.get("script", "").strip("\n")
            assert dict(step.choices.values_list("value", "next_key")) == each.get("next", {})


@pytest.mark.django_db
def test_a_changed_file_becomes_the_published_version():
    take(SMALL)

    take(CHANGED)
    take(CHANGED)

    assert numbers("small") == {1: "retired", 2: "published"}
    assert book("small").published.steps.get(key="hello").script.startswith("Another")


def test_what_people_published_stays(lead):
    take(SMALL)
    own = perform(draft(close(), key="small"), "publish", by=lead)

    version = take(CHANGED)

    assert numbers("small") == {1: "retired", 2: "published", 3: "draft"}
    assert book("small").published == own
    assert version.state == "draft"
    assert perform(version, "publish", by=lead).state == "published"


def test_a_draft_of_people_does_not_hold_a_changed_file_up(lead):
    take(SMALL)
    draft(close(), key="small")

    take(CHANGED)

    assert numbers("small") == {1: "retired", 2: "draft", 3: "published"}


FAULTY = {
    "no TOML": (SMALL + "\n[[step", tomllib.TOMLDecodeError),
    "not in UTF-8": (None, UnicodeDecodeError),
    "no start": (SMALL.replace('start = "hello"', ""), KeyError),
    "a step without a kind": (SMALL.replace('kind = "do"', ""), KeyError),
    "a graph with a fault": (SMALL.replace('b = "end" }', 'b = "gone" }'), TransitionRefused),
    "a start that is missing": (SMALL.replace('"hello"\n\n', '"bye"\n\n'), TransitionRefused),
}


@pytest.mark.django_db
@pytest.mark.parametrize("known", [False, True], ids=["new", "known"])
@pytest.mark.parametrize("name", FAULTY)
def test_a_faulty_file_raises_and_leaves_nothing(name, known):
    text, error = FAULTY[name]
    if known:
        take(CHANGED)
    before = rows()

    with pytest.raises(error):
        load(b"\xff" if text is None else text.encode(), position=9)

    assert rows() == before


@pytest.mark.django_db
def test_the_files_of_the_folder_are_loaded(tmp_path, monkeypatch):
    (tmp_path / "small.toml").write_text(SMALL, "utf-8")
    (tmp_path / "notes.txt").write_text("no playbook")
    monkeypatch.setattr(loading, "SHIPPED", tmp_path)

    load_playbooks()
    (tmp_path / "small.toml").write_text(CHANGED, "utf-8")
    load_playbooks()
    load_playbooks()

    assert numbers("small") == {1: "retired", 2: "published"}
