from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from backoffice.site import ReadOnlyAdmin, state_tag

from .filters import FILTERS
from .looks import LooksAreRecorded
from .models import AccessRecord
from .particulars import in_a_line, particulars
from .review_pages import ReviewPages


@admin.register(AccessRecord)
class AccessRecordAdmin(ReviewPages, LooksAreRecorded, ReadOnlyAdmin):
    """The privacy officer's list. Nobody adds, changes or deletes here."""

    list_display = ["at", "person", "what", "shown_driver", "address", "shown_detail"]
    list_select_related = ["driver", "by"]
    list_filter = FILTERS
    list_filter_submit = True
    search_fields = ["account"]  # turns the search box on; get_search_results() does the work
    search_help_text = _("Account, address, or a driver's whole phone number")
    ordering = ["-at", "-pk"]
    fields = ["at", "person", "action", "shown_driver", "address", "all_details", "sequence"]
    readonly_fields = fields

    what = state_tag(field="action", description=_("action"))

    @admin.display(description=_("account"), ordering="by")
    def person(self, record):
        if record.by_id:
            return f"{record.by} ({record.account})"
        return record.account or _("The system")

    @admin.display(description=_("driver"))
    def shown_driver(self, record):
        if record.driver_id is None:
            return None
        url = f"{reverse('admin:audit_accessrecord_changelist')}?driver={record.driver_id}"
        return format_html('<a href="{}">{}</a>', url, record.driver)

    @admin.display(description=_("detail"))
    def all_details(self, record):
        return format_html_join(
            "", '<p><span class="event-meta">{}</span> {}</p>', particulars(record.detail)
        )

    @admin.display(description=_("detail"))
    def shown_detail(self, record):
        text = in_a_line(record.detail)
        return text if len(text) <= 80 else f"{text[:80]}…"

    def get_search_results(self, request, queryset, search_term):
        term = search_term.strip()
        if not term:
            return queryset, False
        digits = term.replace("-", "").replace(" ", "")
        if digits.isdecimal() and len(digits) >= 10:
            request.searched_for = ["phone"]
            return queryset.filter(driver__phone=digits), False
        name = "address" if "." in term or ":" in term else "account"
        request.searched_for = [name]
        return queryset.filter(**{name: term}), False
