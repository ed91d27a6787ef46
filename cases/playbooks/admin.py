from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline

from backoffice.keys import slug_in
from backoffice.site import ModelAdmin, state_tag
from backoffice.workflow.admin import TransitionAdmin
from backoffice.workflow.forms import VersionedForm
from backoffice.workflow.timeline import newest_first, state_events
from backoffice.workflow.transitions import TransitionRefused, not_now
from drivers.matching import ITEM_LABELS

from . import words
from .checks import faults
from .drafting import is_open, new_draft, version_of
from .graph import draw
from .models import EDIT, Choice, PlaybookVersion, Step
from .picture import picture


class DraftForm(VersionedForm, forms.ModelForm):
    """A draft or one of its steps. Whatever changes in a draft makes every page of it old."""

    @property
    def versioned(self):
        return version_of(self.instance)

    def clean(self):
        cleaned = super().clean()
        recorded = self.lock_and_refuse_stale()
        if not self.non_field_errors() and not is_open(recorded):
            self.add_error(None, str(not_now(recorded)))
        return cleaned


class EditedAsDraft:
    """For admin classes whose rows may be edited while their version is a draft."""

    form = DraftForm
    change_form_before_template = "workflow/version.html"

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm("cases.view_playbookversion")

    def has_change_permission(self, request, obj=None):
        return request.user.has_perm(EDIT) and (obj is None or is_open(obj))

    def has_add_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def save_model(self, request, obj, form, change):
        version = version_of(obj)
        # From now on it is a wording of people's own, which no shipped file goes over.
        version.fingerprint = ""
        version.save()
        if version is not obj:
            super().save_model(request, obj, form, change)


@admin.register(PlaybookVersion)
class PlaybookVersionAdmin(EditedAsDraft, TransitionAdmin):
    """The versions of the playbooks: their graphs, their faults, and new drafts."""

    list_display = ["playbook", "number", "shown_state", "published_at", "created_by"]
    list_select_related = ["playbook", "created_by"]
    list_filter = ["state", "playbook"]
    ordering = ["playbook__position", "-number"]
    fields = [("playbook", "number", "shown_state"), "start"]
    readonly_fields = ["playbook", "number", "shown_state"]
    change_form_outer_before_template = "cases/version.html"
    change_form_outer_after_template = "workflow/timeline.html"
    shown_state = state_tag(description=_("state"))

    def get_urls(self):
        draft = path(
            "<int:pk>/draft/",
            self.admin_site.admin_view(self.draft_view),
            name="cases_playbookversion_draft",
        )
        rehearse = path(
            "<int:pk>/try/",
            self.admin_site.admin_view(self.try_view),
            name="cases_playbookversion_try",
        )
        return [draft, rehearse, *super().get_urls()]

    def try_view(self, request, pk):
        """Walk a version without a case: the outcomes are links, and nothing is written."""
        version = self.get_object(request, pk)
        if version is None or not self.has_view_permission(request):
            raise Http404
        key = slug_in(request.GET.get("at", version.start))
        step = get_object_or_404(version.steps.prefetch_related("choices"), key=key)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": version,
            "title": _("Try it out"),
            "playbook_version": version,
            "step": step,
            "choices": step.choices.order_by("position"),
        }
        return TemplateResponse(request, "cases/try.html", context)

    def draft_view(self, request, pk):
        """Make a draft from a version and go to it."""
        version = self.get_object(request, pk)
        if version is None or request.method != "POST":
            raise Http404
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            version = new_draft(version, by=request.user)
        except TransitionRefused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        return HttpResponseRedirect(
            reverse("admin:cases_playbookversion_change", args=[version.pk])
        )

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        version = self.get_object(request, object_id) if object_id else None
        if version is not None and self.has_view_permission(request, version):
            graph = draw(version)
            extra_context = {
                **(extra_context or {}),
                "playbook_version": version,
                "graph": graph,
                "picture": picture(graph, url_of=self._url_of),
                "faults": faults(version) if is_open(version) else [],
                "may_draft": request.user.has_perm(EDIT),
                "timeline": newest_first(state_events(version)),
            }
        return super().changeform_view(request, object_id, form_url, extra_context)

    def _url_of(self, step):
        return reverse("admin:cases_step_change", args=[step.pk])


class ChoiceInline(TabularInline):
    model = Choice
    extra = 0
    hide_title = True  # a column has it
    fields = ["value", "label", "next_key", "position"]
    readonly_fields = ["outcome", "leads_to", "keys"]
    ordering = ["position"]

    @admin.display(description=_("outcome"))
    def outcome(self, choice):
        return choice.in_words or _("Next")

    @admin.display(description=_("next step"))
    def leads_to(self, choice):
        return choice.next_title

    @admin.display(description=_("key"))
    def keys(self, choice):
        return f"{choice.value} → {choice.next_key}"

    def get_queryset(self, request):
        of_next = Step.objects.filter(version=OuterRef("step__version"), key=OuterRef("next_key"))
        choices = super().get_queryset(request)
        return choices.annotate(next_title=Subquery(of_next.values("title")[:1]))

    def get_fields(self, request, obj=None):
        return self.fields if self._may_edit(request, obj) else self.readonly_fields

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm("cases.view_playbookversion")

    def _may_edit(self, request, obj=None):
        return request.user.has_perm(EDIT) and (obj is None or is_open(obj))

    has_add_permission = has_change_permission = has_delete_permission = _may_edit


@admin.register(Step)
class StepAdmin(EditedAsDraft, ModelAdmin):
    """One step; reached from the graph of its version."""

    list_display = ["title", "version", "kind", "rule"]
    list_select_related = ["version__playbook"]
    list_filter = ["version"]
    ordering = ["version", "position"]
    fields = [
        ("version", "kind"),
        ("title", "rule"),
        "script",
        "hint",
        ("record", "item"),
        ("fact", "action", "argument"),
        "key",
    ]
    readonly_fields = ["version", "key", "shown_item", "shown_fact", "shown_action"]
    inlines = [ChoiceInline]

    @admin.display(description=_("item"))
    def shown_item(self, step):
        return self._named(step.item, ITEM_LABELS.get(step.item))

    @admin.display(description=_("fact"))
    def shown_fact(self, step):
        return self._named(step.fact, words.FACTS.get(step.fact, str)())

    @admin.display(description=_("action"))
    def shown_action(self, step):
        return self._named(step.action, words.ACTS.get(step.action, str)())

    def _named(self, key, label):
        return f"{label} ({key})" if label else key or self.get_empty_value_display()

    def get_fields(self, request, obj=None):
        if self.has_change_permission(request, obj):
            return self.fields
        # Who words a draft needs the keys, who reads it the words.
        return [
            *self.fields[:4],
            ("record", "shown_item"),
            ("shown_fact", "shown_action", "argument"),
            "key",
        ]
