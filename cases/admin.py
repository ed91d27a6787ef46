from django.contrib import admin, messages
from django.contrib.admin.utils import flatten
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, prefetch_related_objects
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.audit.looks import LooksAreRecorded
from backoffice.site import ModelAdmin, state_tag
from backoffice.sms.models import Message
from backoffice.sms.way import messages_way
from backoffice.workflow.admin import TransitionAdmin
from backoffice.workflow.forms import page_version
from backoffice.workflow.timeline import Event, newest_first, state_events
from backoffice.workflow.transitions import TransitionRefused
from drivers.admin import correction_event

from . import services
from .desk import Desk
from .forms import BirthdateForm, CaseForm, CloseForm, HandOverForm, IdentityForm
from .models import WORK, Approval, ApprovalChange, Case, ConsultationType, guards
from .playbooks import admin as playbooks_admin  # noqa: F401  registers their pages
from .queues import CaseLists, LeafFilter, QueueFilter


@admin.register(Case)
class CaseAdmin(Desk, CaseLists, LooksAreRecorded, TransitionAdmin):
    """The cases, and for one case: what is known, what can be done, what was done."""

    form = CaseForm
    list_display = [
        "number",
        "shown_state",
        "driver",
        "consultation_type",
        "channel",
        "recontact_no",
        "owner",
        "created_at",
    ]
    list_select_related = ["driver", "consultation_type", "owner"]
    list_filter = [
        QueueFilter,
        "state",
        ("consultation_type", LeafFilter),
        ("owner", admin.RelatedOnlyFieldListFilter),
        "channel",
        "resolution",
        "created_at",
    ]
    search_fields = ["number"]  # turns the search box on; get_search_results() does the work
    search_help_text = gettext_lazy(
        "Case number, or the driver's phone, last four digits, name, initials, vehicle number"
    )
    autocomplete_fields = ["driver"]
    ordering = ["-pk"]
    change_form_outer_before_template = "cases/card.html"
    change_form_before_template = "workflow/version.html"
    move_forms = {"close": CloseForm, "hand_over": HandOverForm}
    actions = ["claim_all", "hand_over_all"]
    shown_state = state_tag(description=gettext_lazy("state"))

    def has_delete_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        # Closed is final; what is noted then belongs into a new case.
        return super().has_change_permission(request, obj) and (obj is None or not obj.is_closed)

    def get_readonly_fields(self, request, obj=None):
        # What was checked and corrected in a case rests on the driver and the way he came.
        if obj is None or obj.state == Case.State.NEW:
            return []
        return ["driver", "channel"] if obj.driver_id else ["channel"]

    def get_fieldsets(self, request, obj=None):
        about = [("consultation_type", "channel"), "note"]
        if obj is None:
            return [(None, {"fields": [("driver", "presented_phone"), *about]})]
        if obj.state == Case.State.NEW:
            about = [("driver", "presented_phone"), *about]
        elif obj.driver_id is None:
            about = ["driver", *about]
        if obj.is_closed:
            return [(None, {"fields": about})]
        follow_up = {"fields": [("follow_up_at", "follow_up_reason")]}
        return [(None, {"fields": about}), (gettext_lazy("Call-back"), follow_up)]

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        if "consultation_type" in form.base_fields:
            form.base_fields["consultation_type"].queryset = ConsultationType.objects.filter(
                is_leaf=True
            ).order_by("parent__position", "position")
        return form

    def get_urls(self):
        pages = [
            path(
                f"<int:pk>/{name}/",
                self.admin_site.admin_view(view),
                name=f"cases_case_{name.replace('-', '_')}",
            )
            for name, view in (
                ("identity", self.identity_view),
                ("birthdate", self.birthdate_view),
            )
        ]
        return [*pages, *super().get_urls()]

    def moves_for(self, request, obj, *, only=None):
        moves = super().moves_for(request, obj, only=only)
        is_worked_on = obj.state == Case.State.DIAGNOSING and obj.driver_id is not None
        if not is_worked_on or not request.user.has_perm(WORK):
            return moves
        pages = [("identity", _("Identity check"), [])]
        if only is None:
            unmet = (
                [] if guards.identity_is_verified(obj) else [guards.identity_is_verified.sentence]
            )
            pages.append(("birthdate", _("Correct the birthdate"), unmet))
        work = [
            {
                "name": name,
                "label": label,
                "sentences": sentences,
                "has_form": True,
                "url": reverse(f"admin:cases_case_{name}", args=[obj.pk]),
            }
            for name, label, sentences in pages
        ]
        return work + moves

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        case = self.get_object(request, object_id) if object_id else None
        if case is not None and self.has_view_permission(request, case):
            extra_context = {**(extra_context or {}), **self._card(case)}
        return super().changeform_view(request, object_id, form_url, extra_context)

    def _card(self, case):
        texts = Message.objects.select_related("template", "resent_as").order_by("-pk")
        prefetch_related_objects([case], Prefetch("messages", texts))
        checks = list(case.identity_checks.select_related("by").order_by("-pk")[:10])
        return {
            "title": case.number,
            "subtitle": None,
            "case": case,
            "driver_on_case": case.driver,
            "identity": checks[0] if checks else None,
            "identity_holds": bool(checks) and checks[0].holds_for(case),
            "approval": case.latest_approval,
            "way": messages_way(list(case.messages.all())[:4]),
            "way_url": f"{reverse('admin:sms_message_way')}?case={case.pk}",
            "timeline": newest_first(
                state_events(case),
                map(identity_event, checks),
                map(correction_event, case.corrections.select_related("requested_by")[:50]),
                _approval_events(case),
            ),
        }

    def save_model(self, request, obj, form, change):
        if change:
            if {"driver", "consultation_type"} & set(form.changed_data):
                services.link_to_earlier(obj)
            super().save_model(request, obj, form, change)
        else:
            services.open_case(obj, by=request.user)

    # Pages of one case

    def identity_view(self, request, pk):
        """Compare what the caller says with the record."""

        def act(case, cleaned, version):
            answered = cleaned.pop("call_back_answered")
            check = services.check_identity(
                case, cleaned, call_back_answered=answered, by=request.user, version=version
            )
            level = messages.SUCCESS if check.is_verified else messages.WARNING
            self.message_user(request, _identity_sentence(check), level)

        return self._case_form(
            request,
            pk,
            IdentityForm,
            title=_("Identity check"),
            act=act,
            hint=_(
                "Type what the caller says. The system answers whether it fits, "
                "never what is on record."
            ),
        )

    def birthdate_view(self, request, pk):
        """Correct the driver's birthdate as a part of the case."""

        def act(case, cleaned, version):
            services.correct_birthdate(
                case,
                cleaned["birthdate"],
                reason=cleaned["reason"],
                by=request.user,
                version=version,
            )
            self.message_user(
                request,
                _("The birthdate was changed. The text to the driver is on its way."),
                messages.SUCCESS,
            )

        return self._case_form(
            request, pk, BirthdateForm, title=_("Correct the birthdate"), act=act, hint=""
        )

    def _case_form(self, request, pk, form_class, *, title, act, hint):
        case = self.get_object(request, pk)
        if case is None:
            raise Http404
        if not self.has_change_permission(request):
            raise PermissionDenied
        form = form_class(request.POST or None)
        version = request.POST.get("version", "" if request.method == "POST" else case.version)
        back = reverse("admin:cases_case_change", args=[case.pk])
        if request.method == "POST" and form.is_valid():
            try:
                act(case, dict(form.cleaned_data), page_version(version))
            except TransitionRefused as refusal:
                form.add_error(None, str(refusal))
            else:
                return HttpResponseRedirect(back)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": case,
            "title": title,
            "hint": hint,
            "form": form,
            "version": version,
            "back": back,
        }
        return TemplateResponse(request, "workflow/move.html", context)


def _approval_events(case):
    states = dict(Approval.State.choices)
    changes = ApprovalChange.objects.filter(approval__case=case).select_related("by")
    for change in changes.order_by("-pk")[:20]:
        yield Event(
            at=change.at,
            icon="fact_check",
            text=str(states[change.target]),
            by=str(change.by or _("The system")),
            note=change.note,
            state=change.target,
        )


ITEM_LABELS = {
    "name": gettext_lazy("name"),
    "birthdate": gettext_lazy("birthdate"),
    "vehicle_no": gettext_lazy("vehicle number"),
    "company": gettext_lazy("company"),
}


def _identity_sentence(check):
    match, mismatch = _("match"), _("mismatch")
    results = ", ".join(
        f"{ITEM_LABELS[name]} {match if fits else mismatch}" for name, fits in check.items.items()
    )
    outcome = _("Identity verified.") if check.is_verified else _("Identity not verified.")
    return f"{outcome} {results}"


def identity_event(check):
    """Return an identity check as a line of a timeline."""
    return Event(
        at=check.at,
        icon="verified_user" if check.is_verified else "gpp_maybe",
        text=_identity_sentence(check),
        by=str(check.by),
        state="applied" if check.is_verified else "rejected",
    )


@admin.register(Approval)
class ApprovalAdmin(TransitionAdmin):
    """What waits for a team lead, and what was decided."""

    list_display = ["case", "kind", "shown_state", "requested_by", "requested_at", "decided_by"]
    list_select_related = ["case", "requested_by", "decided_by"]
    list_filter = ["state", "kind"]
    ordering = ["-pk"]
    fields = [
        ("case", "kind", "shown_state"),
        "reason",
        ("requested_by", "requested_at"),
        ("decided_by", "decided_at"),
    ]
    readonly_fields = flatten(fields)
    change_form_outer_after_template = "workflow/timeline.html"
    shown_state = state_tag(description=gettext_lazy("state"))

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        approval = self.get_object(request, object_id) if object_id else None
        if approval is not None:
            extra_context = {
                **(extra_context or {}),
                "timeline": newest_first(state_events(approval)),
            }
        return super().changeform_view(request, object_id, form_url, extra_context)


@admin.register(ConsultationType)
class ConsultationTypeAdmin(ModelAdmin):
    list_display = ["path", "is_leaf", "position"]
    list_filter = ["is_leaf"]
    ordering = ["path"]

    def get_readonly_fields(self, request, obj=None):
        # Cases are counted by it: a node keeps its name and its place in the tree.
        return [] if obj is None else ["parent", "name"]

    def has_delete_permission(self, request, obj=None):
        return False
