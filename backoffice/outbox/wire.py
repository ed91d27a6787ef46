"""The words between the outbox and whatever carries a delivery out of the house."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The other side took it and gave it a number."""

    provider_id: str
    answer: dict | list | None = None  # as it came
    gateway: str = ""  # whose number it is, where another one than was tried first took it


class WireError(Exception):
    """Do not raise directly. Its text is what the other side said, for a person."""

    gateway = ""  # who said it, where that is another one than was tried first

    def __init__(self, sentence, *, reason, answer=None):
        super().__init__(sentence)
        self.reason = reason  # one word of ours
        self.answer = answer  # as it came, JSON-able


class NotTaken(WireError):
    """
    The other side surely does not have it.

    ``permanent`` means that the same request will be refused again; ``halts`` that every
    other one will be as well until a person has put something right (no balance, a sender
    that is not registered, a wrong key).
    """

    def __init__(
        self, sentence, *, reason, permanent=False, halts=False, retry_after=None, answer=None
    ):
        super().__init__(sentence, reason=reason, answer=answer)
        self.permanent = permanent
        self.halts = halts
        self.retry_after = retry_after  # seconds the other side asked for

    @property
    def passes(self):
        """Whether the same request may be taken later without anybody doing anything."""
        return not (self.permanent or self.halts)


class InDoubt(WireError):
    """The other side may have it or not: the line broke after the request was out."""
