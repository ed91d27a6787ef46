from copy import copy

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.utils import display_for_value, flatten
from django.http import Http404, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.audit.looks import LooksAreRecorded
from backoffice.site import ReadOnlyAdmin
from backoffice.workflow.admin import ReasonForm
from backoffice.workflow.timeline import state_events
from backoffice.workflow.transitions import TransitionRefused
from cases import agit
from cases.markup import rendered
from cases.models import WORK, AgitPost
from drivers.words import masked_timeline

# Our words for why, as a person reads them.
REASONS = {
    "no_connection": lambda: _("Agit could not be reached."),
    "no_answer": lambda: _("Agit did not answer in time."),
    "line_broke": lambda: _("The line to Agit broke."),
    "unclear_answer": lambda: _("Agit's answer cannot be understood."),
    "unexpected_error": lambda: _("A fault of our own; the log has it."),
    "worker_lost": lambda: _("The worker stopped while this was on the wire."),
    "busy": lambda: _("Agit was busy."),
    "refused": lambda: _("Agit refused it."),
    "erased": lambda: _("It waited until its case was erased."),
}


def described(posts):
    """Return posts with what the pages say of them."""
    return [
        {
            "post": post,
            "reason": REASONS.get(post.reason, lambda reason=post.reason: reason)(),
            "needs_a_person": post.state in AgitPost.NEED_A_PERSON
            and post.erased_at is None
            and not hasattr(post, "resent_as"),
        }
        for post in posts
    ]


class StateFilter(admin.ChoicesFieldListFilter):
    """The states that a post can have, by its own words."""

    def __init__(self, field, *args, **kwargs):
        super().__init__(field, *args, **kwargs)
        self.field = copy(field)
        self.field.choices = AgitPost.STATES


@admin.register(AgitPost)
class AgitPostAdmin(LooksAreRecorded, ReadOnlyAdmin):
    """What was posted to Agit, and what became of it."""

    list_display = ["case", "kind", "shown_state", "queued_at", "posted_at"]
    list_select_related = ["case__driver"]
    list_filter = [("state", StateFilter)]
    ordering = ["-pk"]
    fields = [
        ("case", "shown_state", "post_number"),
        "shown_text",
        ("queued_at", "posted_at", "attempts"),
    ]
    readonly_fields = flatten(fields)
    change_form_outer_before_template = "cases/agit_post.html"
    change_form_outer_after_template = "workflow/timeline.html"

    def driver_of(self, obj):
        return obj.case.driver

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def shown_state(self, post):
        label = post.get_state_display()
        return format_html('<span class="tag post" data-state="{}">{}</span>', post.state, label)

    @admin.display(description=gettext_lazy("kind"))
    def kind(self, post):
        return _("post") if post.parent_id is None else _("comment")

    @admin.display(description=gettext_lazy("number of the post"))
    def post_number(self, post):
        return post.provider_id

    @admin.display(description=gettext_lazy("posted at"), ordering="accepted_at")
    def posted_at(self, post):
        return display_for_value(post.accepted_at, self.get_empty_value_display())

    @admin.display(description=gettext_lazy("text"))
    def shown_text(self, post):
        if post.erased_at is not None:
            return _("erased")
        return format_html('<div class="phone-text agit-text">{}</div>', rendered(post.text))

    def get_urls(self):
        pages = [
            path(
                f"<int:pk>/{name}/",
                self.admin_site.admin_view(view),
                name=f"cases_agitpost_{name.replace('-', '_')}",
            )
            for name, view in (("again", self.again_view), ("settle", self.settle_view))
        ]
        return [*pages, *super().get_urls()]

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        post = self.get_object(request, object_id) if object_id else None
        if post is not None:
            about = described([post])[0]
            is_unknown = post.state == AgitPost.State.UNKNOWN
            may = request.user.has_perm(agit.SETTLE if is_unknown else WORK)
            extra_context = {
                "about": about,
                "agit_waits": not settings.AGIT_WEBHOOK_URL,
                "may_post_again": about["needs_a_person"] and may,
                "may_settle": about["needs_a_person"] and may and is_unknown,
                "reason_form": ReasonForm(auto_id="again_%s"),
                "settle_form": ReasonForm(auto_id="settle_%s"),
                "timeline": masked_timeline(
                    post.case.driver,
                    state_events(
                        post,
                        icon="forum",
                        words={**AgitPost.STATES, "send_again": _("Posted again")},
                    ),
                ),
                **(extra_context or {}),
            }
        return super().changeform_view(request, object_id, form_url, extra_context)

    def again_view(self, request, pk):
        """Post the words once more, for a reason."""
        reason = request.POST.get("reason", "")
        return self._act(
            request,
            pk,
            lambda post: agit.post_again(post, by=request.user, reason=reason),
            "reason_form",
        )

    def settle_view(self, request, pk):
        """Take a post in doubt as posted, for a reason."""
        reason, number = request.POST.get("reason", ""), request.POST.get("post_id", "")

        def act(post):
            agit.settle(post, by=request.user, reason=reason, post_id=number)

        return self._act(request, pk, act, "settle_form")

    def _act(self, request, pk, act, name):
        post = self.get_object(request, pk)
        if post is None or request.method != "POST" or not self.has_view_permission(request):
            raise Http404
        try:
            post = act(post) or post
        except TransitionRefused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            request.method = "GET"  # the page again, with what was typed
            return self.changeform_view(
                request, str(pk), extra_context={name: ReasonForm(request.POST)}
            )
        self.message_user(request, _("Noted."), messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:cases_agitpost_change", args=[post.pk]))
