"""What follows from an edit of a case's page: its history, records, and what rests on it."""

from django.conf import settings
from django.utils import translation

from backoffice.audit.models import AccessRecord
from backoffice.audit.records import record
from backoffice.workflow.transitions import lock
from drivers.signals import facts_changed

from . import agit
from .models import Case
from .services import link_to_earlier, note_change, recount_after

ABOUT = ("driver", "presented_phone", "consultation_type")  # whom a case is about, and what
CALL_BACK = ("follow_up_at", "follow_up_reason")
EDITED = (*ABOUT, "channel", "note", *CALL_BACK)


def save_edited(case, *, by):
    """
    Save what ``by`` edited of ``case``, whose row is locked, with a line of the history.

    The line names what was edited, but not its values. Whom the case is about now, and whom
    before, is an access record each. Nothing is written where nothing differs.
    """
    before = Case.objects.select_related("driver").get(pk=case.pk)
    edited = [name for name in EDITED if getattr(case, name) != getattr(before, name)]
    if not edited:
        return
    is_linked_anew = bool({"driver", "consultation_type"} & set(edited))
    if is_linked_anew:
        link_to_earlier(case)
    case.save()
    if is_linked_anew:
        recount_after(case)
        agit.note_recontact(case)
    _note(case, edited, by=by)
    if about := [name for name in ABOUT if name in edited]:
        for driver in {before.driver, case.driver} - {None}:
            number = {"case": case.number, "fields": about}
            record(AccessRecord.Action.EDIT, by=by, driver=driver, **number)
    if "driver" in edited and case.driver is not None:
        _tell_of_driver(case)


def _note(case, edited, *, by):
    if set(CALL_BACK) & set(edited):
        name = "call_back" if case.follow_up_at else "no_call_back"
        note_change(case, name, by=by, note=case.follow_up_reason)
    others = [name for name in edited if name not in CALL_BACK]
    if others == ["note"]:
        note_change(case, "note", by=by)
    elif others:
        with translation.override(settings.LANGUAGE_CODE):
            labels = [str(Case._meta.get_field(name).verbose_name) for name in others]
        note_change(case, "edit", by=by, note=", ".join(labels))


def _tell_of_driver(case):
    """What was asked for before the driver was known is about him now, and void if it waits."""
    driver = lock(case.driver)
    case.approvals.filter(driver=None).update(driver=driver)
    facts_changed.send(sender=type(driver), driver=driver)
