"""Shipped wordings and those of people, published in any order."""

import pytest

from backoffice.workflow.transitions import TransitionRefused, perform
from cases.models import Playbook, PlaybookVersion
from cases.playbooks import loading
from cases.playbooks.drafting import new_draft
from cases.playbooks.loading import load, load_playbooks
from tests.cases.playbooks.walking import book, reword

FILE = """
key = "small"
title = "Small"
topic = "기타"
start = "hello"

[[step]]
key = "hello"
kind = "say"
title = "Hello"
script = "Wording A"
next = { next = "end" }

[[step]]
key = "end"
kind = "do"
title = "The end"
action = "close"
resolution = "guided"
"""


def ship(letter):
    """Load the file in the wording of that letter."""
    return load(FILE.replace("Wording A", f"Wording {letter}").encode(), position=9)


def said(version):
    return version.steps.get(key="hello").script


def versions():
    return list(PlaybookVersion.objects.filter(playbook__key="small").order_by("pk").values())


@pytest.fixture
def publish_own(lead, signed_in):
    """People word a draft of their own on its page and publish it."""

    def publish():
        version = new_draft(book("small").published, by=lead)
        reword(signed_in(lead), version.steps.get(key="hello"), script="Our own wording")
        return perform(version, "publish", by=lead)

    return publish


@pytest.mark.django_db
@pytest.mark.parametrize("order", ["ABA", "ABAB", "ABCA", "ABCAB"])
def test_the_file_that_was_shipped_last_is_what_is_said(order):
    for number, letter in enumerate(order, start=1):
        version = ship(letter)
        before = versions()
        assert ship(letter) == version == book("small").published
        assert versions() == before
        assert (version.number, said(version)) == (number, f"Wording {letter}")

    states = book("small").versions.order_by("number").values_list("state", flat=True)
    assert list(states) == ["retired"] * (len(order) - 1) + ["published"]


@pytest.mark.parametrize("after", ["A", "B", "AB", "BA", "BAB", "ABC", "CBA"])
@pytest.mark.parametrize("before", ["A", "AB", "ABA"])
def test_what_people_published_stays_whatever_is_shipped(before, after, publish_own):
    for letter in before:
        ship(letter)
    own = publish_own()

    for letter in after:
        version = ship(letter)
        at_first = versions()
        assert ship(letter) == version
        assert versions() == at_first
        assert said(version) == f"Wording {letter}"

    assert book("small").published == own
    assert said(own) == "Our own wording"


def test_a_shipped_wording_that_people_took_over_follows_the_file_again(publish_own, lead):
    ship("A")
    publish_own()
    perform(ship("B"), "publish", by=lead)

    version = ship("C")

    assert book("small").published == version
    assert said(version) == "Wording C"


def test_a_shipped_draft_that_people_reworded_is_their_own(publish_own, lead, signed_in):
    ship("A")
    publish_own()
    version = ship("B")
    reword(signed_in(lead), version.steps.get(key="hello"), script="Our wording of B")
    perform(version, "publish", by=lead)

    ship("C")

    assert said(book("small").published) == "Our wording of B"


def test_a_shipped_draft_keeps_nobody_from_going_on_with_his_own_wording(publish_own, lead):
    ship("A")
    own = publish_own()
    ship("B")

    draft = new_draft(own, by=lead)

    assert said(draft) == "Our own wording"
    with pytest.raises(TransitionRefused):
        new_draft(own, by=lead)


@pytest.mark.parametrize("is_own", [False, True], ids=["shipped", "people's"])
def test_a_changed_title_and_topic_reach_the_playbook(is_own, publish_own):
    first = ship("A")
    published = publish_own() if is_own else first
    changed = FILE.replace('"Small"', '"Smaller"').replace('"기타"', '"출근/대기/수락/완료"')

    load(changed.encode(), position=7)

    playbook = Playbook.objects.get(key="small")
    assert (playbook.title, playbook.topic) == ("Smaller", "출근/대기/수락/완료")
    assert playbook.position == 7
    assert (playbook.published == published) is is_own


@pytest.mark.django_db
def test_a_changed_title_in_the_folder_reaches_the_playbook(tmp_path, monkeypatch):
    monkeypatch.setattr(loading, "SHIPPED", tmp_path)
    for title in ("Small", "Smaller", "Small"):
        (tmp_path / "small.toml").write_text(FILE.replace('"Small"', f'"{title}"'), "utf-8")
        load_playbooks()
        assert book("small").title == title

    load_playbooks()

    assert book("small").versions.count() == 3
