"""The help page: the keys, and how things move on, read from the code that moves them."""

from django.apps import apps
from django.contrib.admin import site
from django.template.response import TemplateResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from backoffice.workflow.models import Stateful


def help_view(request):
    """Show everybody the keys, and the states of what this person may look at."""
    context = {
        **site.each_context(request),
        "title": _("Help"),
        "keys": keys(request.user),
        "machines": [
            _machine(model)
            for model in apps.get_models()
            if issubclass(model, Stateful) and _may_look(request.user, model)
        ],
    }
    return TemplateResponse(request, "backoffice/help.html", context)


def keys(user):
    """Return (keys, what they do) that do something for ``user``, but in a field of text."""
    each = [
        (
            None,
            ["/"],
            _("Search for a driver, from every page.")
            if user.has_perm("drivers.view_driver")
            else _("Search in the list."),
        ),
        (
            "cases.work_case",
            ["1", "…", "9"],
            _("Answer the question at hand, or choose the playbook."),
        ),
        (
            "cases.decide_approval",
            ["A"],
            _("Approve the first request of the queue; then the reason and Enter."),
        ),
        (
            "cases.decide_approval",
            ["R"],
            _("Reject the first request of the queue; then the reason and Enter."),
        ),
        (None, ["Enter"], _("Press the button that the cursor is on.")),
        (None, ["Esc"], _("Close a window that lies above the page.")),
        (None, ["?"], _("This page, in a tab of its own.")),
    ]
    return [(names, what) for right, names, what in each if right is None or user.has_perm(right)]


def states_of(model):
    """
    Return each state of ``model`` in its declared order, with the moves that lead on.

    A move that changes no state is left out. ``label`` is "" where nobody makes it by hand.
    """
    moves = {value: [] for value in model.State.values}
    for move in model().get_all_state_transitions():
        if move.target is not None:
            moves[move.source].append(
                {
                    "label": move.custom.get("label", ""),
                    "target": move.target,
                    "target_label": model.State(move.target).label,
                    "conditions": [each.sentence for each in move.conditions],
                }
            )
    return [
        {"value": value, "label": label, "moves": moves[value]}
        for value, label in model.State.choices
    ]


def _machine(model):
    states = states_of(model)
    return {
        "name": capfirst(model._meta.verbose_name),
        "states": states,
        "has_conditions": any(move["conditions"] for each in states for move in each["moves"]),
    }


def _may_look(user, model):
    return user.has_perm(f"{model._meta.app_label}.view_{model._meta.model_name}")
