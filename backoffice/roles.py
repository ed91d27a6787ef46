"""The four roles: the names of their groups, and what they are called on a page."""

from django.utils.translation import gettext_lazy as _

AGENT = "agent"
TEAM_LEAD = "team_lead"
PRIVACY_OFFICER = "privacy_officer"
ADMINISTRATOR = "administrator"

LABELS = {
    AGENT: _("agent"),
    TEAM_LEAD: _("team lead"),
    PRIVACY_OFFICER: _("privacy officer"),
    ADMINISTRATOR: _("administrator"),
}


def label(name):
    """Return what the group called ``name`` is called on a page; other groups by their name."""
    return str(LABELS.get(name, name))


def labels(names):
    """Return what the groups called ``names`` are called, in one line."""
    return ", ".join(sorted(map(label, names)))
