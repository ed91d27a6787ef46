from datetime import timedelta

from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.site import ReadOnlyAdmin

from .models import Erasure, Run
from .rules import label_of
from .running import outlooks

LATE = timedelta(days=2)  # it runs every night; one that was left out is no reason to call


@admin.register(Erasure)
class ErasureAdmin(ReadOnlyAdmin):
    """The officer's page: what is kept how long, what goes next, and what went (파기 대장)."""

    list_display = ["at", "shown_rule", "count", "keep_days", "before", "oldest"]
    list_filter = ["rule", "at"]
    ordering = ["-pk"]
    fields = [("at", "shown_rule", "count"), ("keep_days", "before", "oldest"), "run"]
    readonly_fields = ["shown_rule"]
    list_before_template = "retention/overview.html"

    @admin.display(description=_("rule"))
    def shown_rule(self, erasure):
        return label_of(erasure.rule)

    def changelist_view(self, request, extra_context=None):
        response = super().changelist_view(request, extra_context)
        context = getattr(response, "context_data", None)
        if context is not None:
            context |= overview()
        return response


def overview():
    """Return what ``retention/overview.html`` shows: the last run, and what the next takes."""
    last = Run.objects.order_by("-pk").first()
    return {
        "last_run": last,
        "failed": [label_of(name) for name in last.failed] if last else [],
        "is_late": last is None or last.started_at < timezone.now() - LATE,
        "outlooks": [{"rule": rule, **outlook} for rule, outlook in outlooks()],
    }
