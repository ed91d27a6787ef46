"""The side bar: what this person may open, by task. On every page, so it has to cost little."""

from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Item:
    """
    One line of the side bar, for whoever holds one of ``permissions`` and not ``unless``.

    :param areas: further views; what stands beneath their addresses belongs to the item
    """

    title: str
    icon: str
    view: str
    permissions: tuple = ()
    unless: str = ""
    areas: tuple = ()

    @property
    def link(self):
        return _address(self.view)

    def leads_to(self, address):
        """Return whether ``address`` is this item's own page, or one of its further areas."""
        return address in {self.link, *map(_address, self.areas)}

    def holds_for(self, holds):
        return any(map(holds, self.permissions)) and not (self.unless and holds(self.unless))


SUPPORT = [
    Item(
        _("Drivers"), "id_card", "admin:drivers_driver_changelist", ("drivers.view_driver",),
        areas=("admin:importing_driverimport_changelist",),
    ),
    Item(
        _("Cases"), "support_agent", "admin:cases_case_changelist", ("cases.view_case",),
        areas=("call",),
    ),
    Item(
        _("To decide"), "gavel", "admin:cases_approval_queue", ("cases.decide_approval",),
        areas=("admin:cases_approval_changelist",),
    ),
    Item(_("Figures"), "bar_chart", "admin:cases_case_figures", ("cases.see_figures",)),
]  # fmt: skip
RECORDS = [
    Item(
        _("Corrections"), "edit_note", "admin:drivers_correction_changelist",
        ("drivers.view_correction",),
    ),
    Item(
        _("Rights requests"), "contract_edit", "admin:drivers_rightsrequest_changelist",
        ("drivers.view_rightsrequest",),
    ),
    Item(
        _("Approvals"), "fact_check", "admin:cases_approval_changelist",
        ("cases.view_approval",),
        unless="cases.decide_approval",  # whose queue leads there
    ),
    Item(_("Messages"), "sms", "admin:sms_message_changelist", ("sms.view_message",)),
    Item(_("Sending"), "send", "admin:sms_message_operations", ("outbox.stop_outbox",)),
    Item(_("Agit posts"), "forum", "admin:cases_agitpost_changelist", ("cases.view_agitpost",)),
    Item(
        _("Access records"), "policy", "admin:audit_accessrecord_changelist",
        ("audit.view_accessrecord",),
    ),
    Item(
        _("Monthly review"), "monitoring", "admin:audit_accessrecord_review",
        ("audit.view_accessrecord",),
    ),
    Item(
        _("Changes of rights"), "admin_panel_settings", "admin:staff_rightschange_changelist",
        ("staff.view_rightschange",),
    ),
    Item(_("Exports"), "download", "admin:files_export_changelist", ("files.view_export",)),
    Item(
        _("Retention"), "auto_delete", "admin:retention_erasure_changelist",
        ("retention.view_erasure",),
    ),
]  # fmt: skip
SETTINGS = [
    Item(_("SMS templates"), "article", "admin:sms_template_changelist", ("sms.view_template",)),
    Item(
        _("Playbooks"), "conversion_path", "admin:cases_playbookversion_changelist",
        ("cases.view_playbookversion",),
        areas=("admin:cases_step_changelist",),
    ),
    Item(
        _("Consultation types"), "account_tree", "admin:cases_consultationtype_changelist",
        ("cases.view_consultationtype",),
    ),
    Item(_("Staff"), "badge", "admin:staff_user_changelist", ("staff.view_user",)),
    Item(_("Groups"), "groups", "admin:auth_group_changelist", ("auth.view_group",)),
]  # fmt: skip
GROUPS = [(_("Support"), SUPPORT), (_("Records"), RECORDS), (_("Settings"), SETTINGS)]
DEMO = [
    Item(_("Drivers' phones"), "smartphone", "demo-inbox"),
    Item(_("Drivers' app"), "touch_app", "demo-app"),
    Item(_("Agit"), "forum", "demo-agit"),
]
# What else opens a list, where the settings let a group export it.
EXPORTS = {"admin:files_export_changelist": ("files.export_driver", "files.export_case")}


def navigation(request):
    """Return the groups of the side bar; a group is a dict with ``title`` and ``items``."""
    user = request.user
    # Read once: has_perm() goes through every back-end each time.
    holds = user.has_perm if user.is_superuser else user.get_all_permissions().__contains__

    def is_open(item):
        more = EXPORTS.get(item.view, ()) if settings.EXPORTS else ()
        return item.holds_for(holds) or any(map(holds, more))

    groups = [(title, [item for item in items if is_open(item)]) for title, items in GROUPS]
    lit = _lit(request.path, [item for _title, items in groups for item in items])
    if settings.DEMO and user.is_authenticated:
        groups.append((_("Demo"), DEMO))
    return [
        {
            "title": title,
            "items": [{"item": item, "is_here": item is lit} for item in items],
        }
        for title, items in groups
        if items
    ]


def _lit(address, items):
    """Return the one item that ``address`` belongs to, or None."""
    around = {
        area: item
        for item in items
        for area in map(_address, (item.view, *item.areas))
        if address.startswith(area)
    }
    return around[max(around, key=len)] if around else None


@cache
def _address(view):
    return reverse(view)
