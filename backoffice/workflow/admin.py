from django import forms
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminTextareaWidget

from backoffice.site import ModelAdmin

from .forms import page_version
from .transitions import TransitionRefused, open_moves, perform


class ReasonForm(forms.Form):
    """What a move asks for when it only wants to know why."""

    reason = forms.CharField(
        label=gettext_lazy("reason"),
        max_length=500,
        strip=True,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3, "autofocus": True}),
        error_messages={"required": gettext_lazy("Say why; the reason goes into the history.")},
    )


class TransitionAdmin(ModelAdmin):
    """
    Buttons for the moves open to this person; each is a POST that goes through perform().

    A move that needs words (``move_forms``, or ``custom={"needs_reason": True}``) has a
    small page of its own, which keeps what was typed when it is refused.
    """

    change_form_outer_before_template = "workflow/moves.html"
    move_forms = {}  # move name: form class

    def get_urls(self):
        info = self.opts.app_label, self.opts.model_name
        move = path(
            "<path:object_id>/move/<slug:name>/",
            self.admin_site.admin_view(self.move_view),
            name="{}_{}_move".format(*info),
        )
        return [move, *super().get_urls()]

    def run_move(self, obj, name, *, by, version, **details):
        """Make the move; override where it is part of a service."""
        return perform(obj, name, by=by, version=version, **details)

    def note_refused(self, request, obj, name):
        """Called after a move was refused; override where that is worth a note."""

    def hint_for(self, obj, name):
        """Return a sentence on what a move brings about that its name does not say, or ""."""
        return ""

    def moves_for(self, request, obj, *, only=None):
        """Return the moves of ``obj`` as the template shows them."""
        info = self.opts.app_label, self.opts.model_name
        return [
            {
                "name": transition.name,
                "label": transition.custom["label"],
                # What takes something from somebody looks like it.
                "is_grave": transition.custom.get("grave", False),
                # What nobody can take back stands apart.
                "is_final": transition.custom.get("final", False),
                "sentences": sentences,
                "has_form": self._form_class(transition) is not None,
                "url": reverse("admin:{}_{}_move".format(*info), args=[obj.pk, transition.name]),
            }
            for transition, sentences in open_moves(obj, request.user, only=only)
            # A quiet move is not worth a word while it is not possible.
            if not (sentences and transition.custom.get("quiet"))
        ]

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        extra_context = dict(extra_context or {})
        if object_id is not None and request.method == "GET":
            obj = self.get_object(request, unquote(object_id))
            if obj is not None:
                extra_context |= {"moves": self.moves_for(request, obj), "moving": obj}
        return super().changeform_view(request, object_id, form_url, extra_context)

    def move_view(self, request, object_id, name):
        """Show the form of a move (GET), or make it (POST)."""
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            raise Http404
        if not self.has_view_permission(request, obj):
            raise PermissionDenied
        transition = _labelled(obj).get(name)
        if transition is None:
            self.message_user(request, _("This move is not made by hand."), messages.ERROR)
            return HttpResponseRedirect(self._change_url(obj))
        form_class = self._form_class(transition)
        if request.method != "POST":
            is_open = any(each == name for each, _sentences in open_moves(obj, request.user))
            if form_class is None or not is_open:
                return HttpResponseRedirect(self._change_url(obj))
        form = (form_class or forms.Form)(
            request.POST or None, **self._form_kwargs(form_class, obj)
        )
        # A hand-made post without a version has seen no page, so nothing is assumed for it.
        version = request.POST.get("version", "" if request.method == "POST" else obj.version)
        if request.method == "POST" and form.is_valid():
            try:
                moved = self.run_move(
                    obj, name, by=request.user, version=page_version(version), **form.cleaned_data
                )
            except TransitionRefused as refusal:
                self.note_refused(request, obj, name)
                if form_class is None:
                    self.message_user(request, str(refusal), messages.ERROR)
                    return HttpResponseRedirect(self._change_url(obj))
                form.add_error(None, str(refusal))
            else:
                done = _("%(move)s: done.") % {"move": transition.custom["label"]}
                self.message_user(request, done, messages.SUCCESS)
                return HttpResponseRedirect(self._change_url(moved or obj))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": obj,
            "title": transition.custom["label"],
            "hint": self.hint_for(obj, name),
            "is_grave": transition.custom.get("grave", False),
            "form": form,
            "version": version,
            "back": self._change_url(obj),
        }
        return TemplateResponse(request, "workflow/move.html", context)

    def _form_class(self, transition):
        default = ReasonForm if transition.custom.get("needs_reason") else None
        return self.move_forms.get(transition.name, default)

    def _form_kwargs(self, form_class, obj):
        return {"moving": obj} if getattr(form_class, "needs_object", False) else {}

    def _change_url(self, obj):
        info = self.opts.app_label, self.opts.model_name
        return reverse("admin:{}_{}_change".format(*info), args=[obj.pk])


def _labelled(obj):
    """Return the moves that people make, by name, whatever the state."""
    return {each.name: each for each in obj.get_all_state_transitions() if "label" in each.custom}
