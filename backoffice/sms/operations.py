"""The sending as team leads see it: what waits, the last day, and the stop switch."""

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from backoffice.outbox import health, holds
from backoffice.workflow.admin import ReasonForm
from backoffice.workflow.transitions import TransitionRefused

from . import figures
from .gateways import get_gateway
from .models import Message
from .way import REASONS

LATE = timedelta(seconds=60)


class StopForm(ReasonForm):
    """Why the sending is stopped; below the figures, where the cursor would hide them."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.is_bound:
            del self.fields["reason"].widget.attrs["autofocus"]


class Operations:
    """For the admin class of the message: the page of the sending."""

    def get_urls(self):
        pages = [
            path(
                f"operations/{route}", self.admin_site.admin_view(view), name=f"sms_message_{name}"
            )
            for route, name, view in (
                ("", "operations", self.operations_view),
                ("stop/", "stop", self.stop_view),
                ("go-on/", "go_on", self.go_on_view),
            )
        ]
        return [*pages, *super().get_urls()]

    def operations_view(self, request, form=None):
        """Show how the sending stands."""
        self._refuse_who_may_not(request)
        hold = holds.current_hold(Message)
        waits = health.oldest_due(Message)
        hours = figures.hours()
        context = {
            **self.admin_site.each_context(request),
            "title": _("Sending"),
            "hold": hold,
            "hold_reason": hold and REASONS.get(hold.reason, lambda: hold.reason)(),
            "gateway": get_gateway().name,
            "states": figures.states(),
            "oldest": int(waits.total_seconds()),
            "is_late": waits > LATE,
            "sweep_is_alive": health.is_alive("sweep"),
            "sweep_lag": int(health.lag("sweep")),
            "needing_a_person": Message.objects.waiting_for_a_person().count(),
            "hours": hours if any(each["n"] for each in hours) else [],
            "gateways": figures.gateways(),
            "latency": figures.latency(),
            "legend": figures.legend(),
            "reason_form": form or StopForm(),
        }
        return TemplateResponse(request, "sms/operations.html", context)

    def stop_view(self, request):
        """Stop the sending, for a reason."""
        reason = request.POST.get("reason", "")
        return self._switch(request, lambda: holds.hold(Message, by=request.user, reason=reason))

    def go_on_view(self, request):
        """Let it go on."""
        return self._switch(request, lambda: holds.release(Message, by=request.user))

    def _switch(self, request, act):
        if request.method != "POST":
            raise Http404
        try:
            act()
        except TransitionRefused as refusal:
            messages.error(request, str(refusal))
            return self.operations_view(request, form=StopForm(request.POST))
        return HttpResponseRedirect(reverse("admin:sms_message_operations"))

    def _refuse_who_may_not(self, request):
        if not request.user.has_perm(holds.STOP):
            raise PermissionDenied
