import json

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from backoffice.site import ReadOnlyAdmin

from .models import AccessRecord

Action = AccessRecord.Action


@admin.register(AccessRecord)
class AccessRecordAdmin(ReadOnlyAdmin):
    """The privacy officer's list. Nobody adds, changes or deletes here."""

    list_display = ["at", "account", "what", "driver", "address", "particulars"]
    list_select_related = ["driver"]
    list_filter = ["action", "at"]
    search_fields = ["account__exact", "address__exact"]
    ordering = ["-pk"]
    fields = ["at", "account", "action", "driver", "address", "detail"]

    @display(
        description=_("action"),
        ordering="action",
        label={
            Action.EDIT: "warning",
            Action.SIGN_IN_FAILED: "danger",
            Action.SIGN_IN: "success",
            Action.SIGN_OUT: "success",
        },
    )
    def what(self, record):
        return record.action, record.get_action_display()

    @admin.display(description=_("detail"))
    def particulars(self, record):
        text = json.dumps(record.detail, ensure_ascii=False) if record.detail else ""
        return text if len(text) <= 80 else f"{text[:80]}…"
