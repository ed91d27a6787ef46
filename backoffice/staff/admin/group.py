from collections import defaultdict

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.models import Group
from django.utils.html import format_html, format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backoffice.roles import label
from backoffice.site import ModelAdmin

admin.site.unregister(Group)

# A permission's own name is written for the database, in English.
ON_ROWS = {
    "view": pgettext_lazy("permission", "see"),
    "add": pgettext_lazy("permission", "add"),
    "change": pgettext_lazy("permission", "change"),
    "delete": pgettext_lazy("permission", "delete"),
}
ACTS = {
    "answer_rights": _("answer and refuse rights requests"),
    "browse_driver": _("list drivers without a search"),
    "correct_birthdate": _("correct a birthdate"),
    "correct_phone": _("correct a phone number"),
    "decide_approval": _("decide approvals"),
    "edit_playbook": _("edit and publish playbooks"),
    "export_accessrecord": _("export the access records"),
    "export_case": _("export the list of cases"),
    "export_correction": _("export the list of corrections"),
    "export_driver": _("export the list of drivers"),
    "export_message": _("export the list of texts"),
    "export_unmasked": _("export without masking"),
    "import_driver": _("import drivers from a file"),
    "lead_case": _("return and close escalated cases"),
    "manage_driver": _("suspend, reinstate and withdraw a driver"),
    "resend_message": _("send a text again"),
    "reveal_driver": _("see one masked field for a reason"),
    "see_figures": _("see the figures"),
    "settle_agitpost": _("settle a post in doubt"),
    "sign_review": _("sign the monthly review"),
    "stop_outbox": _("stop the sending and let it go on"),
    "undo_correction": _("undo somebody else's correction"),
    "work_case": _("work on cases"),
}


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin, ModelAdmin):
    """To read: what a group may do stands in the code, see ``roles``."""

    list_display = ["role"]
    search_fields = []  # four rows, and what is stored is not what the list shows
    fields = ["role", "on_rows", "acts"]
    readonly_fields = ["role", "on_rows", "acts"]

    @admin.display(description=_("role"), ordering="name")
    def role(self, group):
        return label(group.name)

    @admin.display(description=_("records"))
    def on_rows(self, group):
        may = defaultdict(list)
        for permission in group.permissions.select_related("content_type"):
            action = permission.codename.partition("_")[0]
            model = permission.content_type.model_class()
            if model is not None and action in ON_ROWS:
                may[capfirst(model._meta.verbose_name)].append(str(ON_ROWS[action]))
        return _list(f"{name}: {' · '.join(actions)}" for name, actions in sorted(may.items()))

    @admin.display(description=_("acts"))
    def acts(self, group):
        names = group.permissions.values_list("codename", flat=True)
        return _list(sorted(str(ACTS[name]) for name in names if name in ACTS))

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        group = self.get_object(request, unquote(object_id)) if object_id else None
        extra = {**(extra_context or {}), **({"subtitle": label(group.name)} if group else {})}
        return super().changeform_view(request, object_id, form_url, extra)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


def _list(lines):
    return format_html(
        "<ul>{}</ul>", format_html_join("", "<li>{}</li>", ([line] for line in lines))
    )
