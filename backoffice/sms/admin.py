from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import flatten
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.audit.looks import LooksAreRecorded
from backoffice.audit.masking import mask_phone
from backoffice.files.lists import ExportableList
from backoffice.keys import key_in
from backoffice.site import ModelAdmin, ReadOnlyAdmin, state_tag
from backoffice.workflow.admin import ReasonForm
from backoffice.workflow.forms import VersionedForm
from backoffice.workflow.transitions import TransitionRefused

from . import rendering
from .models import Message, Template, template_values
from .nights import TextReasonForm
from .operations import Operations
from .queueing import note_arrival, send_again
from .way import messages_way, reason_of, reports_of


class TemplateForm(VersionedForm, forms.ModelForm):
    def clean(self):
        cleaned = super().clean()
        self.lock_and_refuse_stale()
        return cleaned


@admin.register(Template)
class TemplateAdmin(ModelAdmin):
    """The texts, as team leads word them; the keys are code."""

    form = TemplateForm
    change_form_before_template = "workflow/version.html"

    list_display = ["name", "size", "updated_at"]
    ordering = ["key"]
    fields = ["name", "subject", "body", "preview", "key"]
    readonly_fields = ["key", "preview"]

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_urls(self):
        preview = path(
            "preview/",
            self.admin_site.admin_view(self.preview_view),
            name="sms_template_preview",
        )
        return [preview, *super().get_urls()]

    @admin.display(description=gettext_lazy("size"))
    def size(self, template):
        try:
            _subject, _body, size = template.render()
        except rendering.Unrenderable as fault:
            return str(fault)
        return f"{size.kind} · {size.bytes} B"

    @admin.display(description=gettext_lazy("preview"))
    def preview(self, template):
        return format_html(
            '<div id="template-preview" data-url="{}" aria-live="polite">{}</div>',
            reverse("admin:sms_template_preview"),
            self._preview(template.subject, template.body),
        )

    def preview_view(self, request):
        """Return the preview of the words in the form as they are typed."""
        if not self.has_view_permission(request) or request.method != "POST":
            raise Http404
        return HttpResponse(
            self._preview(request.POST.get("subject", ""), request.POST.get("body", ""))
        )

    def _preview(self, subject, body):
        try:
            values = template_values()
            context = {
                "subject": rendering.fill(subject, values),
                "body": rendering.fill(body, values),
            }
        except rendering.UnfilledVariable as unfilled:
            context = {
                "fault": _("There is no value for %(names)s.")
                % {"names": ", ".join(f"#{{{name}}}" for name in unfilled.names)}
            }
        else:
            context["size"] = rendering.measure(context["body"])
            context["foreign"] = " ".join(map(rendering.name_of, context["size"].foreign))
            context["subject_bytes"] = rendering.measure(context["subject"]).bytes
            context["limits"] = rendering
        return render_to_string("sms/preview.html", context)


class NeedsAPersonFilter(admin.SimpleListFilter):
    title = gettext_lazy("attention")
    parameter_name = "attention"

    def lookups(self, request, model_admin):
        return [("person", _("Waits for a person"))]

    def queryset(self, request, queryset):
        return queryset.waiting_for_a_person() if self.value() == "person" else queryset


@admin.register(Message)
class MessageAdmin(Operations, ExportableList, LooksAreRecorded, ReadOnlyAdmin):
    """Every text and what became of it."""

    list_display = [
        "shown_number",
        "driver",
        "shown_to",
        "template",
        "kind",
        "shown_state",
        "queued_at",
    ]
    list_select_related = ["driver", "template"]
    list_filter = [NeedsAPersonFilter, "state", "template", "queued_at"]
    ordering = ["-pk"]
    unmasked_columns = {"shown_to": lambda message: message.to}
    change_form_outer_before_template = "sms/message.html"
    fields = [
        ("driver", "case"),
        ("shown_to", "correction"),
        ("kind", "bytes"),
        ("shown_state", "shown_reason", "attempts"),
        "driver_told_at",
        ("gateway", "resend_of"),
        "provider_id",
        "subject",
        "shown_body",
    ]
    readonly_fields = flatten(fields)
    shown_state = state_tag(description=gettext_lazy("state"))

    @admin.display(description=gettext_lazy("to"))
    def shown_to(self, message):
        return mask_phone(message.to) if message.erased_at is None else _("erased")

    @admin.display(description=gettext_lazy("reason"))
    def shown_reason(self, message):
        return reason_of(message) or self.get_empty_value_display()

    @admin.display(description=gettext_lazy("body"))
    def shown_body(self, message):
        if message.erased_at is not None:
            return _("Erased. SHA-256 of what was sent: %(digest)s") % {"digest": message.body}
        return format_html('<div class="phone-text phone-body">{}</div>', message.body)

    def get_urls(self):
        return [
            path(
                "way/",
                self.admin_site.admin_view(self.way_view),
                name="sms_message_way",
            ),
            path(
                "<int:pk>/send-again/",
                self.admin_site.admin_view(self.send_again_view),
                name="sms_message_send_again",
            ),
            path(
                "<int:pk>/arrived/",
                self.admin_site.admin_view(self.arrived_view),
                name="sms_message_arrived",
            ),
            *super().get_urls(),
        ]

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        message = self.get_object(request, object_id) if object_id else None
        if message is not None:
            extra_context = {
                "way": messages_way([message]),
                "message": message,
                "reports": reports_of(message),
                "reason_form": TextReasonForm(),
                "arrival_form": ReasonForm(auto_id="arrived_%s"),
                **(extra_context or {}),
                "can_send_again": request.user.has_perm("sms.resend_message")
                and Message.objects.needing_a_person().filter(pk=message.pk).exists(),
            }
        return super().changeform_view(request, object_id, form_url, extra_context)

    def way_view(self, request):
        """Return the ways of a driver's or a case's latest messages, for a page to refresh."""
        if not self.has_view_permission(request):
            raise Http404
        found = Message.objects.select_related("template", "resent_as")
        for name in ("driver", "case", "pk"):
            key = key_in(request.GET.get(name, ""))
            if key is not None:
                found = found.filter(**{name: key})
                break
        else:
            raise Http404
        return HttpResponse(
            render_to_string("sms/way.html", {"way": messages_way(found.order_by("-pk")[:4])})
        )

    def arrived_view(self, request, pk):
        """Take a message that may have arrived as arrived: a person knows it."""
        message = self.get_object(request, pk)
        if message is None or request.method != "POST":
            raise Http404
        try:
            note_arrival(message, by=request.user, reason=request.POST.get("reason", ""))
        except TransitionRefused as refusal:
            form = ReasonForm(request.POST, auto_id="arrived_%s")
            return self._refused(request, pk, refusal, arrival_form=form)
        self.message_user(request, _("Noted."), messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:sms_message_change", args=[pk]))

    def send_again_view(self, request, pk):
        """Queue the words of a message once more, for a reason."""
        message = self.get_object(request, pk)
        if message is None or request.method != "POST":
            raise Http404
        try:
            new = send_again(message, by=request.user, reason=request.POST.get("reason", ""))
        except TransitionRefused as refusal:
            return self._refused(request, pk, refusal, reason_form=TextReasonForm(request.POST))
        self.message_user(request, _("It is queued again."), messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:sms_message_change", args=[new.pk]))

    def _refused(self, request, pk, refusal, **typed):
        """Show the page again, with the sentence and what was typed."""
        self.message_user(request, str(refusal), messages.ERROR)
        request.method = "GET"
        return self.changeform_view(request, str(pk), extra_context=typed)
