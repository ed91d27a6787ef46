"""Walking the chain from its old end, to find the first link that does not hold."""

from dataclasses import dataclass

from django.db import connection
from django.db.models import Max, Min

from . import guard
from .chain import CONTENT, keys, link
from .figures import digest_of
from .keeping import seal_of
from .models import AccessRecord, Anchor, Head, Review

CHUNK = 2000  # records held in memory at once
WINDOW = 50  # records after a broken link that are asked what became of it


@dataclass(frozen=True)
class Broken:
    """The first link that does not hold; ``what`` is a key of ``SENTENCES``."""

    what: str
    sequence: int = 0
    pk: int | None = None

    def __str__(self):
        return SENTENCES[self.what].format(sequence=self.sequence, pk=self.pk)


SENTENCES = {
    "changed": "Link {sequence}, record {pk}: changed. What it says is not what was sealed.",
    "missing": "Link {sequence}: missing. Its record is not there.",
    "added": "Link {sequence}, record {pk}: added. It was never sealed at this place.",
    "out of order": "Link {sequence}, record {pk}: out of order. It was sealed elsewhere.",
    "cut off": "Link {sequence}: missing, as are all after it. The end was cut off.",
    "head": "Link {sequence}: the note of the newest link was changed.",
    "anchor": "Link {sequence}: the note of what was removed up to here was changed.",
    "review": "Review {pk}: the signed figures are not those whose digest was sealed.",
    "guard": "The database's guards are gone. Ask who took them; migrate puts them back.",
}


def verify():
    """
    Walk the whole chain; return the walk, and the first link that does not hold or None.

    Where records were removed in their time while it walked, it walks again.
    """
    while True:
        walk = Walk()
        broken = walk.first_broken()
        if broken is None or Anchor.objects.count() <= walk.anchors:
            return walk, broken


class Walk:
    """One walk along the chain, in chunks, so that memory stays the same at any length."""

    def __init__(self):
        self.keys = keys()
        self.key = 0  # only ever goes from an older key to a newer one
        self.anchors = Anchor.objects.count()
        self.count, self.sequence, self.chain = 0, 0, ""

    def first_broken(self):
        """Walk up to the newest link or the first that does not hold; return that one."""
        end = Head.objects.filter(pk=1).first() or Head()
        return (
            self._guards()
            or self._anchors()
            or self._before()
            or self._along(end)
            or _beyond()
            or self._reviews()
        )

    def _guards(self):
        return Broken("guard") if guard.missing(connection) else None

    def _anchors(self):
        earlier = ""
        for anchor in Anchor.objects.order_by("pk"):
            seals = [seal_of(anchor, key, earlier) for key in self.keys]
            if anchor.seal not in seals:
                return Broken("anchor", anchor.sequence)
            earlier, self.sequence, self.chain = anchor.seal, anchor.sequence, anchor.chain
        return None

    def _before(self):
        early = AccessRecord.objects.filter(sequence__lte=self.sequence).order_by("sequence")
        row = early.values_list("sequence", "pk").first()
        return Broken("added", *row) if row else None

    def _along(self, end):
        while self.sequence < end.sequence:
            rows = self._next(CHUNK, upto=end.sequence)
            if not rows:
                return Broken("cut off", self.sequence + 1)
            for row in rows:
                if broken := self._step(*row):
                    return broken
        is_right = self.sequence == end.sequence and self.chain == end.chain
        return None if is_right else Broken("head", self.sequence)

    def _next(self, count, *, upto):
        rows = AccessRecord.objects.filter(sequence__gt=self.sequence, sequence__lte=upto)
        return list(rows.order_by("sequence").values_list("sequence", "chain", *CONTENT)[:count])

    def _step(self, sequence, chain, *content):
        if sequence != self.sequence + 1:
            return Broken("missing", self.sequence + 1)
        if not self._fits(chain, content):
            return Broken(self._what_became(chain, content), sequence, content[0])
        self.sequence, self.chain = sequence, chain
        self.count += 1
        return None

    def _fits(self, chain, content):
        for number in range(self.key, len(self.keys)):
            if link(self.keys[number], self.chain, content) == chain:
                self.key = number
                return True
        return False

    def _what_became(self, chain, content):
        """Say, from the next few links, what was done to the one that does not hold."""
        later = self._next(WINDOW, upto=self.sequence + WINDOW)[1:]
        if not any(self._fits(row[1], row[2:]) for row in later):
            return "changed"
        belongs = any(link(self.keys[self.key], row[1], content) == chain for row in later)
        return "out of order" if belongs else "added"

    def _reviews(self):
        """What was signed is compared with its record, until that has gone in its time."""
        oldest = AccessRecord.objects.aggregate(oldest=Min("at"))["oldest"]
        for review in Review.objects.order_by("month"):
            if digest_of(review.figures) != review.digest:
                return Broken("review", pk=review.pk)
            records = AccessRecord.objects.filter(
                action=AccessRecord.Action.REVIEW, at__gte=review.at
            )
            is_there = review.digest in records.values_list("detail__digest", flat=True)
            if not is_there and (self.anchors == 0 or oldest is None or oldest < review.at):
                return Broken("review", pk=review.pk)
        return None


def _beyond():
    """Return the first link after the newest that was sealed."""
    last = AccessRecord.objects.aggregate(last=Max("sequence"))["last"] or 0
    head = Head.objects.filter(pk=1).first() or Head()
    if last <= head.sequence:
        return None
    rows = AccessRecord.objects.filter(sequence__gt=head.sequence).order_by("sequence")
    return Broken("added", *rows.values_list("sequence", "pk").first())
