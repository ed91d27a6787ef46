"""The lists of cases: queues, search, and moving several at once."""

import re

from django.conf import settings
from django.contrib import admin, messages
from django.db.models import Count, Exists, OuterRef, Q
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.sms.models import Message
from backoffice.workflow.reasons import refuse_code
from backoffice.workflow.transitions import TransitionRefused, perform
from drivers.models import Driver
from drivers.phones import parse_phone
from drivers.search import kind_of, search, terms
from drivers.search_limits import withheld

from .forms import HandOverForm
from .models import LEAD, WORK, AgitPost, Approval, Case, ConsultationType

CASE_NUMBER = re.compile(r"c-\d{4}-\d{1,6}", re.IGNORECASE)


def queue(name, user, cases=None):
    """
    Narrow open cases to one queue.

    :param name: mine, unassigned, call_back (due by now), approval (waiting for one),
        undelivered (a text that will not arrive by itself), unposted (a post that will not
        reach the department by itself)
    """
    cases = Case.objects.all() if cases is None else cases
    return cases.exclude(state=Case.State.CLOSED).filter(_in_queue(name, user))


def queue_lengths(user):
    """Return how many cases wait in each queue, by its name; one statement for all of them."""
    waiting = {name: Count("pk", filter=_in_queue(name, user)) for name in QUEUES}
    return Case.objects.exclude(state=Case.State.CLOSED).aggregate(**waiting)


def _in_queue(name, user):
    if name == "mine":
        return Q(owner=user)
    if name == "unassigned":
        return Q(owner=None)
    if name == "call_back":
        return Q(follow_up_at__lte=timezone.now())
    if name == "approval":
        return Q(pk__in=Approval.objects.filter(state=Approval.State.PENDING).values("case"))
    if name == "unposted":
        return Q(pk__in=AgitPost.objects.needing_a_person().values("case"))
    return Q(pk__in=Message.objects.waiting_for_a_person().exclude(case=None).values("case"))


QUEUES = {
    "mine": gettext_lazy("My cases"),
    "unassigned": gettext_lazy("Without an owner"),
    "call_back": gettext_lazy("Call-backs due"),
    "approval": gettext_lazy("Waiting for approval"),
    "undelivered": gettext_lazy("Text not delivered"),
    "unposted": gettext_lazy("Agit post to be checked"),
}


class QueueFilter(admin.SimpleListFilter):
    title = gettext_lazy("queue")
    parameter_name = "queue"

    def lookups(self, request, model_admin):
        return list(QUEUES.items())

    def queryset(self, request, queryset):
        return queue(self.value(), request.user, queryset) if self.value() in QUEUES else queryset


class LeafFilter(admin.RelatedFieldListFilter):
    """The types that can be chosen, and those of the past; no case has another node."""

    def field_choices(self, field, request, model_admin):
        # Whether there are cases is not asked: where there are none, all would be read for it.
        beneath = ConsultationType.objects.filter(parent=OuterRef("pk"))
        ends = Q(is_leaf=True) | ~Q(Exists(beneath))
        return field.get_choices(include_blank=False, limit_choices_to=ends, ordering=("path",))


class OwnerFilter(admin.RelatedFieldListFilter):
    """Those who have cases: looked up person by person, or all cases would be read for it."""

    def field_choices(self, field, request, model_admin):
        owned = Exists(Case.objects.filter(owner=OuterRef("pk")))
        return field.get_choices(include_blank=False, limit_choices_to=Q(owned))


class CaseLists:
    """For the admin class of the case: search, and several cases at once."""

    @property
    def search_help_text(self):
        if settings.LOOSE_SEARCH:
            return _("Case number, phone number, last four digits, name, initials, vehicle number")
        return _("Case number, a whole phone or vehicle number, or two parts: 1234 김")

    def get_search_results(self, request, queryset, search_term):
        if not search_term.strip():
            return queryset, False
        if CASE_NUMBER.fullmatch(search_term.strip()):
            start, year, number = search_term.strip().upper().split("-")
            request.searched_for = ["case"]
            return queryset.filter(number=f"{start}-{year}-{int(number):06d}"), False
        request.searched_for = [kind_of(term) for term in terms(search_term)]
        if sentence := withheld(search_term):
            request.search_sentence = sentence
            return queryset.none(), False
        if number := _whole_number(search_term):
            # A number has one driver at most. As a key he is looked up beside the number by
            # index; as a subquery in an OR he would have every case read.
            found = list(search(Driver.objects.all(), search_term).values_list("pk", flat=True))
            return queryset.filter(Q(driver__in=found) | Q(presented_phone=number)), False
        return search(queryset, search_term, of="driver"), False

    def has_work_permission(self, request):
        return request.user.has_perm(WORK)

    def has_lead_permission(self, request):
        return request.user.has_perm(LEAD)

    @admin.action(description=gettext_lazy("Claim"), permissions=["work"])
    def claim_all(self, request, queryset):
        self._each(request, queryset, "claim")

    @admin.action(description=gettext_lazy("Hand over"), permissions=["lead"])
    def hand_over_all(self, request, queryset):
        form = HandOverForm(request.POST if "to" in request.POST else None)
        if form.is_bound and form.is_valid() and not self._carries_code(form):
            self._each(request, queryset, "hand_over", **form.cleaned_data)
            return HttpResponseRedirect(reverse("admin:cases_case_changelist"))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Hand over"),
            "original": _("%(count)d cases") % {"count": queryset.count()},
            "form": form,
            "back": reverse("admin:cases_case_changelist"),
            "carried": [("action", "hand_over_all"), *self._ticked(request, queryset)],
        }
        return TemplateResponse(request, "workflow/move.html", context)

    @staticmethod
    def _ticked(request, queryset):
        """Return the fields that choose the cases again; a request holds no thousand of them."""
        if request.POST.get("select_across") != "1":
            return [(admin.helpers.ACTION_CHECKBOX_NAME, case.pk) for case in queryset]
        # All that the list's address asks for, which the form keeps. It takes one for the sign
        # that something is ticked.
        one = request.POST.get(admin.helpers.ACTION_CHECKBOX_NAME, "")
        return [("select_across", "1"), (admin.helpers.ACTION_CHECKBOX_NAME, one)]

    @staticmethod
    def _carries_code(form):
        """Whether the note would be refused for every case; then the form says so, once."""
        try:
            refuse_code(form.cleaned_data["reason"])
        except TransitionRefused as refusal:
            form.add_error("reason", str(refusal))
            return True
        return False

    def _each(self, request, queryset, name, **details):
        """Move each case in its own transaction; say how many moved and why others did not."""
        moved, refused = 0, []
        for case in queryset:
            try:
                perform(case, name, by=request.user, **details)
            except TransitionRefused as refusal:
                refused.append(f"{case}: {refusal}")
            else:
                moved += 1
        if moved:
            self.message_user(request, _("%(count)d cases moved.") % {"count": moved})
        for sentence in refused[:5]:
            self.message_user(request, sentence, messages.WARNING)


def _whole_number(text):
    number = parse_phone(text)
    return number if number is not None and number.is_valid() else None
