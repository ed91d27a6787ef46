"""The stop switch: what is due stays where it is until a person lets it go again."""

import logging

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.audit.masking import mask_mobiles
from backoffice.workflow.reasons import refuse_empty_reason
from backoffice.workflow.transitions import TransitionRefused

from .models import Hold

logger = logging.getLogger(__name__)

STOP = "outbox.stop_outbox"


def current_hold(kind):
    """Return the ``Hold`` that stops ``kind`` (a delivery model) now, or None."""
    return Hold.objects.filter(kind=kind._meta.label_lower, released_at=None).first()


def hold(kind, *, by, reason, detail=""):
    """
    Stop ``kind`` and return the ``Hold``; the one that is there if it is stopped already.

    :param by: a person, or None where a gateway said that nothing can be sent
    :raises TransitionRefused: not allowed, or no reason
    """
    if by is not None:
        _refuse_who_may_not(by)
        refuse_empty_reason(reason)
    found, is_new = Hold.objects.get_or_create(
        kind=kind._meta.label_lower,
        released_at=None,
        defaults={"by": by, "reason": reason[:200], "detail": mask_mobiles(detail)[:300]},
    )
    if is_new:
        logger.warning("Stopped.", extra={"kind": found.kind, "by": by and by.pk})
    return found


def release(kind, *, by):
    """
    Let what is due of ``kind`` go again; what has become too old fails at the next sweeps.

    :raises TransitionRefused: not allowed, or it is not stopped
    """
    from . import dispatch

    _refuse_who_may_not(by)
    with transaction.atomic():
        found = Hold.objects.select_for_update().filter(
            kind=kind._meta.label_lower, released_at=None
        )
        if not found.update(released_at=timezone.now(), released_by=by):
            raise TransitionRefused(_("Nothing is stopped."))
        dispatch.wake()
    logger.info("Going on.", extra={"kind": kind._meta.label_lower, "by": by.pk})


def _refuse_who_may_not(by):
    if not by.has_perm(STOP):
        raise TransitionRefused(_("You are not allowed to do this."))
