"""Signing a month's figures: once, by the privacy officer, when the month is over."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import chain
from .figures import bounds, digest_of, figures_of, preceding
from .models import AccessRecord, Review
from .records import record

SIGN = "audit.sign_review"
# What was under way at the month's end is committed by then; the database takes no record
# for a signed month any more.
SETTLES = timedelta(hours=1)


NO_COMMENT = gettext_lazy("Write what you found, or that nothing was out of the ordinary.")


class NotSigned(Exception):
    """Nothing was signed. The text is a finished sentence for the person who tried."""


def last_month():
    """Return the first day of the month before this one."""
    return preceding(timezone.localdate().replace(day=1))


def is_over(month):
    """Return whether nothing can be added to ``month`` any more."""
    return timezone.now() >= bounds(month)[1] + SETTLES


def is_signed(month):
    """Return whether ``month``, given by its first day, was signed."""
    return Review.objects.filter(month=month).exists()


def sign(month, *, by, comment, digest):
    """
    Sign the figures of ``month`` for ``by``, who was shown those with ``digest``.

    The review and its access record, which carries the digest into the chain, are one
    transaction; nothing is sealed meanwhile.

    :raises NotSigned: says why
    """
    if not by.has_perm(SIGN):
        raise NotSigned(_("You are not allowed to do this."))
    if not comment.strip():
        raise NotSigned(str(NO_COMMENT))
    if not is_over(month):
        raise NotSigned(_("This month is not over yet; it can be signed an hour after its end."))
    chain.seal()
    with transaction.atomic():
        chain.locked_head()
        if is_signed(month):
            raise NotSigned(_("This month was signed already."))
        figures = figures_of(month)
        if digest_of(figures) != digest:
            raise NotSigned(_("The figures have changed since you opened the page; look again."))
        return _write(month, figures, digest, by=by, comment=comment.strip())


def _write(month, figures, digest, *, by, comment):
    starts, ends = bounds(month)
    review = Review.objects.create(
        month=month,
        starts=starts,
        ends=ends,
        by=by,
        at=timezone.now(),
        comment=comment,
        figures=figures,
        digest=digest,
    )
    record(AccessRecord.Action.REVIEW, by=by, month=figures["month"], digest=digest)
    return review
