import json

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from backoffice.site import ReadOnlyAdmin, state_tag

from .models import AccessRecord


@admin.register(AccessRecord)
class AccessRecordAdmin(ReadOnlyAdmin):
    """The privacy officer's list. Nobody adds, changes or deletes here."""

    list_display = ["at", "account", "what", "driver", "address", "particulars"]
    list_select_related = ["driver"]
    list_filter = ["action", "at"]
    search_fields = ["account__exact", "address__exact"]
    ordering = ["-pk"]
    fields = ["at", "account", "action", "driver", "address", "all_particulars"]
    readonly_fields = ["all_particulars"]

    what = state_tag(field="action", description=_("action"))

    @admin.display(description=_("detail"))
    def all_particulars(self, record):
        return json.dumps(record.detail, ensure_ascii=False, indent=2)

    @admin.display(description=_("detail"))
    def particulars(self, record):
        text = json.dumps(record.detail, ensure_ascii=False) if record.detail else ""
        return text if len(text) <= 80 else f"{text[:80]}…"
