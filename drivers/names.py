"""Names as search keys."""

import unicodedata

INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
FIRST_SYLLABLE, LAST_SYLLABLE = "가", "힣"
SYLLABLES_PER_INITIAL = 588  # 21 vowels, 28 finals


def visible(text):
    """Return ``text`` without the letters of no width that come along when it is pasted."""
    return "".join(letter for letter in text if unicodedata.category(letter) != "Cf")


def composed(text):
    """Return ``text`` with one letter where a person sees one, and of the usual width."""
    # NFKC would turn ㅎ as it is typed into the ㅎ that only composes.
    return "".join(
        letter if "ㄱ" <= letter <= "ㆎ" else unicodedata.normalize("NFKC", letter)
        for letter in unicodedata.normalize("NFC", text)
    )


def name_key(name):
    """Return ``name`` as it is searched: as it is seen, without spaces, in lower case."""
    return "".join(composed(visible(name)).split()).casefold()


def initials(text):
    """Return the initial consonant of each syllable: 홍길동 → ㅎㄱㄷ; other letters stay."""
    return "".join(
        INITIALS[(ord(letter) - ord(FIRST_SYLLABLE)) // SYLLABLES_PER_INITIAL]
        if FIRST_SYLLABLE <= letter <= LAST_SYLLABLE
        else letter
        for letter in text
    )


def are_initials(text):
    """Return whether ``text`` is typed in initial consonants alone."""
    return bool(text) and all(letter in INITIALS for letter in text)


def suffixes(key):
    """Return every tail of ``key``: a part of a name is the beginning of a tail."""
    return [key[start:] for start in range(len(key))]
