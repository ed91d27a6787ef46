"""Noting that a day's figures are not right any more, with the change that makes them so."""

from django.db.models.signals import post_save
from django.dispatch import receiver

from cases.models import Approval, Case, Walk

from .days import day_of
from .models import About, StaleDay

# Receivers, and not lines in the services, so that no door can forget: a page's save, a move,
# a sweep and a console are one here. Texts are not among them: they move a thousand times a
# second, and which of their days have changed can be read off, see ``keeping.stale_texts``.


def mark(about, moment):
    """Let the day of ``moment`` be counted anew, if the transaction at hand is committed."""
    StaleDay.objects.create(about=about, day=day_of(moment))


@receiver(post_save, sender=Case)
def case_changed(sender, instance, **signal):
    mark(About.CASES, instance.created_at)
    if instance.resolution == Case.Resolution.DUPLICATE:
        case_linked(instance.previous_case)  # nobody has called about that one again


@receiver(post_save, sender=Walk)
def walk_began(sender, instance, created, **signal):
    """
    Only walks that have ended count, and only the last of a case.

    So answers change nothing yet; a walk ends with a move of its case, or another takes its place.
    """
    if created:
        mark(About.CASES, instance.case.created_at)


@receiver(post_save, sender=Approval)
def approval_changed(sender, instance, **signal):
    mark(About.APPROVALS, instance.requested_at)


def case_linked(*cases):
    """Whether these were solved also tells the case that links to them; None is none."""
    for case in cases:
        if case is not None:
            mark(About.CASES, case.created_at)
