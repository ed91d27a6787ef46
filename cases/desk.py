"""The desk: one page on which a whole call is handled, led through the playbook."""

from datetime import timedelta

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, Prefetch, Subquery
from django.http import Http404, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from backoffice.audit.models import AccessRecord
from backoffice.audit.records import record
from backoffice.keys import key_in, slug_in
from backoffice.workflow.admin import ReasonForm
from backoffice.workflow.forms import page_version
from backoffice.workflow.transitions import TransitionRefused
from drivers.fields import BirthdateField, MobileField
from drivers.forms import ReadingMixin
from drivers.matching import Slip
from drivers.models import VerificationEvent
from drivers.words import masked_words

from . import live
from .forms import BirthdateForm, IdentityForm
from .models import WORK, Approval, Case, Choice, Playbook, Presence, Step
from .playbooks import engine
from .readout.services import note_refusal
from .services import lock_sentence, write_note


class SaidBirthdateForm(ReadingMixin, forms.Form):
    said = BirthdateField(label=gettext_lazy("birthdate"), widget=UnfoldAdminTextInputWidget)


class SaidPhoneForm(forms.Form):
    said = MobileField(label=gettext_lazy("phone"), widget=UnfoldAdminTextInputWidget)


class CallBackForm(forms.Form):
    """When to call again, and why."""

    at = forms.DateTimeField(
        label=gettext_lazy("call back at"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
    )
    reason = forms.CharField(
        label=gettext_lazy("reason"),
        max_length=200,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        soon = timezone.localtime() + timedelta(hours=1)
        self.initial.setdefault("at", soon.replace(minute=0, second=0, microsecond=0))


FORMS = {  # by what a step compares or does; the others are buttons alone
    "birthdate": SaidBirthdateForm,
    "phone": SaidPhoneForm,
    "identity_check": IdentityForm,
    "correct_birthdate": BirthdateForm,
    "call_back": CallBackForm,
    "record_call_back": ReasonForm,
    "escalate": ReasonForm,
    "schedule_birthdate": BirthdateForm,
    "disclose_birthdate": ReasonForm,
    "ask_read_out": ReasonForm,
}
# Moves that a call may need beside the way of the playbook.
ASIDE = {
    "identity",
    "close",
    "record_call_back",
    "return_to_agent",
    "record_answer",
    "lift_identity_lock",
    "ask_again",
    "claim",
    "hand_over",
}
COMPARES = {"compare", "identity_check"}  # kinds and acts that stop after too many failures
BUTTONS = {
    "identity_check": gettext_lazy("Compare"),
    "correct_birthdate": gettext_lazy("Correct the birthdate"),
    "call_back": gettext_lazy("Set the call-back"),
    "record_call_back": gettext_lazy("Record a call-back"),
    "escalate": gettext_lazy("Escalate"),
    "schedule_birthdate": gettext_lazy("Schedule the change"),
    "disclose_birthdate": gettext_lazy("Show the registered birthdate"),
    "ask_read_out": gettext_lazy("Ask a team lead"),
    "close": gettext_lazy("Close the case"),
    "switch": gettext_lazy("Go on there"),
}


class Desk:
    """For the admin class of the case: the desk's pages."""

    def get_urls(self):
        pages = [
            path(
                f"<int:pk>/desk/{route}",
                self.admin_site.admin_view(view),
                name=f"cases_case_desk{name}",
            )
            for route, name, view in (
                ("", "", self.desk_view),
                ("begin/", "_begin", self.desk_begin_view),
                ("answer/", "_answer", self.desk_answer_view),
                ("back/", "_back", self.desk_back_view),
                ("note/", "_note", self.desk_note_view),
                ("live/", "_live", self.desk_live_view),
            )
        ]
        return [*pages, *super().get_urls()]

    def desk_view(self, request, pk):
        """Show where the call stands."""
        return self._desk(request, self._desk_case(request, pk))

    def desk_begin_view(self, request, pk):
        """Begin a playbook."""
        case = self._desk_case(request, pk, posted=True)
        playbook = get_object_or_404(Playbook, key=slug_in(request.POST.get("playbook", "")))
        return self._do(request, case, lambda: engine.begin(case, playbook, by=request.user))

    def desk_answer_view(self, request, pk):
        """Answer the present step."""
        case = self._desk_case(request, pk, posted=True)
        walk = engine.open_walk(case)
        try:
            engine.refuse_stale_step(walk, request.POST.get("step", ""), _last(request))
        except TransitionRefused as refusal:
            # Its form is gone with its step, but not the words that were typed into it. What
            # the caller said is not repeated: by now it may be what is on record.
            messages.error(request, str(refusal))
            if reason := request.POST.get("reason", ""):
                messages.warning(request, _("You typed: %(typed)s") % {"typed": reason})
            if any(request.POST.get(name) for name in ("said", "birthdate", "reason")):
                return self._desk(request, self._desk_case(request, pk))
            return HttpResponseRedirect(reverse("admin:cases_case_desk", args=[case.pk]))
        form = desk_form(walk.step, request.POST)
        if form is not None and not form.is_valid():
            return self._desk(request, case, form=form)
        cleaned = dict(form.cleaned_data) if form is not None else {}

        def answer():
            engine.take(
                case,
                request.POST.get("value", ""),
                by=request.user,
                step=request.POST.get("step", ""),
                last=_last(request),
                said=cleaned.get("said"),
                details=cleaned if walk.step.kind == "do" else None,
            )

        tells = walk.step.act == "disclose_birthdate"
        return self._do(request, case, answer, form=form, then=self._told if tells else None)

    def _told(self, request, case):
        """Show the registered birthdate that was just disclosed; once, see ``told.html``."""
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": case.number,
            "case": case,
            "birthdate": case.driver.birthdate,
        }
        response = TemplateResponse(request, "cases/told.html", context)
        add_never_cache_headers(response)
        response["Cache-Control"] = "no-store"
        return response

    def desk_back_view(self, request, pk):
        """Take the latest answer back."""
        case = self._desk_case(request, pk, posted=True)
        return self._do(
            request, case, lambda: engine.take_back(case, by=request.user, last=_last(request))
        )

    def desk_note_view(self, request, pk):
        """Keep what was noted."""
        case = self._desk_case(request, pk, posted=True)
        note, version = request.POST.get("note", ""), page_version(request.POST.get("version", ""))
        try:
            write_note(case, note, by=request.user, version=version)
        except TransitionRefused as refusal:
            messages.error(request, str(refusal))
            case = self._desk_case(request, pk)
            # What was typed stays on the page, and nowhere else.
            return self._desk(request, case, note=note)
        return HttpResponseRedirect(reverse("admin:cases_case_desk", args=[case.pk]))

    def desk_live_view(self, request, pk):
        """Tell the open page, which keeps asking, where the case is and who else looks."""
        if not request.user.has_perm(WORK):
            raise PermissionDenied
        mark = live.mark_of(pk)
        if mark is None:
            raise Http404
        response = JsonResponse(
            {
                "mark": mark,
                "texts": live.texts_of(pk),
                "others": Presence.note(pk, request.user),
            },
            json_dumps_params={"ensure_ascii": False},
        )
        response["Cache-Control"] = "no-store"
        return response

    def _desk_case(self, request, pk, *, posted=False):
        if posted and request.method != "POST":
            raise Http404
        if not request.user.has_perm(WORK):
            raise PermissionDenied
        cases = Case.objects.select_related(
            "driver", "owner", "previous_case", "consultation_type__parent"
        )
        return get_object_or_404(
            cases.prefetch_related(Prefetch("approvals", Approval.objects.with_people())), pk=pk
        )

    def _do(self, request, case, act, *, form=None, then=None):
        try:
            act()
        except TransitionRefused as refusal:
            note_refusal(case, refusal, by=request.user)
            if form is not None:
                form.add_error(None, str(refusal))
                return self._desk(request, self._desk_case(request, case.pk), form=form)
            messages.error(request, str(refusal))
        else:
            if then is not None:
                return then(request, case)
        return HttpResponseRedirect(reverse("admin:cases_case_desk", args=[case.pk]))

    def _desk(self, request, case, *, form=None, note=None):
        about = {"page": "desk", "pk": case.pk}
        record(AccessRecord.Action.VIEW, by=request.user, driver=case.driver, **about)
        walk = engine.open_walk(case)
        context = {
            **self.admin_site.each_context(request),
            **self._card(case),
            "opts": self.opts,
            "original": case,
            # What the playbook leads to is done in the playbook.
            "moves": self.moves_for(request, case, only=ASIDE),
            "moving": case,
            "walk": walk,
            "driver": case.driver,
            "note": _note(case) if note is None else note,
        }
        context["texts"] = live.texts(each["message"] for each in context["way"])
        context["mark"] = _mark(case, walk, [each["post"] for each in context["agit_posts"]])
        if walk is not None:
            context |= _step_context(walk, form or desk_form(walk.step))
            if COMPARES & {walk.step.kind, walk.step.act}:
                context["lock_sentence"] = lock_sentence(case)
        else:
            may_begin = case.state in engine.MAY_BEGIN
            context["playbooks"] = engine.playbook_for(case) if may_begin else []
        if case.driver is not None:
            context["mismatches"] = VerificationEvent.objects.mismatches_of(case.driver)
        return TemplateResponse(request, "cases/desk.html", context)


def desk_form(step, data=None):
    """Return the form that ``step`` asks for, or None where buttons are enough."""
    wanted = step.item if step.kind == "compare" else step.act
    form_class = FORMS.get(wanted)
    if form_class is None:
        return None
    form = form_class(data)
    # The hands stay on the keyboard: typing begins where the cursor is.
    next(iter(form.fields.values())).widget.attrs["autofocus"] = True
    return form


def _note(case):
    """Where it is not edited any more, it is shown like everything that people wrote."""
    return masked_words(case.note, case.driver) if case.is_closed else case.note


def _step_context(walk, form):
    answers = walk.answers.filter(taken_back_at=None).select_related("step", "by")
    path = list(answers.order_by("pk"))
    of_next = Step.objects.filter(version=walk.version, key=OuterRef("next_key"))
    rows = (
        Choice.objects.filter(step__in={walk.step_id, *(each.step_id for each in path)})
        .annotate(next_title=Subquery(of_next.values("title")[:1]))
        .order_by("position")
    )
    labels = {(row.step_id, row.value): row.label for row in rows}
    compared = {"match": _("match"), "mismatch": _("mismatch")}
    slips = dict(Slip.choices)
    return {
        "step": walk.step,
        "form": form,
        "button": BUTTONS.get(walk.step.act) or _("Compare"),
        "choices": [
            {"choice": row, "label": row.label or _("Next"), "next": row.next_title}
            for row in rows
            if row.step_id == walk.step_id
        ],
        "last": path[-1].pk if path else 0,
        "path": [
            {
                "answer": answer,
                "label": labels.get((answer.step_id, answer.value))
                or compared.get(answer.value, ""),
                "slip": slips.get(answer.slip, ""),
            }
            for answer in path
        ],
        "can_go_back": any(answer.by_id for answer in path),
    }


def _mark(case, walk, posts):
    """Return the ``live.mark`` of what the page was made from; latest post first."""
    asked, post = case.latest_approval, next(iter(posts), None)
    return live.mark(case.version, walk=_values(walk), asked=_values(asked), post=_values(post))


def _values(row):
    return row and vars(row) | {"pk": row.pk}


def _last(request):
    last = key_in(request.POST.get("last", ""))
    return -1 if last is None else last
