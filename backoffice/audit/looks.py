from django.contrib.admin.utils import unquote
from django.template.response import TemplateResponse

from backoffice.keys import key_in

from .models import AccessRecord
from .records import record


class LooksAreRecorded:
    """
    For admin classes whose pages show drivers: one access record a page.

    Written before the page is rendered; if it cannot be written, nothing is shown.
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

    def note_picked(self, request, rows):
        if terms := getattr(request, "searched_for", None):
            record(
                AccessRecord.Action.SEARCH,
                by=request.user,
                page="picker",
                terms=terms,
                drivers=_keys(map(self.driver_of, rows)),
            )

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        response = super().changeform_view(request, object_id, form_url, extra_context)
        if not isinstance(response, TemplateResponse):
            return response
        obj = self.get_object(request, unquote(object_id)) if object_id else None
        if obj is not None:
            self.record_look(request, obj)
        if chosen := _chosen_driver(response, besides=obj and self.driver_of(obj)):
            part = "" if obj else "add"
            record(AccessRecord.Action.VIEW, by=request.user, driver=chosen, **self._page(part))
        return response

    def move_view(self, request, object_id, name):
        response = super().move_view(request, object_id, name)
        if isinstance(response, TemplateResponse) and not getattr(request, "is_refused", False):
            self.record_look(request, self.get_object(request, unquote(object_id)), name)
        return response

    def record_look(self, request, obj, part=""):
        """Record that a page of ``obj`` is about to be shown; call it before it is rendered."""
        record(
            AccessRecord.Action.VIEW,
            by=request.user,
            driver=self.driver_of(obj),
            pk=obj.pk,
            **self._page(part),
        )

    def note_refused(self, request, obj, name):
        """Record that a move was tried and refused; its transaction is rolled back already."""
        request.is_refused = True
        record(
            AccessRecord.Action.REFUSED,
            by=request.user,
            driver=self.driver_of(obj),
            pk=obj.pk,
            move=name,
            **self._page(),
        )

    def _page(self, part=""):
        return {"page": self.opts.label_lower, **({"part": part} if part else {})}


def _chosen_driver(response, *, besides):
    """Return whom a form names by its address or a refused post, if not ``besides``; or None."""
    page = (response.context_data or {}).get("adminform")
    if page is None or "driver" not in page.form.fields:
        return None
    key = key_in(page.form["driver"].value())
    if key is None or (besides is not None and key == besides.pk):
        return None
    return page.form.fields["driver"].queryset.filter(pk=key).first()


def _keys(drivers):
    return sorted({driver.pk for driver in drivers if driver is not None})
