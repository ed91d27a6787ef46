"""What happens in a case and touches more than the case."""

from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from backoffice.audit.models import AccessRecord
from backoffice.audit.records import record
from backoffice.workflow.reasons import refuse_code, refuse_empty_reason
from backoffice.workflow.transitions import TransitionRefused, lock, not_now, refuse_stale
from drivers import services as driver_services
from drivers.matching import compare
from drivers.models import Correction
from drivers.signals import facts_changed
from drivers.words import masked_words

from . import agit
from .blind import refuse_what_was_seen
from .figures.marks import case_linked
from .models import WORK, Case, CaseNumber, ConsultationType, IdentityCheck, guards

A_DAY = timedelta(hours=24)


class OpenedBefore(TransitionRefused):
    """The form that asks for a case was sent before; ``case`` is the one that it opened."""

    def __init__(self, case):
        at = date_format(timezone.localtime(case.created_at), "H:i:s")
        super().__init__(_("You already did this at %(at)s. It was not done twice.") % {"at": at})
        self.case = case


def open_case(case, *, by):
    """
    Give a new, unsaved ``case`` a number if it has none, link it to the earlier one, and save it.

    Earlier means: same driver, same consultation type, opened or closed within RECONTACT_DAYS,
    and no duplicate.

    :raises OpenedBefore: there is one with its ``request_key``
    """
    try:
        with transaction.atomic():
            _refuse_opened_before(case.request_key)
            case.number = case.number or CaseNumber.next()
            case.created_by = by
            link_to_earlier(case)
            case.save()
            case.changes.create(transition="open", source="", target=case.state, by=by)
            agit.note_recontact(case)
    except IntegrityError:
        _refuse_opened_before(case.request_key)  # at the same moment
        raise
    return case


def _refuse_opened_before(key):
    if key is not None and (opened := Case.objects.filter(request_key=key).first()):
        raise OpenedBefore(opened)


def link_to_earlier(case):
    """Link ``case`` to the driver's earlier one about the same, and count the contacts."""
    linked_before = case.previous_case
    case.previous_case = _earlier(case)
    case.recontact_no = case.previous_case.recontact_no + 1 if case.previous_case else 0
    case.follows_correction = _follows_correction(case)
    case_linked(linked_before, case.previous_case)


def recount_after(case):
    """
    Link the open cases after ``case`` anew: it may be no earlier contact of theirs any more.

    What is closed stays as it was counted.
    """
    for each in case.next_cases.exclude(state=Case.State.CLOSED).order_by("pk"):
        following = lock(each)
        if following.is_closed or following.previous_case_id != case.pk:
            continue
        link_to_earlier(following)
        if (following.previous_case, following.recontact_no) == (case, each.recontact_no):
            continue
        following.save()
        with translation.override(settings.LANGUAGE_CODE):
            note_change(following, "edit", by=None, note=_("re-contact"))
        recount_after(following)
        facts_changed.send(sender=type(following.driver), driver=following.driver)


@receiver(post_save, sender=Case)
def recount_after_duplicate(sender, instance, **signal):
    """Closed by whichever door, it is found to have been none."""
    if instance.resolution == Case.Resolution.DUPLICATE:
        recount_after(instance)


def _follows_correction(case):
    """Whether anything on the driver's record was corrected within a day before the call."""
    if case.driver_id is None:
        return False
    called_at = case.created_at or timezone.now()
    return Correction.objects.filter(
        driver=case.driver_id, applied_at__gt=called_at - A_DAY, applied_at__lte=called_at
    ).exists()


def _earlier(case):
    if case.driver_id is None:
        return None
    called_at = case.created_at or timezone.now()
    since = called_at - timedelta(days=settings.RECONTACT_DAYS)
    earlier = Case.objects.filter(
        Q(created_at__gte=since) | Q(closed_at__gte=since),
        driver_id=case.driver_id,
        consultation_type_id=case.consultation_type_id,
    ).exclude(resolution=Case.Resolution.DUPLICATE)  # opened by mistake, so no contact
    if case.pk:
        earlier = earlier.filter(pk__lt=case.pk)
    return earlier.order_by("-pk").first()


FAILURES_TO_LOCK = 3  # G7: then a team lead has to look


def check_identity(case, said, *, call_back_answered, by, version=None):
    """
    Compare what the caller said with the record and keep the result, not the words.

    Verified when the number is the driver's (the presented one, or a call-back to
    the one on record was answered; mail needs the call-back), and at least
    IDENTITY_ITEMS items match. Holds for IDENTITY_MINUTES.

    :param said: what was asked and said, by item: ``{"name": "…", "birthdate": date}``
    :returns: the ``IdentityCheck``
    :raises TransitionRefused: the case is not being worked on, or has no driver
    """
    if not by.has_perm(WORK):
        raise TransitionRefused(_("You are not allowed to do this."))
    with transaction.atomic():
        case = lock(case)
        refuse_stale(case, version)
        _refuse_unless_worked_on(case)
        driver = case.driver
        refuse_after_failures(case)
        asked = {name: value for name, value in said.items() if value}
        if _birthdate_is_in_question(case):
            asked.pop("birthdate", None)
        refuse_what_was_seen(driver, asked, by=by)
        items = {name: compare(driver, name, value).matches for name, value in asked.items()}
        number_matches = bool(case.presented_phone) and case.presented_phone == driver.phone
        is_reached = call_back_answered or (number_matches and case.channel == Case.Channel.PHONE)
        check = IdentityCheck.objects.create(
            case=case,
            driver=driver,
            number_matches=number_matches,
            call_back_answered=call_back_answered,
            items=items,
            missed=sum(not matches for matches in items.values()),
            is_verified=is_reached and sum(items.values()) >= settings.IDENTITY_ITEMS,
            by=by,
            expires_at=timezone.now() + timedelta(minutes=settings.IDENTITY_MINUTES),
        )
        record(
            AccessRecord.Action.VIEW,
            by=by,
            driver=driver,
            compared=sorted(items),
            case=case.number,
        )
        facts_changed.send(sender=type(driver), driver=driver)
    return check


def _birthdate_is_in_question(case):
    """Whether the birthdate is what may be wrong, and so shows nobody to be the driver (4.1)."""
    corrects = Q(version__steps__kind="do", version__steps__action="correct_birthdate")
    return case.walks.filter(corrects, ended_at=None).exists()


def _refuse_birthdate_as_proof(case):
    items = case.identity_checks.order_by("-pk").first().items
    if sum(items.values()) - items.get("birthdate", False) < settings.IDENTITY_ITEMS:
        raise TransitionRefused(
            _("The birthdate is what is wrong; compare other items to identify the caller.")
        )


def refuse_after_failures(case):
    """:raises TransitionRefused: too much did not match; a lead has to lift the lock (G7)"""
    if sentence := lock_sentence(case):
        raise TransitionRefused(sentence)


def lock_sentence(case):
    """Return why nothing is compared any more in ``case``, or "" while it still is."""
    if guards.failed_checks(case).count() >= FAILURES_TO_LOCK:
        return _(
            "The identity check failed %(count)d times. "
            "A team lead has to lift the lock before it is tried again."
        ) % {"count": FAILURES_TO_LOCK}
    if guards.count_mismatches(case) >= settings.MISMATCHED_COMPARISONS:
        return _(
            "What the caller said did not match %(count)d times. "
            "A team lead has to lift the lock before anything is compared again."
        ) % {"count": settings.MISMATCHED_COMPARISONS}
    return ""


def set_call_back(case, *, at, reason, by):
    """
    Note when ``case`` is to be called back, and why.

    :raises TransitionRefused: not allowed, closed, no reason, or a time that has passed
    """
    if not by.has_perm(WORK):
        raise TransitionRefused(_("You are not allowed to do this."))
    refuse_empty_reason(reason)
    refuse_past(at)
    with transaction.atomic():
        case = lock(case)
        if case.is_closed:
            raise not_now(case)
        case.follow_up_at, case.follow_up_reason = at, reason[:200]
        case.save()
        note_change(case, "call_back", by=by, note=reason)
    return case


def refuse_past(at):
    """:raises TransitionRefused: nobody is called back at a time that has passed"""
    if at <= timezone.now():
        raise TransitionRefused(_("Choose a time in the future."))


def leaf_under(topic, name, **where):
    """
    Return the consultation type ``name`` under ``topic``.

    :raises TransitionRefused: the tree has none that can be chosen
    """
    leaves = ConsultationType.objects.filter(is_leaf=True, parent__name=topic, name=name, **where)
    if (leaf := leaves.order_by("pk").first()) is None:
        raise TransitionRefused(
            _(
                "No consultation type “%(name)s” can be chosen under “%(topic)s”. "
                "Tell an administrator."
            )
            % {"name": name, "topic": topic}
        )
    return leaf


def change_topic(case, topic, *, by):
    """
    Count ``case`` under another branch of the tree (rule 3.2); the service stays.

    :raises TransitionRefused: the other branch has no such service
    """
    current = case.consultation_type
    if current.parent.name == topic:
        return
    with transaction.atomic():
        case = lock(case)
        root = current.parent.parent
        case.consultation_type = leaf_under(topic, current.name, parent__parent=root)
        link_to_earlier(case)
        case.save()
        recount_after(case)
        agit.note_recontact(case)
        note_change(case, "change_topic", by=by, note=topic)


def write_note(case, note, *, by, version=None):
    """
    Replace the note of ``case``.

    :raises TransitionRefused: not allowed, closed, or somebody wrote since the page was loaded
    """
    if not by.has_perm(WORK):
        raise TransitionRefused(_("You are not allowed to do this."))
    refuse_code(note)
    with transaction.atomic():
        case = lock(case)
        refuse_stale(case, version)
        if case.is_closed:
            raise not_now(case)
        case.note = note
        case.save()
        note_change(case, "note", by=by)  # without its words, which are replaced
    return case


def note_change(case, name, *, by, note=""):
    """Write a line of the history that is no move."""
    case.changes.create(
        transition=name, source=case.state, target=case.state, by=by, note=note[:500]
    )


def correct_birthdate(case, birthdate, *, reason, by, version=None, after_log_in=False):
    """
    Correct the driver's birthdate within ``case`` and move it to *info corrected*.

    One transaction: a guard of the case that is not met takes the correction and
    its text back with it. A sensitive correction is only asked for: the case stays
    where it is until a team lead has decided (A22).

    :param after_log_in: not now, but when the driver has logged in with the registered
        date, or after SCHEDULED_HOURS (4.6, A18); the text leaves then
    :returns: the case anew
    :raises TransitionRefused: nothing was changed; the sentence says why
    """
    with transaction.atomic():
        case = lock(case)
        refuse_stale(case, version, name="correct_info", by=by)
        _refuse_unless_worked_on(case)
        if not guards.may_be_corrected(case):
            raise not_now(case)
        if not guards.identity_is_verified(case):
            raise TransitionRefused(str(guards.identity_is_verified.sentence))
        _refuse_birthdate_as_proof(case)
        if after_log_in:
            _refuse_without_call_back(case)
        lasts = timedelta(hours=settings.SCHEDULED_HOURS)
        correction = driver_services.correct(
            case.driver,
            Correction.Field.BIRTHDATE,
            birthdate,
            reason=reason,
            by=by,
            case=case,
            apply_at=timezone.now() + lasts if after_log_in else None,
        )
        if correction is None:
            raise TransitionRefused(
                _("This is the birthdate on record already; there is nothing to correct.")
            )
        if correction.state != Correction.State.REQUESTED:
            case = case.corrected(by=by)
        return case


def disclose_birthdate(case, *, reason, by):
    """
    Return the registered birthdate, for the driver to log in with once more (4.6, A17).

    Only while its change is scheduled in this case, and to a caller who was called back
    and named two other items. Each time is an access record with the reason.

    :raises TransitionRefused: nothing was told
    """
    if not by.has_perm(WORK):
        raise TransitionRefused(_("You are not allowed to do this."))
    refuse_empty_reason(reason)
    with transaction.atomic():
        case = lock(case)
        scheduled = case.corrections.filter(state=Correction.State.SCHEDULED)
        if not scheduled.exists():
            raise TransitionRefused(
                _("The registered birthdate is told only while its change is scheduled.")
            )
        if not guards.identity_is_verified(case):
            raise TransitionRefused(str(guards.identity_is_verified.sentence))
        _refuse_birthdate_as_proof(case)
        _refuse_without_call_back(case)
        record(
            AccessRecord.Action.REVEAL,
            by=by,
            driver=case.driver,
            field="birthdate",
            case=case.number,
            reason=masked_words(reason, case.driver)[:200],
        )
        return case.driver.birthdate


def _refuse_without_call_back(case):
    if not case.identity_checks.order_by("-pk").first().call_back_answered:
        raise TransitionRefused(
            _(
                "The registered birthdate is told only in a call that you made to the number on "
                "record. Call back, and check the identity in that call."
            )
        )


def _refuse_unless_worked_on(case):
    if case.driver_id is None:
        raise TransitionRefused(_("Record the driver first."))
    if case.state not in {Case.State.DIAGNOSING, Case.State.INFO_CORRECTED}:
        raise not_now(case)
