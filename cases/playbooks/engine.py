"""Walking a playbook: one step after the other, each under the case's lock."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.audit.models import AccessRecord
from backoffice.audit.records import record
from backoffice.workflow.transitions import TransitionRefused, lock, not_now, perform
from cases.models import WORK, Answer, Case, Playbook, Walk, guards
from cases.services import refuse_after_failures
from drivers.matching import compare
from drivers.signals import facts_changed

from .actions import ENDS, act
from .facts import FACTS

MAY_BEGIN = {Case.State.NEW, Case.State.DIAGNOSING, Case.State.INFO_CORRECTED}
LONGEST_RUN = 50  # checks in a row; more is a loop that publishing should have caught


def playbook_for(case):
    """Return the playbooks whose topic is that of the case's consultation type."""
    return Playbook.objects.filter(
        topic=case.consultation_type.parent.name, versions__state="published"
    ).order_by("position")


def open_walk(case):
    """Return the walk that is under way in ``case``, or None."""
    return case.walks.filter(ended_at=None).select_related("step", "version__playbook").first()


def begin(case, playbook, *, by):
    """
    Start the published version of ``playbook`` in ``case`` and return the ``Walk``.

    A new case is started with it. One walk at a time.

    :raises TransitionRefused: not allowed, not now, or nothing is published
    """
    with transaction.atomic():
        case = lock(case)
        _refuse_who_may_not(by)
        if case.state == Case.State.NEW:
            case = perform(case, "start", by=by)
        if case.state not in MAY_BEGIN:
            raise not_now(case)
        if open_walk(case) is not None:
            raise TransitionRefused(_("A playbook is being walked in this case already."))
        if playbook.topic != case.consultation_type.parent.name:
            # By the type the contacts are counted, on which rules 1.9 and 2.5 rest.
            raise TransitionRefused(_("This playbook is for cases of another type."))
        version = playbook.published
        if version is None:
            raise TransitionRefused(_("This playbook has no published version."))
        corrects = version.steps.filter(kind="do", action="correct_birthdate")
        is_done = case.state == Case.State.INFO_CORRECTED and guards.has_correction(case)
        if is_done and corrects.exists():
            raise TransitionRefused(
                _("The birthdate was corrected in this case already. Choose another playbook.")
            )
        walk = Walk(case=case, version=version)
        _go_to(walk, version.start)
    return walk


def last_answer(walk):
    """Return the key of the latest answer that holds, or 0: what a page shows as its age."""
    held = walk.answers.filter(taken_back_at=None).order_by("-pk")
    return held.values_list("pk", flat=True).first() or 0


def take(case, value, *, by, step, last, said=None, details=None):
    """
    Answer the present step of ``case`` and go on; return the walk as it stands then.

    :param value: the outcome, for *say* and *ask*; for *compare* and *do* the system finds it
    :param step: key of the step that the page showed, and ``last`` its ``last_answer()``
    :param said: for *compare*: what the caller said, as a date or a ``PhoneNumber``
    :param details: for *do*: what the act needs
    :raises TransitionRefused: nothing was changed; the sentence says why
    """
    with transaction.atomic():
        case = lock(case)
        _refuse_who_may_not(by)
        walk = open_walk(case)
        refuse_stale_step(walk, step, last)
        slip = ""
        if walk.step.kind == "compare":
            value, slip = _compare(case, walk.step, said, by)
        elif walk.step.kind == "do":
            value = act(case, walk.step, by=by, **(details or {}))
        elif value not in set(walk.step.choices.values_list("value", flat=True)):
            raise TransitionRefused(_("Choose one of the answers."))
        _write(walk, value, by=by, slip=slip)
        if walk.step.kind == "do" and value in ENDS:
            _end(walk)
            if value == "switched":
                walk = begin(case, Playbook.objects.get(key=walk.step.argument), by=by)
        else:
            _go_to(walk, walk.step.choices.get(value=value).next_key)
        _tell_facts(case)
    return walk


def take_back(case, *, by, last):
    """
    Take the latest answer of a person back and stand at its step again.

    Only while nothing left the house by it: what was said, asked and compared.

    :raises TransitionRefused: it was an act, or there is nothing to take back
    """
    with transaction.atomic():
        case = lock(case)
        _refuse_who_may_not(by)
        walk = open_walk(case)
        if walk is None or last_answer(walk) != last:
            raise TransitionRefused(
                _("Somebody went on in this case meanwhile. Look where it stands now.")
            )
        held = walk.answers.filter(taken_back_at=None).select_related("step").order_by("-pk")
        latest = held.exclude(by=None).first()
        if latest is None:
            raise TransitionRefused(_("There is nothing to take back."))
        if latest.step.kind == "do":
            raise TransitionRefused(_("This was carried out already and cannot be taken back."))
        held.filter(pk__gte=latest.pk).update(taken_back_at=timezone.now())
        walk.stand_at(latest.step)
        _tell_facts(case)
    return walk


def _tell_facts(case):
    """What was answered may be what a pending approval rests on."""
    if case.driver is not None:
        facts_changed.send(sender=type(case.driver), driver=case.driver)


def _refuse_who_may_not(by):
    if not by.has_perm(WORK):
        raise TransitionRefused(_("You are not allowed to do this."))


def refuse_stale_step(walk, step, last):
    """:raises TransitionRefused: the walk does not stand where the page says it does"""
    if walk is None or walk.step.key != step or last_answer(walk) != last:
        raise TransitionRefused(
            _("Somebody went on in this case meanwhile. Look where it stands now.")
        )


def _compare(case, step, said, by):
    if case.driver is None:
        raise TransitionRefused(_("Record the driver first."))
    if said is None:
        raise TransitionRefused(_("Type what the caller says."))
    refuse_after_failures(case)
    result = compare(case.driver, step.item, said)
    record(
        AccessRecord.Action.VIEW,
        by=by,
        driver=case.driver,
        compared=[step.item],
        case=case.number,
    )
    return ("match" if result.matches else "mismatch"), result.slip


def _write(walk, value, *, by, slip=""):
    Answer.objects.create(walk=walk, case=walk.case, step=walk.step, value=value, slip=slip, by=by)


def _go_to(walk, key):
    """Stand at the step ``key``; a check is answered by the system, and so on from there."""
    for _turn in range(LONGEST_RUN):
        walk.stand_at(walk.version.steps.get(key=key))
        if walk.step.kind != "check":
            return
        value = FACTS[walk.step.fact].read(walk.case)
        _write(walk, value, by=None)
        key = walk.step.choices.get(value=value).next_key
    raise TransitionRefused(_("This playbook turns in a circle here. Tell a team lead."))


def _end(walk):
    walk.ended_at = timezone.now()
    walk.save()
