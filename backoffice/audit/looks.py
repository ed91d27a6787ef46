from .models import AccessRecord
from .records import record


class LooksAreRecorded:
    """
    For admin classes whose pages show drivers: one access record a page.

    Written before the page is; if it cannot be written, nothing is shown.
    """

    def driver_of(self, obj):
        """Return the driver whose data a row or a page shows, or None."""
        return obj.driver

    def changelist_view(self, request, extra_context=None):
        response = super().changelist_view(request, extra_context)
        changelist = (getattr(response, "context_data", None) or {}).get("cl")
        if changelist is not None:
            # What was looked for is named by its kind; the words may be a name or a number.
            terms = getattr(request, "searched_for", None)
            record(
                AccessRecord.Action.SEARCH if terms else AccessRecord.Action.LIST,
                by=request.user,
                page=self.opts.label_lower,
                drivers=_keys(map(self.driver_of, changelist.result_list)),
                **({"terms": terms} if terms else {}),
            )
        return response

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        obj = self.get_object(request, object_id) if object_id else None
        if obj is not None and request.method == "GET" and self.has_view_permission(request, obj):
            record(
                AccessRecord.Action.VIEW,
                by=request.user,
                driver=self.driver_of(obj),
                page=self.opts.label_lower,
                pk=obj.pk,
            )
        return super().changeform_view(request, object_id, form_url, extra_context)


def _keys(drivers):
    return sorted({driver.pk for driver in drivers if driver is not None})
