from django.contrib import admin
from django.contrib.admin.utils import flatten
from django.core.exceptions import PermissionDenied
from django.db.models import Case, Value, When
from django.http import Http404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from backoffice.audit.looks import LooksAreRecorded
from backoffice.site import state_tag
from backoffice.workflow.admin import ReasonForm, TransitionAdmin
from backoffice.workflow.forms import page_version
from backoffice.workflow.timeline import state_events
from backoffice.workflow.transitions import TransitionRefused, unmet_sentences
from drivers.models import RightsRequest
from drivers.models.rights import ANSWER
from drivers.words import masked_timeline, masked_words

from .forms import CheckForm, RightsRequestForm
from .services import make_result

OPEN_FIRST = Case(When(state=RightsRequest.State.RECEIVED, then=Value(0)), default=Value(1))


def due_tag(day, *, is_open):
    """Return a last day as a tag: red when it has passed, quiet when nothing is to do."""
    today = timezone.localdate()
    colour = "failed" if day < today else "scheduled"
    return format_html(
        '<span class="tag" data-state="{}">{}</span>', colour if is_open else "", day.isoformat()
    )


class OverdueFilter(admin.SimpleListFilter):
    """For lists whose querysets know ``overdue()``."""

    title = gettext_lazy("last day")
    parameter_name = "due"

    def lookups(self, request, model_admin):
        return [("overdue", _("overdue"))]

    def queryset(self, request, queryset):
        return queryset.overdue() if self.value() == "overdue" else queryset


@admin.register(RightsRequest)
class RightsRequestAdmin(LooksAreRecorded, TransitionAdmin):
    """What drivers ask for by law: received, checked, answered on paper in time."""

    form = RightsRequestForm
    list_display = ["__str__", "driver", "requester", "shown_state", "received_on", "shown_due"]
    list_select_related = ["driver"]
    list_filter = [OverdueFilter, "state", "kind"]
    ordering = [OPEN_FIRST, "due_on", "-pk"]
    autocomplete_fields = ["driver"]
    move_forms = {"check_requester": CheckForm}
    change_form_outer_after_template = "workflow/timeline.html"
    shown_state = state_tag(description=gettext_lazy("state"))

    @admin.display(description=gettext_lazy("to be answered by"), ordering="due_on")
    def shown_due(self, request_row):
        is_open = request_row.state == RightsRequest.State.RECEIVED
        return due_tag(request_row.due_on, is_open=is_open)

    @admin.display(description=gettext_lazy("what exactly"))
    def shown_note(self, request_row):
        return masked_words(request_row.note, request_row.driver)

    @admin.display(description=gettext_lazy("answer given"))
    def shown_answer(self, request_row):
        return masked_words(request_row.answer, request_row.driver)

    @admin.display(description=gettext_lazy("letter of attorney seen"))
    def mandate(self, request_row):
        if request_row.has_mandate:
            return pgettext("letter of attorney", "seen")
        return pgettext("letter of attorney", "not seen")

    def has_change_permission(self, request, obj=None):
        # What was asked for is not reworded; it moves on by the buttons.
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_fieldsets(self, request, obj=None):
        fields = [("driver", "kind"), ("requester", "received_on")]
        if obj is None:
            return [(None, {"fields": [*fields, "note"]})]
        # A driver needs none for himself.
        mandate = ["mandate"] if obj.requester == RightsRequest.Requester.PROXY else []
        checked = ("checked_as", "checked_at", *mandate)
        ends = ("answered_at", "copies")
        return [
            (
                None,
                {
                    "fields": [
                        ("shown_state", "shown_due"),
                        *fields,
                        "shown_note",
                        checked,
                        ends,
                        "shown_answer",
                        "created_by",
                    ]
                },
            )
        ]

    def get_readonly_fields(self, request, obj=None):
        if obj is None:
            return []
        return flatten(self.get_fieldsets(request, obj)[0][1]["fields"])

    def get_urls(self):
        result = path(
            "<int:pk>/result/",
            self.admin_site.admin_view(self.result_view),
            name="drivers_rightsrequest_result",
        )
        return [result, *super().get_urls()]

    def save_model(self, request, obj, form, change):
        obj.created_by = request.user
        super().save_model(request, obj, form, change)
        obj.changes.create(transition="open", source="", target=obj.state, by=request.user)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        found = self.get_object(request, object_id) if object_id else None
        if found is not None:
            timeline = masked_timeline(found.driver, state_events(found, icon="policy"))
            extra_context = {**(extra_context or {}), "title": str(found), "timeline": timeline}
        return super().changeform_view(request, object_id, form_url, extra_context)

    def moves_for(self, request, obj, *, only=None):
        moves = super().moves_for(request, obj, only=only)
        if obj.state != RightsRequest.State.RECEIVED or not request.user.has_perm(ANSWER):
            return moves
        printing = RightsRequest.make_result._django_fsm.get_transition(obj.state)
        result = {
            "name": "result",
            "label": _("Print the result"),
            "sentences": unmet_sentences(obj, printing),
            "has_form": True,
            "url": reverse("admin:drivers_rightsrequest_result", args=[obj.pk]),
        }
        return [moves[0], result, *moves[1:]] if moves else [result]

    def result_view(self, request, pk):
        """Ask what it is printed for (GET); the result itself, as the answer to a POST."""
        found = self.get_object(request, pk)
        if found is None:
            raise Http404
        if not request.user.has_perm(ANSWER):
            raise PermissionDenied
        form = ReasonForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                shown = make_result(
                    found,
                    by=request.user,
                    reason=form.cleaned_data["reason"],
                    version=page_version(request.POST.get("version", "")),
                )
            except TransitionRefused as refusal:
                self.note_refused(request, found, "make_result")
                form.add_error(None, str(refusal))
            else:
                # Rendered here, so that nothing but the answer itself holds the data afterwards.
                response = TemplateResponse(request, "drivers/result.html", shown).render()
                response["Cache-Control"] = "no-store"
                response["Pragma"] = "no-cache"
                return response
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": found,
            "title": _("Print the result"),
            "hint": _(
                "The page shows the driver's data unmasked, for the requester alone. "
                "It is recorded with your reason; print it, hand it over, and close it."
            ),
            "form": form,
            "version": request.POST.get("version", found.version),
            "back": reverse("admin:drivers_rightsrequest_change", args=[pk]),
        }
        return TemplateResponse(request, "workflow/move.html", context)
