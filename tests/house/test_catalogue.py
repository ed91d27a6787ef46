"""The Korean words: short enough for their places, and right whatever is put into them."""

import re
import unicodedata
from gettext import GNUTranslations

import pytest
from django.conf import settings

MOST = 36  # columns of a label; Hangul takes two
# What changes with the last sound before it; after a variable nobody knows that sound.
PARTICLE = re.compile(
    r"(%\(\w+\)[sd]|\{\w+\})[\"'”’]*(은|는|이|가|을|를|과|와|으로|로|이나|나|아|야)(?=[\s.,!?]|$)"
)


@pytest.fixture(scope="module")
def words():
    """Return (English, Korean) of the whole catalogue."""
    path = settings.LOCALE_PATHS[0] / "ko" / "LC_MESSAGES" / "django.mo"
    with path.open("rb") as file:
        catalogue = GNUTranslations(file)._catalog
    pairs = [
        ((key if isinstance(key, str) else key[0]).rpartition("\x04")[2], korean)
        for key, korean in catalogue.items()
        if key
    ]
    assert len(pairs) > 800
    return pairs


def columns(text):
    return sum(1 + (unicodedata.east_asian_width(each) in "WF") for each in text)


def test_labels_fit_their_places(words):
    labels = [pair for pair in words if len(pair[0]) <= 40 and pair[0][-1] not in ".?!:"]
    assert [korean for _english, korean in labels if columns(korean) > MOST] == []


def test_no_particle_follows_a_variable(words):
    assert [korean for _english, korean in words if PARTICLE.search(korean)] == []


def test_sentences_end_as_sentences(words):
    """합니다체: neither plain (-다. without -ㅂ니다) nor polite-informal (-요.)."""
    plain = re.compile(
        r"(?<![니습]니)(?<!십시오)(한다|된다|있다|없다|이다|해요|세요|어요|아요)\.$"
    )
    assert [korean for english, korean in words if plain.search(korean)] == []
