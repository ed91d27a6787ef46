"""The sending as team leads see it: what waits, the last day, and the stop switch."""

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.db.models.functions import TruncHour
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.outbox import health, holds
from backoffice.workflow.admin import ReasonForm
from backoffice.workflow.transitions import TransitionRefused

from .gateways import get_gateway
from .models import Message
from .way import REASONS

HOURS = 24
LATE = timedelta(seconds=60)
ENDS = ("delivered", "accepted", "undelivered", "failed", "unknown")


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
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Sending"),
            "hold": hold,
            "hold_reason": hold and REASONS.get(hold.reason, lambda: hold.reason)(),
            "gateway": get_gateway().name,
            "depth": _labelled(health.depth(Message)),
            "oldest": int(waits.total_seconds()),
            "is_late": waits > LATE,
            "sweep_is_alive": health.is_alive("sweep"),
            "needing_a_person": Message.objects.needing_a_person().count(),
            "hours": last_hours(),
            "ends": _labelled(dict.fromkeys(ENDS)),
            "reason_form": form or ReasonForm(),
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
            return self.operations_view(request, form=ReasonForm(request.POST))
        return HttpResponseRedirect(reverse("admin:sms_message_operations"))

    def _refuse_who_may_not(self, request):
        if not request.user.has_perm(holds.STOP):
            raise PermissionDenied


def _labelled(values):
    labels = dict(Message.State.choices)
    return [{"state": state, "label": labels[state], "value": values[state]} for state in values]


def last_hours():
    """Return, for each of the last hours, how many texts were queued and how they stand now."""
    now = timezone.localtime().replace(minute=0, second=0, microsecond=0)
    start = now - timedelta(hours=HOURS - 1)
    counted = (
        Message.objects.filter(queued_at__gte=start)
        .annotate(hour=TruncHour("queued_at"))
        .values("hour", "state")
        .annotate(n=Count("pk"))
    )
    by_hour = {}
    for each in counted:
        by_hour.setdefault(timezone.localtime(each["hour"]), {})[each["state"]] = each["n"]
    most = max((sum(states.values()) for states in by_hour.values()), default=0)
    hours = []
    for offset in range(HOURS):
        hour = start + timedelta(hours=offset)
        states = by_hour.get(hour, {})
        bars = [
            {"state": state, "n": states[state], "height": round(100 * states[state] / most)}
            for state in ENDS
            if states.get(state)
        ]
        hours.append({"hour": hour, "bars": bars, "total": sum(states.values())})
    return hours
