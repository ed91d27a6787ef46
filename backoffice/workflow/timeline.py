"""One list of what happened to a row, from all the tables that know."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One line of a timeline."""

    at: datetime
    icon: str  # name of a Material symbol
    text: str
    by: str = ""
    note: str = ""
    url: str = ""
    state: str = ""  # colours the dot


def newest_first(*sources, limit=50):
    """Merge iterables of events; at most ``limit`` of them."""
    events = [event for source in sources for event in source]
    return sorted(events, key=lambda event: event.at, reverse=True)[:limit]


def state_events(obj, *, icon="swap_horiz", limit=50, words=()):
    """
    Return the moves of ``obj`` as events; a delivery moves without declared transitions.

    :param words: by the name of a move, where it is called otherwise than elsewhere
    """
    declared = getattr(obj, "get_all_state_transitions", tuple)()
    labels = {each.name: each.custom["label"] for each in declared if "label" in each.custom}
    labels |= {
        "open": _("Opened"),
        "call_back": _("Call-back set"),
        "no_call_back": _("Call-back dropped"),
        "edit": _("Edited"),
        "note": _("Note changed"),
        "change_topic": _("Consultation type changed"),
        "send_again": _("Sent again"),
        "lock": _("Verification locked"),
        "unlock": _("Verification unlocked"),
        "read_out": _("Code read out"),
        "settle": _("Settled by a person"),
        "make_result": _("Result printed"),
        **dict(words),
    }
    states = dict(type(obj).State.choices)
    for change in obj.changes.select_related("by").order_by("-pk")[:limit]:
        yield Event(
            at=change.at,
            icon=icon,
            text=str(labels.get(change.transition) or states.get(change.target, change.target)),
            by=str(change.by or _("The system")),
            note=change.note,
            state=change.target,
        )
