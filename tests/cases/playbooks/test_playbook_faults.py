"""What keeps a version from being published; the sentence names the step."""

import pytest
from django.utils import translation

from backoffice.workflow.transitions import TransitionRefused, perform
from cases.models import PlaybookVersion
from tests.cases.playbooks.walking import ask, check, close, compare, do, draft, say

YES_NO = {"yes": "end", "no": "end"}
IDENTITY = {"verified": "change", "not_verified": "end"}

# name: (steps, the step whose title the sentence names, a word of the sentence)
FAULTY = {
    "dead end": ([say("a", "b"), ask("b", {})], "b", "fewer than two choices"),
    "say without a way on": ([say("a", "b"), say("b", "b", next={})], "b", "exactly these"),
    "unreachable": ([say("a", "end"), say("b", "end"), close()], "b", "never reached"),
    "loop without an exit": (
        [ask("a", {"x": "b", "y": "end"}), say("b", "c"), say("c", "b"), close()],
        "c",
        "no way leads to an end",
    ),
    "loop of checks": (
        [say("a", "b"), check("b", "locked", {"yes": "b", "no": "end"}), close()],
        "b",
        "",
    ),
    "unknown fact": ([check("a", "mood", YES_NO), close()], "a", "mood"),
    "no fact": ([check("a", "", YES_NO), close()], "a", "fact that does not exist"),
    "unknown action": ([do("a", "dance", {"done": "end"}), close()], "a", "dance"),
    "no action": ([do("a", "", {"done": "end"}), close()], "a", "what cannot be done"),
    "unknown item": (
        [compare("a", "shoe_size", {"match": "end", "mismatch": "end"}), close()],
        "a",
        "shoe_size",
    ),
    "outcome of a check missing": (
        [check("a", "locked", {"yes": "end"}), close()],
        "a",
        "yes, no",
    ),
    "outcome of a check too many": (
        [check("a", "locked", YES_NO | {"perhaps": "end"}), close()],
        "a",
        "yes, no",
    ),
    "outcome of a comparison missing": (
        [compare("a", "phone", {"match": "end"}), close()],
        "a",
        "match, mismatch",
    ),
    "outcome of an act missing": ([do("a", "call_back"), close()], "a", "done"),
    "asking a lead is an outcome too": (
        [
            check("w", "identity", IDENTITY),
            do("change", "correct_birthdate", {"done": "end"}),
            close(),
        ],
        "change",
        "done, asked",
    ),
    "asking for a read-out is not having it": (
        [
            check("a", "recontact", {"again": "who", "first": "end"}),
            check("who", "identity", IDENTITY),
            do("change", "ask_read_out", {"asked": "end", "done": "end"}),
            close(),
        ],
        "change",
        "exactly these outcomes: asked.",
    ),
    "a way on from an end": (
        [do("a", "escalate", {"done": "end"}), close()],
        "a",
        "exactly these",
    ),
    "ask with one choice": ([ask("a", {"yes": "end"}), close()], "a", "fewer than two choices"),
    "leads to a missing step": ([ask("a", YES_NO | {"maybe": "gone"}), close()], "a", "gone"),
    "unknown resolution": ([say("a", "end"), close(resolution="bored")], "end", "bored"),
    "no resolution": ([say("a", "end"), close(resolution="")], "end", "resolution"),
    "the department's resolution": (
        [say("a", "end"), close(resolution="answered")],
        "end",
        "answered",
    ),
    "unknown variable": (
        [say("a", "end", script="#{잠금시간} #{기사님}"), close()],
        "a",
        "no value: 기사님.",
    ),
    "variable that is left open": (
        [say("a", "end", script="#{잠금시간"), close()],
        "a",
        "no value: 잠금시간.",
    ),
    "unknown kind": ([say("a", "end", kind="sing"), close()], "a", ""),
    "an answer that the fact does not know": (
        [
            ask("a", {"later": "b", "no": "b"}, record="reinstalled"),
            check("b", "reinstalled", YES_NO | {"not_asked": "end"}),
            close(),
        ],
        "a",
        "for these answers: yes, no.",
    ),
    "a fact that nobody is asked for": (
        [say("a", "end", record="usim"), close()],
        "a",
        "for these answers: same, differs.",
    ),
    "goes over to no playbook": ([say("a", "b"), do("b", "switch", playbook="q9")], "b", "q9"),
}


def refusal(version, by):
    with translation.override("en"), pytest.raises(TransitionRefused) as refused:
        perform(version, "publish", by=by)
    return str(refused.value)


def rows():
    return list(PlaybookVersion.objects.order_by("pk").values())


@pytest.mark.parametrize("name", FAULTY)
def test_a_fault_keeps_it_from_being_published(name, lead):
    steps, key, word = FAULTY[name]
    version = draft(*steps)
    before = rows()

    sentence = refusal(version, lead)

    assert f"Title of {key}" in sentence
    assert word in sentence
    assert rows() == before
    assert not version.changes.exists()


def test_a_missing_start_is_named(lead):
    version = draft(close(), start="nowhere")

    assert "nowhere" in refusal(version, lead)
    assert PlaybookVersion.objects.get(pk=version.pk).state == "draft"


def test_every_fault_is_named_at_once(lead):
    sentence = refusal(draft(check("a", "mood", YES_NO), say("lost", "gone"), close()), lead)

    assert [part in sentence for part in ("mood", "gone", "Title of lost")] == [True] * 3
