"""The one door through which a state changes."""

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from .reasons import refuse_code
from .refusal import TransitionRefused


def guard(sentence):
    """
    Mark a condition of a move with the sentence that is shown while it is not met.

    :param sentence: lazy translated text, with a full stop
    """

    def mark(condition):
        condition.sentence = sentence
        return condition

    return mark


def system_only(instance, user):
    """Permission of the moves that nobody makes by hand."""
    return False


def perform(obj, name, *, by, version=None, **details):
    """
    Move ``obj`` through the transition ``name`` on behalf of ``by`` and return it anew.

    The row is locked and re-read first, so the rules are checked against what is
    stored and not against what the caller happened to load. The change, its
    history line and any queued message are kept or dropped together.

    :param by: a user, or None where the system acts for itself; then only moves
        declared with ``custom={"system": True}`` are open
    :param version: what the page showed; None where there was no page
    :param details: handed to the transition; ``reason`` also goes into the history
    :raises TransitionRefused: nothing was changed
    """
    with transaction.atomic():
        fresh = lock(obj)
        move = declared_move(fresh, name)
        if not is_permitted(fresh, move, by):
            raise TransitionRefused(_("You are not allowed to do this."))
        refuse_stale(fresh, version, name=name, by=by)
        refuse_unmet(fresh, move)
        refuse_code(details.get("reason"))
        source = fresh.state
        getattr(fresh, name)(by=by, **details)
        fresh.save()
        fresh.changes.create(
            transition=name,
            source=source,
            target=fresh.state,
            by=by,
            note=details.get("reason", "")[:500],
        )
    return fresh


def lock(obj):
    """
    Return ``obj`` as it is stored now, locked until the transaction ends.

    On SQLite the lock is the transaction itself, which is the only writer.

    :raises TransitionRefused: the row is gone
    """
    try:
        # Not against rows that only point here, or an insert beside it would wait for it.
        return type(obj)._base_manager.select_for_update(no_key=True).get(pk=obj.pk)
    except type(obj).DoesNotExist:
        raise TransitionRefused(_("This no longer exists.")) from None


def refuse_stale(fresh, version, *, name=None, by=None):
    """
    Refuse a page that was loaded before the latest save.

    :param version: what the page showed; None passes
    :raises TransitionRefused: says who changed it and when, or that this very click
        was already carried out
    """
    if version is None or int(version) == fresh.version:
        return
    last = fresh.last_change()
    if last is None:
        raise TransitionRefused(
            _("Somebody changed this since you opened the page. Nothing was saved; look again.")
        )
    last_name, last_by, last_at = last
    at = date_format(timezone.localtime(last_at), "H:i:s")
    if name is not None and last_name == name and last_by == by:
        raise TransitionRefused(
            _("You already did this at %(at)s. It was not done twice.") % {"at": at}
        )
    raise TransitionRefused(
        _(
            "%(who)s changed this at %(at)s, after you opened the page. "
            "Nothing was saved; look again."
        )
        % {"who": last_by or _("The system"), "at": at}
    )


def declared_move(obj, name):
    """
    Return django-fsm's declaration of the move ``name``.

    :raises TransitionRefused: there is no such move
    """
    declaration = getattr(getattr(obj, name, None), "_django_fsm", None)
    if declaration is None:
        raise TransitionRefused(_("There is no such move."))
    return declaration


def is_permitted(obj, move, by):
    """
    Return whether ``by`` may make this move from the present state.

    Where the state has no such move: whether he may make it from any, so that
    an outsider does not learn the state from the refusal.
    """
    here = move.get_transition(obj.state)
    transitions = [here] if here else list(move.transitions.values())
    if by is None:
        return any(each.custom.get("system") for each in transitions)
    return by.is_active and any(each.has_perm(obj, by) for each in transitions)


def refuse_unmet(obj, move):
    """:raises TransitionRefused: the state does not allow the move, or a guard is not met"""
    transition = move.get_transition(obj.state)
    if transition is None:
        raise not_now(obj)
    if sentences := unmet_sentences(obj, transition):
        raise TransitionRefused(" ".join(sentences))


def not_now(obj):
    """Return the refusal of what the state of ``obj`` does not allow."""
    return TransitionRefused(
        _("Not possible now: %(what)s is “%(state)s”.")
        % {"what": obj, "state": obj.get_state_display()}
    )


def unmet_sentences(obj, transition):
    """Return the sentence of each guard of ``transition`` that is not met by ``obj``."""
    return [
        str(getattr(condition, "sentence", _("A condition is not met.")))
        for condition in transition.conditions
        if not condition(obj)
    ]


def open_moves(obj, user, *, only=None):
    """
    Return what ``user`` may do with ``obj`` by hand in its present state, as declared in order.

    Those are the moves that are declared with a label; ``only`` names those to look at.

    :returns: a list of (transition, sentences); with sentences the move is named
        but not possible yet, and they say why
    """
    declared = list(vars(type(obj)))
    return [
        (transition, unmet_sentences(obj, transition))
        for transition in sorted(
            obj.get_all_state_transitions(), key=lambda each: declared.index(each.name)
        )
        if obj.state == transition.source
        and "label" in transition.custom
        and (only is None or transition.name in only)
        and transition.has_perm(obj, user)
    ]
