from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from backoffice.roles import label
from backoffice.site import ReadOnlyAdmin, state_tag

from ..models import RightsChange, User
from ..models.rights import FLAGS


@admin.register(RightsChange)
class RightsChangeAdmin(ReadOnlyAdmin):
    """For the privacy officer and the administrators. Nobody adds, changes or deletes here."""

    list_display = ["at", "person", "kind", "was", "becomes", "changed_by", "address"]
    list_select_related = ["person", "by"]
    list_filter = ["what", "at"]
    search_fields = ["person__username__exact", "person__name__exact", "account__exact"]
    search_help_text = _("Whole username or whole name")
    ordering = ["-pk"]
    fields = ["at", "person", "what", "was", "becomes", "changed_by", "address"]
    readonly_fields = ["was", "becomes", "changed_by"]

    kind = state_tag(field="what", description=_("what"))

    @admin.display(description=_("before"))
    def was(self, change):
        return _in_words(change.before)

    @admin.display(description=_("after"))
    def becomes(self, change):
        return _in_words(change.after)

    @admin.display(description=_("changed by"), ordering="account")
    def changed_by(self, change):
        if change.by_id:
            return f"{change.by} ({change.account})"
        return change.account or _("The system")


def _in_words(names):
    """Return stored names as the account's page calls them: is_staff → staff status."""
    words = {flag: str(User._meta.get_field(flag).verbose_name) for flag in FLAGS}
    return ", ".join(words.get(name) or label(name) for name in names.split(", ")) or "–"
