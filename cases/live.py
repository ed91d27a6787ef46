"""What the page of an open desk asks every few seconds: it has to be cheap."""

from django.db.models import OuterRef, Subquery
from django.db.models.functions import JSONObject

from backoffice.sms.models import Message

from .models import AgitPost, Approval, Case, Walk

TEXTS = 4  # as many as a page shows


def mark(version, *, walk, asked, post):
    """
    Return what changes whenever somebody did something in a case.

    :param walk: the walk under way, as a dict with ``pk`` and ``turns``, or None
    :param asked: the latest approval, with ``pk``, ``state`` and ``used_at``, or None
    :param post: the latest post to the group, with ``pk`` and ``state``, or None
    """
    step = f"{walk['pk']}.{walk['turns']}" if walk else "-"
    states = [f"{each['pk']}{each['state']}" for each in (asked, post) if each]
    read = asked is not None and asked["used_at"] is not None
    return ".".join([str(version), step, *states, "read" if read else ""])


def mark_of(key):
    """Return the ``mark`` of the case with this key, in one query; None: there is no such case."""
    found = (
        Case.objects.filter(pk=key)
        .annotate(
            walk=_latest(Walk.objects.filter(ended_at=None), "pk", "turns"),
            asked=_latest(Approval.objects.all(), "pk", "state", "used_at"),
            post=_latest(AgitPost.objects.all(), "pk", "state"),
        )
        .values("version", "walk", "asked", "post")
        .first()
    )
    return found and mark(**found)


def texts(messages):
    """Return what changes whenever one of ``messages`` goes on."""
    return ".".join(f"{each.pk}{each.state}{each.attempts}" for each in messages)


def texts_of(key):
    """Return the ``texts`` of the case with this key, in one query."""
    found = Message.objects.filter(case=key).order_by("-pk")
    return texts(found.only("state", "attempts")[:TEXTS])


def _latest(rows, *fields):
    of_case = rows.filter(case=OuterRef("pk")).order_by("-pk")
    return Subquery(of_case.values(found=JSONObject(**{each: each for each in fields}))[:1])
