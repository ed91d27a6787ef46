from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from backoffice.workflow.refusal import TransitionRefused

from . import services
from .forms import ExportForm
from .models import may_export


class ExportableList:
    """
    For admin classes whose lists may leave the house in a file: the button and its page.

    What is exported is what the list shows: its filters, search, columns and order. The
    query of the list travels in the address, as it does on the list's own pages.
    """

    list_before_template = "files/list_tools.html"
    unmasked_columns = {}  # column: function of the row; others leave the house as shown

    def get_urls(self):
        page = path(
            "export/",
            self.admin_site.admin_view(never_cache(self.export_view)),
            name=f"{self.opts.app_label}_{self.opts.model_name}_export",
        )
        return [page, *super().get_urls()]

    def changelist_view(self, request, extra_context=None):
        tools = {"list_tools": self.list_tools(request)}
        return super().changelist_view(request, {**tools, **(extra_context or {})})

    def list_tools(self, request):
        """Return the links above the list that this person may follow."""
        if not may_export(request.user, self.model):
            return []
        info = self.opts.app_label, self.opts.model_name
        address = reverse("admin:{}_{}_export".format(*info))
        query = f"?{request.GET.urlencode()}" if request.GET else ""
        return [{"icon": "download", "label": _("Export"), "url": f"{address}{query}"}]

    def export_view(self, request):
        """Ask how and why (GET); ask for the export (POST)."""
        if not (self.has_view_permission(request) and may_export(request.user, self.model)):
            raise PermissionDenied
        try:
            shown = self.get_changelist_instance(request)
        except IncorrectLookupParameters:
            return HttpResponseRedirect(self._list_url())
        may_unmask = may_export(request.user, self.model, unmasked=True)
        form = ExportForm(request.POST or None, may_unmask=may_unmask)
        if request.method == "POST" and form.is_valid():
            try:
                export = services.request_export(
                    self,
                    shown.queryset,
                    by=request.user,
                    form=form.cleaned_data,
                    filters=_in_words(shown),
                    searched_for=getattr(request, "searched_for", None),
                )
            except TransitionRefused as refusal:
                form.add_error(None, str(refusal))
            else:
                return HttpResponseRedirect(reverse("admin:files_export_change", args=[export.pk]))
        return TemplateResponse(request, "files/ask.html", self._export_page(request, shown, form))

    def _export_page(self, request, shown, form):
        try:
            rows, obstacle = len(services.exportable_keys(shown.queryset)), ""
        except TransitionRefused as refusal:
            rows, obstacle = 0, str(refusal)
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Export"),
            "form": form,
            "rows": rows,
            "obstacle": obstacle,
            "filters": _in_words(shown),
            "is_searched": bool(shown.query),
            "back": f"{self._list_url()}?{request.GET.urlencode()}",
        }

    def _list_url(self):
        info = self.opts.app_label, self.opts.model_name
        return reverse("admin:{}_{}_changelist".format(*info))


def _in_words(shown):
    """Return the filters that are set, as the page names them; never what was searched."""
    words = []
    for filtering in shown.filter_specs:
        if getattr(filtering, "used_parameters", None):
            chosen = [
                str(choice["display"])
                for choice in filtering.choices(shown)
                if choice.get("selected")
            ]
            words.append(f"{filtering.title}: {', '.join(chosen)}")
    return words
