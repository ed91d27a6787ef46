"""
Keeping comparisons blind: who compares must not have the answer before his eyes.

A caller shows that he is the driver by what he says; the agent types it, the system answers
match or mismatch. An agent who can unmask the record beside it could coach the caller, or
type the answer himself. So, for everybody, team leads and superusers included:

- **Name and vehicle number**, which the identity check compares, stay masked while a case of
  the driver waits for that check: it is open and the caller is not verified. For everybody,
  not only for whom the case belongs to: a colleague at the next desk can read aloud as well.
  Once the caller is verified there is nothing left to give away, until the check expires.
- **What somebody was shown proves nothing to him.** The field may have been unmasked before
  the case was opened, so within a day an identity check by the same person does not take it.
  He asks for other items, or hands the case to a colleague. The birthdate told under rule
  4.6 counts as shown.
- **A field whose comparison is the present step** of a walk stays masked until that step is
  answered. The phone number is not kept back longer than that. An agent has to have it to
  call back (E2, G2), it is no item of the identity check, and the step in which it is
  compared opens nothing but the way to the department.

The number a call came from is masked like the driver's own, and shown by the same rules:
whoever works on the open case may have to dial it. After the end nobody has to.
"""

from django.db import transaction
from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.workflow.transitions import TransitionRefused, lock, not_now
from drivers import reveal
from drivers.matching import ITEM_LABELS
from drivers.signals import about_to_reveal

from .models import WORK, Case, guards

PROOFS = {reveal.Field.NAME, reveal.Field.VEHICLE_NO}  # what the identity check compares
CHECKABLE = {Case.State.NEW, Case.State.DIAGNOSING, Case.State.INFO_CORRECTED}


@receiver(about_to_reveal)
def refuse_while_compared(sender, driver, field, by, **signal):
    """:raises TransitionRefused: seeing ``field`` would tell what a caller is asked for"""
    compared = driver.cases.filter(
        walks__ended_at=None, walks__step__kind="compare", walks__step__item=field
    )
    if case := compared.exclude(state=Case.State.CLOSED).first():
        raise TransitionRefused(
            _("This is being compared in case %(case)s. Answer that step first.")
            % {"case": case.number}
        )
    if field not in PROOFS:
        return
    for case in driver.cases.filter(state__in=CHECKABLE).order_by("-pk"):
        if not guards.identity_is_verified(case):
            raise TransitionRefused(
                _(
                    "The identity check compares this, and in case %(case)s the caller is not "
                    "verified. It is unmasked only after the check."
                )
                % {"case": case.number}
            )


def refuse_what_was_seen(driver, items, *, by):
    """:raises TransitionRefused: ``by`` was shown one of ``items`` within a day"""
    since = timezone.now() - guards.FORGET_AFTER
    if seen := reveal.seen_by(by, driver, since=since) & set(items):
        labels = ", ".join(str(ITEM_LABELS[name]) for name in sorted(seen))
        raise TransitionRefused(
            _(
                "You have seen this unmasked within a day, so it proves nothing: %(items)s. "
                "Leave it empty and ask for something else, or hand the case to a colleague."
            )
            % {"items": labels}
        )


def reveal_presented(case, *, why, words="", by):
    """
    Return the number that ``case`` came from, to be called back. The record is kept first.

    :raises TransitionRefused: nothing is shown; the sentence says why
    """
    with transaction.atomic():
        case = lock(case)
        refuse_presented(case, by=by)
        about = {"why": why, "words": words, "by": by, "case": case.number}
        reveal.note_reveal(case.driver, "presented_phone", **about)
        return case.presented_phone.as_national


def refuse_presented(case, *, by):
    """:raises TransitionRefused: the number is not shown to ``by``, whatever the reason"""
    if not (by.has_perm(reveal.REVEAL) and by.has_perm(WORK)):
        raise TransitionRefused(_("You are not allowed to do this."))
    if case.is_closed:
        raise not_now(case)
    if not case.presented_phone:
        raise TransitionRefused(_("Nothing is on record there."))
    reveal.refuse_over_cap(by)
    if case.driver is not None:
        # Mostly it is the driver's own.
        refuse_while_compared(None, case.driver, reveal.Field.PHONE, by)
