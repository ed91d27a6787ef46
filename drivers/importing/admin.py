from itertools import islice

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from backoffice.files.sheets import CsvSheet, XlsxSheet
from backoffice.site import ReadOnlyAdmin, state_tag
from backoffice.workflow.refusal import TransitionRefused

from . import services
from .forms import UploadForm
from .headings import COLUMNS, NEEDED, label
from .models import SHOWN, DriverImport
from .reading import MOST_ROWS

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@admin.register(DriverImport)
class DriverImportAdmin(ReadOnlyAdmin):
    """Files of drivers: upload one, look at its check, have it imported."""

    list_display = [
        "shown_number",
        "file_name",
        "shown_state",
        "rows",
        "new",
        "changed",
        "bad",
        "by",
        "requested_at",
    ]
    list_select_related = ["by"]
    list_filter = ["state"]
    ordering = ["-pk"]
    fields = [
        ("file_name", "size"),
        ("by", "requested_at"),
        ("rows", "new"),
        ("changed", "bad"),
    ]
    list_before_template = "files/list_tools.html"
    change_form_outer_before_template = "importing/import.html"
    shown_state = state_tag(description=gettext_lazy("state"))

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm(services.PERMISSION)

    def has_module_permission(self, request):
        return self.has_view_permission(request)

    def get_urls(self):
        pages = [
            path(
                route,
                self.admin_site.admin_view(never_cache(self._for_importers(view))),
                name=f"importing_driverimport_{name}",
            )
            for route, name, view in (
                ("upload/", "upload", self.upload_view),
                ("template/", "template", self.template_view),
                ("<int:pk>/progress/", "progress", self.progress_view),
                ("<int:pk>/faults/", "faults", self.faults_view),
                ("<int:pk>/confirm/", "confirm", self.confirm_view),
                ("<int:pk>/drop/", "drop", self.drop_view),
            )
        ]
        return [*pages, *super().get_urls()]

    def _for_importers(self, view):
        def guarded(request, **arguments):
            if not self.has_view_permission(request):
                raise PermissionDenied
            return view(request, **arguments)

        return guarded

    def upload_view(self, request):
        """Take a file (POST), or say what one has to look like (GET)."""
        sent = request.method == "POST"
        form = UploadForm(request.POST, request.FILES) if sent else UploadForm()
        if form.is_valid():
            try:
                job = services.upload(
                    form.cleaned_data["file"],
                    by=request.user,
                    request_key=form.cleaned_data["request_key"],
                )
            except TransitionRefused as refusal:
                form.add_error(None, str(refusal))
            else:
                return self._to(job)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Import drivers"),
            "form": form,
            "limit": settings.IMPORT_MEGABYTES,
            "most_rows": f"{MOST_ROWS:,}",
            "columns": [(label(each), each in NEEDED) for each in COLUMNS],
            "back": reverse("admin:drivers_driver_changelist"),
        }
        return TemplateResponse(request, "importing/upload.html", context)

    def template_view(self, request):
        """Hand out a file with the headings and nothing beneath them."""
        sheet = XlsxSheet(note="")
        sheet.add([label(each) for each in COLUMNS])
        response = HttpResponse(sheet.content(), XLSX)
        response["Content-Disposition"] = 'attachment; filename="drivers.xlsx"'
        return response

    def changelist_view(self, request, extra_context=None):
        upload = reverse("admin:importing_driverimport_upload")
        tools = [{"icon": "upload", "label": _("Import"), "url": upload}]
        return super().changelist_view(request, {"list_tools": tools, **(extra_context or {})})

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        job = self.get_object(request, object_id) if object_id else None
        if job is not None:
            extra_context = {
                "job": job,
                "job_rows": job.rows,
                "is_own": job.by == request.user,
                "faults": list(islice(services.fault_lines(job), SHOWN)),
                "progress_url": reverse("admin:importing_driverimport_progress", args=[job.pk]),
                **(extra_context or {}),
            }
        return super().changeform_view(request, object_id, form_url, extra_context)

    def progress_view(self, request, pk):
        """Say how far it is, for the page to ask every second."""
        job = self._job(request, pk)
        return JsonResponse(
            {
                "state": job.state,
                "label": job.get_state_display(),
                "done": job.done() if job.is_moving else job.rows,
                "total": job.rows,
                "moving": job.is_moving,
            }
        )

    def faults_view(self, request, pk):
        """Hand out the list of all bad rows."""
        job = self._job(request, pk)
        sheet = CsvSheet(note="")
        sheet.add([_("row"), _("column"), _("what is wrong")])
        for line in services.fault_lines(job):
            sheet.add(line)
        response = HttpResponse(sheet.content(), "text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="import-{job.pk}-faults.csv"'
        return response

    def confirm_view(self, request, pk):
        """Have it imported."""
        return self._act(request, pk, services.confirm)

    def drop_view(self, request, pk):
        """Delete the file."""
        return self._act(request, pk, services.drop)

    def _act(self, request, pk, act):
        job = self._job(request, pk)
        if request.method != "POST":
            raise Http404
        try:
            act(job, by=request.user)
        except TransitionRefused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        return self._to(job)

    def _job(self, request, pk):
        job = self.get_object(request, pk)
        if job is None:
            raise Http404
        return job

    def _to(self, job):
        return HttpResponseRedirect(reverse("admin:importing_driverimport_change", args=[job.pk]))
