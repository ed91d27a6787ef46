from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, Q, prefetch_related_objects
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.audit.looks import LooksAreRecorded
from backoffice.files.lists import ExportableList
from backoffice.site import state_tag
from backoffice.sms.models import Message
from backoffice.sms.way import messages_way
from backoffice.workflow.admin import TransitionAdmin
from backoffice.workflow.forms import page_version
from backoffice.workflow.timeline import Event, state_events
from backoffice.workflow.transitions import TransitionRefused
from cases import live, services
from cases.admin.agit import described
from cases.admin.presented import RevealsPresented
from cases.desk import Desk
from cases.editing import save_edited
from cases.figures.filters import ASKED, StatesFilter
from cases.figures.pages import FigurePages
from cases.forms import BirthdateForm, CaseForm, CloseForm, HandOverForm, IdentityForm
from cases.models import WORK, Approval, Case, ConsultationType, guards
from cases.queues import CaseLists, LeafFilter, OwnerFilter, QueueFilter
from drivers.admin import correction_event, outcome, plain_driver
from drivers.matching import ITEM_LABELS
from drivers.models import Correction
from drivers.words import masked_timeline, masked_words


@admin.register(Case)
class CaseAdmin(
    Desk,
    FigurePages,
    RevealsPresented,
    CaseLists,
    ExportableList,
    LooksAreRecorded,
    TransitionAdmin,
):
    """The cases, and for one case: what is known, what can be done, what was done."""

    form = CaseForm
    list_display = [
        "number",
        "shown_state",
        "shown_driver",
        "consultation_type",
        "channel",
        "recontact_no",
        "owner",
        "created_at",
    ]
    list_select_related = ["driver", "consultation_type", "owner"]
    list_filter = [
        QueueFilter,
        ("state", StatesFilter),
        ("consultation_type", LeafFilter),
        ("owner", OwnerFilter),
        "channel",
        "resolution",
        "created_at",
        *ASKED,
    ]
    search_fields = ["number"]  # turns the search box on; get_search_results() does the work
    autocomplete_fields = ["driver"]
    ordering = ["-pk"]
    unmasked_columns = {"driver": lambda case: plain_driver(case.driver)}
    change_form_outer_before_template = "cases/card.html"
    change_form_before_template = "cases/once.html"
    move_forms = {"close": CloseForm, "hand_over": HandOverForm}
    actions = ["claim_all", "hand_over_all"]
    shown_state = state_tag(description=gettext_lazy("state"))

    @admin.display(description=gettext_lazy("driver"), ordering="driver")
    def shown_driver(self, case):
        return case.driver if case.erased_at is None else _("erased")

    @admin.display(description=gettext_lazy("note"))
    def shown_note(self, case):
        return masked_words(case.note, case.driver)

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
        is_edited = obj is None or self.has_change_permission(request, obj)
        about = [("consultation_type", "channel"), "note" if is_edited else "shown_note"]
        if obj is None:
            return [(None, {"fields": [("driver", "presented_phone"), *about]})]
        if obj.state == Case.State.NEW:
            about = [("driver", "presented_phone"), *about]
        elif obj.driver_id is None:
            about = ["driver", *about]
        if obj.is_closed:
            return [(None, {"fields": about})]
        follow_up = {"fields": ["follow_up_at", "follow_up_reason"]}
        return [(None, {"fields": about}), (gettext_lazy("Call-back"), follow_up)]

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        if "consultation_type" in form.base_fields:
            # The leaves, and what the case has, also where nobody can choose it any more.
            present = obj.consultation_type_id if obj is not None else None
            form.base_fields["consultation_type"].queryset = ConsultationType.objects.filter(
                Q(is_leaf=True) | Q(pk=present)
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
        is_worked_on = obj.driver_id is not None and guards.may_be_corrected(obj)
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

    def add_view(self, request, form_url="", extra_context=None):
        try:
            return super().add_view(request, form_url, extra_context)
        except services.OpenedBefore as before:
            self.message_user(request, str(before), messages.INFO)
            return HttpResponseRedirect(reverse("admin:cases_case_change", args=[before.case.pk]))

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        case = self.get_object(request, object_id) if object_id else None
        if case is not None and self.has_view_permission(request, case):
            extra_context = {**(extra_context or {}), **self._card(case)}
        return super().changeform_view(request, object_id, form_url, extra_context)

    def _card(self, case):
        texts = Message.objects.select_related("template", "resent_as").order_by("-pk")
        changes = Correction.objects.select_related("requested_by").order_by("-pk")
        prefetch_related_objects(
            [case],
            Prefetch("messages", texts),
            Prefetch("approvals", Approval.objects.with_people()),
            Prefetch("corrections", changes),
        )
        checks = list(case.identity_checks.select_related("by").order_by("-pk")[:10])
        corrections = list(case.corrections.all())
        return {
            "title": case.number,
            "subtitle": None,
            "case": case,
            "driver_on_case": case.driver,
            "identity": checks[0] if checks else None,
            "identity_holds": bool(checks) and checks[0].holds_for(case),
            "approval": case.latest_approval,
            "scheduled": next((each for each in corrections if each.state == "scheduled"), None),
            "agit_posts": described(
                case.agit_posts.select_related("resent_as").order_by("-pk")[:3]
            ),
            "agit_waits": not settings.AGIT_WEBHOOK_URL,
            "way": messages_way(list(case.messages.all())[: live.TEXTS]),
            "way_url": f"{reverse('admin:sms_message_way')}?case={case.pk}",
            "department_answer": masked_words(case.department_answer, case.driver),
            "timeline": masked_timeline(
                case.driver,
                state_events(case),
                map(identity_event, checks),
                map(correction_event, corrections),
                _approval_events(case),
            ),
        }

    def save_model(self, request, obj, form, change):
        if change:
            save_edited(obj, by=request.user)
        else:
            obj.request_key = form.cleaned_data["request_key"]
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
            self.message_user(request, *outcome(case.corrections.latest("pk")))

        return self._case_form(
            request,
            pk,
            BirthdateForm,
            title=_("Correct the birthdate"),
            act=act,
            hint=_("A change is told to the driver by a text."),
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
        self.record_look(request, case, form_class.__name__)
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
    for approval in case.approvals.all():
        kind = approval.get_kind_display()
        url = reverse("admin:cases_approval_change", args=[approval.pk])
        yield Event(
            at=approval.requested_at,
            icon="approval_delegation",
            text=_("%(kind)s: approval asked for") % {"kind": kind},
            by=str(approval.requested_by),
            note=approval.reason,
            url=url,
            state=Approval.State.PENDING,
        )
        if approval.decided_at is not None:
            yield Event(
                at=approval.decided_at,
                icon="fact_check",
                text=f"{kind}: {approval.get_state_display()}",
                by=str(approval.decided_by or _("The system")),
                note=approval.decision,
                url=url,
                state=approval.state,
            )
        if approval.used_at is not None:
            by = str(approval.decided_by)
            yield Event(at=approval.used_at, icon="pin", text=_("Code read out"), by=by, url=url)


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
