from django.apps import apps
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from backoffice.audit.admin import AccessRecordAdmin
from backoffice.audit.models import AccessRecord
from backoffice.audit.records import record
from backoffice.site import ReadOnlyAdmin, state_tag
from backoffice.workflow.refusal import TransitionRefused

from . import services
from .lists import ExportableList
from .models import Export, may_export_something


class KindFilter(admin.SimpleListFilter):
    """By the list that was exported, under its name."""

    title = gettext_lazy("which list")
    parameter_name = "kind"

    def lookups(self, request, model_admin):
        kinds = (
            model_admin.get_queryset(request).order_by().values_list("kind", flat=True).distinct()
        )
        names = ((each, apps.get_model(each)._meta.verbose_name_plural) for each in kinds)
        return sorted(set(names), key=lambda each: str(each[1]))

    def queryset(self, request, queryset):
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(Export)
class ExportAdmin(ReadOnlyAdmin):
    """A person's own exports; for the privacy officer everybody's, but never their files."""

    list_display = [
        "shown_number",
        "shown_kind",
        "shown_state",
        "rows",
        "requester",
        "requested_at",
        "reason",
    ]
    list_select_related = ["by"]
    list_filter = ["state", KindFilter]
    ordering = ["-pk"]
    fields = [
        ("shown_kind", "format"),
        ("rows", "is_masked"),
        ("requester", "requested_at"),
        "reason",
        "set_filters",
    ]
    readonly_fields = ["shown_kind", "set_filters", "requester"]
    change_form_outer_before_template = "files/export.html"
    shown_state = state_tag(description=gettext_lazy("state"))

    @admin.display(description=gettext_lazy("which list"), ordering="kind")
    def shown_kind(self, export):
        return apps.get_model(export.kind)._meta.verbose_name_plural

    @admin.display(description=gettext_lazy("requested by"), ordering="by")
    def requester(self, export):
        return export.by

    @admin.display(description=gettext_lazy("filters"))
    def set_filters(self, export):
        return ", ".join(export.filters)

    def has_module_permission(self, request):
        return self.has_view_permission(request)

    def has_view_permission(self, request, obj=None):
        if obj is not None and obj.by == request.user:
            return True
        return request.user.has_perm("files.view_export") or (
            obj is None and may_export_something(request.user)
        )

    def get_queryset(self, request):
        exports = super().get_queryset(request)
        if request.user.has_perm("files.view_export"):
            return exports
        return exports.filter(by=request.user)

    def get_urls(self):
        pages = [
            path(
                f"<int:pk>/{name}/",
                self.admin_site.admin_view(never_cache(view)),
                name=f"files_export_{name}",
            )
            for name, view in (
                ("progress", self.progress_view),
                ("password", self.password_view),
                ("download", self.download_view),
            )
        ]
        return [*pages, *super().get_urls()]

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        export = self.get_object(request, object_id) if object_id else None
        if export is not None:
            extra_context = {
                "job": export,
                "job_rows": export.rows,
                "is_own": export.by == request.user,
                "until": services.until(export),
                "progress_url": reverse("admin:files_export_progress", args=[export.pk]),
                **(extra_context or {}),
            }
        return super().changeform_view(request, object_id, form_url, extra_context)

    def progress_view(self, request, pk):
        """Say how far it is, for the page to ask every second."""
        export = self.get_object(request, pk)
        if export is None:
            raise Http404
        if not self.has_view_permission(request, export):
            raise PermissionDenied
        return JsonResponse(
            {
                "state": export.state,
                "label": export.get_state_display(),
                "done": export.rows if not export.is_moving else export.done(),
                "total": export.rows,
                "moving": export.is_moving,
            }
        )

    def password_view(self, request, pk):
        """Make the password and show it, this once."""
        export = self._own(request, pk, act="password")
        try:
            password = services.open_export(export, by=request.user)
        except TransitionRefused as refusal:
            return self._refused(request, export, refusal)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": str(export),
            "export": export,
            "password": password,
            "until": services.until(export),
        }
        return TemplateResponse(request, "files/password.html", context)

    def download_view(self, request, pk):
        """Hand the file over, once; it is gone then."""
        export = self._own(request, pk, act="download")
        try:
            file = services.fetch(export, by=request.user)
        except TransitionRefused as refusal:
            return self._refused(request, export, refusal)
        ending, content_type = services.file_kind(export)
        name = f"{services.file_name(export)}.{ending}"
        response = FileResponse(file, as_attachment=True, filename=name, content_type=content_type)
        response["X-Content-Type-Options"] = "nosniff"
        return response

    def _own(self, request, pk, *, act):
        """Return the person's own export; the attempt at another's is written down."""
        export = Export.objects.filter(pk=pk).first() if pk < 2**63 else None
        if export is None or request.method != "POST":
            raise Http404
        if export.by != request.user:
            record(
                AccessRecord.Action.REFUSED,
                by=request.user,
                page="files.export",
                export=export.pk,
                act=act,
            )
            raise Http404
        return export

    def _refused(self, request, export, refusal):
        record(AccessRecord.Action.REFUSED, by=request.user, page="files.export", export=export.pk)
        self.message_user(request, str(refusal), messages.ERROR)
        return HttpResponseRedirect(reverse("admin:files_export_change", args=[export.pk]))


# The access records stand a floor below and cannot know that lists are exported.
admin.site.unregister(AccessRecord)


@admin.register(AccessRecord)
class ExportableAccessRecordAdmin(ExportableList, AccessRecordAdmin):
    """The privacy officer's list, which he may take to whoever asks for proof."""

    def driver_of(self, access_record):
        return access_record.driver
