"""From a template and its values to a text that a Korean network can carry."""

import re
import unicodedata
from dataclasses import dataclass

# Limits of the Korean carriers, in bytes of CP949, after substitution.
SMS_BYTES = 90
LMS_BYTES = 2000
SUBJECT_BYTES = 40

UNCLOSED = re.compile(r"#\{[^{}]*(?:$|\{)", re.MULTILINE)
VARIABLE = re.compile(r"#\{([^{}]*)\}")  # the notation of Korean template tools: #{name}
INVISIBLE = str.maketrans(
    {"\u00a0": " ", "\u200b": None, "\ufeff": None, "\r": "\n", "\u2028": "\n"}
)


class Unrenderable(Exception):
    """The text cannot be sent like this. The message says why, for a person."""


class UnfilledVariable(Unrenderable):
    """A variable has no value; ``names`` lists them."""

    def __init__(self, names):
        super().__init__(", ".join(names))
        self.names = names


@dataclass(frozen=True, slots=True)
class Measure:
    """What a text is to the network."""

    bytes: int
    kind: str  # "SMS" or "LMS"
    foreign: tuple[str, ...]  # characters that CP949 does not have, each once

    @property
    def fits(self):
        return not self.foreign and self.bytes <= LMS_BYTES


def normalise(text):
    """
    Return ``text`` as the network counts it.

    Composed letters, plain spaces and line feeds, no invisible characters and
    no trailing blanks. Text copied from a web page needs all of it.
    """
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").translate(INVISIBLE)
    return "\n".join(line.rstrip() for line in text.split("\n")).strip("\n")


def measure(text):
    """
    Count ``text`` in CP949 and tell what it is sent as.

    Not in EUC-KR: Python's codec writes syllables such as 뷁 in eight bytes. A
    character that CP949 lacks is counted as two.
    """
    foreign = dict.fromkeys(character for character in text if not _in_cp949(character))
    size = len(text.encode("cp949", errors="ignore")) + 2 * sum(map(text.count, foreign))
    return Measure(bytes=size, kind="SMS" if size <= SMS_BYTES else "LMS", foreign=tuple(foreign))


def name_of(character):
    """Return how a character is named to a person: itself, or U+200D where nobody would see it."""
    return (
        character
        if character.isprintable() and not character.isspace()
        else f"U+{ord(character):04X}"
    )


def _in_cp949(character):
    try:
        character.encode("cp949")
    except UnicodeEncodeError:
        return False
    return True


def variables(text):
    """Return the names of the variables in ``text``, each once, in order."""
    return list(dict.fromkeys(name.strip() for name in VARIABLE.findall(text)))


def fill(text, values):
    """
    Put ``values`` in the place of the variables and normalise.

    :raises UnfilledVariable: a variable has no value, an empty one, or no closing brace
    """
    text = normalise(text)  # first, so that a variable typed in loose letters is known
    unfilled = [name for name in variables(text) if not str(values.get(name) or "").strip()]
    unfilled += [match.strip("#{ ") for match in UNCLOSED.findall(text)]
    if unfilled:
        raise UnfilledVariable(unfilled)
    return normalise(VARIABLE.sub(lambda match: str(values[match[1].strip()]), text))
