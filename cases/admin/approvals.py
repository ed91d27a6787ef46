from django.contrib import admin, messages
from django.contrib.admin.utils import flatten
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.cache import add_never_cache_headers
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_variables

from backoffice.audit.looks import LooksAreRecorded
from backoffice.audit.models import AccessRecord
from backoffice.audit.records import record
from backoffice.site import state_tag
from backoffice.workflow.admin import TransitionAdmin
from backoffice.workflow.forms import page_version
from backoffice.workflow.timeline import state_events
from backoffice.workflow.transitions import TransitionRefused
from cases import approvals
from cases.figures.filters import StatesFilter
from cases.models import Approval
from cases.readout.services import note_refusal, read_out
from cases.waiting import most_urgent, told, waiting_to_be_read
from drivers.words import masked_timeline

DECIDE = "cases.decide_approval"
VERDICTS = {"approve", "reject"}
SHOWN = 20  # of the leads' queue; whoever decides them sees the next ones


@admin.register(Approval)
class ApprovalAdmin(LooksAreRecorded, TransitionAdmin):
    """What waits for a team lead, and what was decided."""

    list_display = ["shown_case", "kind", "shown_state", "requested_by", "requested_at", "decider"]
    list_select_related = ["case", "driver", "requested_by", "decided_by"]
    list_filter = [("state", StatesFilter), "kind", "requested_at"]
    ordering = ["-pk"]
    fields = [
        # Who asks for what and why stands above.
        ("kind", "shown_state", "expires_at"),
        ("decider", "decided_at", "used_at"),
    ]
    readonly_fields = flatten(fields)
    change_form_outer_before_template = "cases/approval.html"
    change_form_outer_after_template = "workflow/timeline.html"
    shown_state = state_tag(description=gettext_lazy("state"))

    @admin.display(description=gettext_lazy("support case"), ordering="case")
    def shown_case(self, approval):
        # Without one it was asked for on the driver's own page.
        return approval.case or approval.driver or _("erased")

    @admin.display(description=gettext_lazy("decided by"), ordering="decided_by")
    def decider(self, approval):
        if approval.decided_by is None and approval.decided_at is not None:
            return _("The system")
        return approval.decided_by or self.get_empty_value_display()

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_urls(self):
        pages = [
            path(route, self.admin_site.admin_view(view), name=f"cases_approval_{name}")
            for route, name, view in (
                ("queue/", "queue", self.queue_view),
                ("queue/live/", "live", self.live_view),
                ("<int:pk>/decide/", "decide", self.decide_view),
                ("<int:pk>/read-out/", "read_out", self.read_out_view),
            )
        ]
        return [*pages, *super().get_urls()]

    def run_move(self, obj, name, *, by, version, **details):
        return approvals.decide(obj, name, by=by, version=version, **details)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        approval = self.get_object(request, object_id) if object_id else None
        if approval is not None:
            extra_context = {
                **(extra_context or {}),
                "title": str(approval),
                "about": told([approval], request.user)[0],
                "can_read": approval in waiting_to_be_read(request.user),
                "timeline": masked_timeline(approval.driver, state_events(approval)),
            }
        return super().changeform_view(request, object_id, form_url, extra_context)

    # The leads' queue

    def queue_view(self, request, refused=None):
        """Show what waits for a decision, the most urgent first."""
        self._refuse_who_decides_nothing(request)
        waiting, more = most_urgent(SHOWN)
        shown = told(waiting, request.user)
        drivers = sorted({each["approval"].driver_id for each in shown} - {None})
        record(AccessRecord.Action.LIST, by=request.user, page="approvals", drivers=drivers)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Waiting for a decision"),
            "waiting": shown,
            "more": more,
            "to_read": waiting_to_be_read(request.user),
            "refused": refused or {},
            "mark": _mark(request.user),
        }
        return TemplateResponse(request, "cases/approval_queue.html", context)

    def live_view(self, request):
        """Tell an open page, which keeps asking, how many wait and whether it is still right."""
        self._refuse_who_decides_nothing(request)
        waiting = Approval.objects.pending().exclude(requested_by=request.user)
        response = JsonResponse({"mark": _mark(request.user), "count": waiting.count()})
        add_never_cache_headers(response)
        return response

    def decide_view(self, request, pk):
        """Approve or reject, from the queue."""
        self._refuse_who_decides_nothing(request)
        approval = self.get_object(request, pk)
        verdict, reason = request.POST.get("verdict"), request.POST.get("reason", "")
        if approval is None or request.method != "POST" or verdict not in VERDICTS:
            raise Http404
        try:
            approval = approvals.decide(
                approval,
                verdict,
                by=request.user,
                reason=reason,
                version=page_version(request.POST.get("version", "")),
            )
        except TransitionRefused as refusal:
            self.note_refused(request, approval, verdict)
            about = {"pk": pk, "sentence": str(refusal), "reason": reason}
            approval.refresh_from_db()
            if not approval.is_pending:  # it is not in the queue any more, so it is said above
                messages.error(request, f"{approval}: {refusal}")
            return self.queue_view(request, refused=about)
        self.message_user(request, f"{approval}: {approval.get_state_display()}", messages.SUCCESS)
        if approval in waiting_to_be_read(request.user):
            return HttpResponseRedirect(reverse("admin:cases_approval_read_out", args=[pk]))
        return HttpResponseRedirect(reverse("admin:cases_approval_queue"))

    # The code

    @method_decorator(sensitive_variables("code", "context"))
    def read_out_view(self, request, pk):
        """Before the code: what to do (GET). The code itself: once, as the answer to a POST."""
        self._refuse_who_decides_nothing(request)
        approval = self.get_object(request, pk)
        if approval is None or approval.kind != Approval.Kind.CODE_READ_OUT:
            raise Http404
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": approval,
            "title": _("Read the code out"),
            "approval": approval,
            "is_readable": approval in waiting_to_be_read(request.user),
        }
        is_recorded = False
        if request.method == "POST":
            try:
                context["code"] = read_out(approval, by=request.user)
                is_recorded = True
            except TransitionRefused as refusal:
                is_recorded = note_refusal(approval.case, refusal, by=request.user)
                context |= {"sentence": str(refusal), "is_readable": False}
        if not is_recorded:
            self.record_look(request, approval, "read out")
        # Rendered here, so that nothing but the answer itself holds the code afterwards.
        response = TemplateResponse(request, "cases/read_out.html", context).render()
        add_never_cache_headers(response)
        response["Cache-Control"] = "no-store"
        response["Pragma"] = "no-cache"
        return response

    def _refuse_who_decides_nothing(self, request):
        if not request.user.has_perm(DECIDE):
            raise PermissionDenied


def _mark(user):
    """Return what changes whenever the queue does."""
    waiting = Approval.objects.pending().order_by("pk")
    to_read = [each.pk for each in waiting_to_be_read(user)]
    return f"{list(waiting.values_list('pk', flat=True))}{to_read}"
