"""On an account's page: how its person signs in, and what an administrator can do about it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import lockout, second_factor
from ..models import RightsChange, Session, User


def _lift_lock(person):
    lockout.lift(person.username)


# Address: what stands on the button, what is written down, what is done, what is said then.
ACTS = {
    "unlock": (
        gettext_lazy("Lift the lock"),
        RightsChange.What.UNLOCKED,
        _lift_lock,
        gettext_lazy("The lock is lifted."),
    ),
    "reset-second-factor": (
        gettext_lazy("Reset the second step"),
        RightsChange.What.SECOND_FACTOR,
        second_factor.reset,
        gettext_lazy("The second step is reset; it is set up anew at the next sign-in."),
    ),
    "end-sessions": (
        gettext_lazy("End all sessions"),
        RightsChange.What.SESSIONS,
        Session.objects.end_of,
        gettext_lazy("All sessions are ended."),
    ),
}


class SignInPanel:
    """For the admin class of the account."""

    change_form_outer_before_template = "staff/person.html"

    def get_urls(self):
        act = path(
            "<int:pk>/sign-in/<slug:name>/",
            self.admin_site.admin_view(self.act_view),
            name="staff_user_act",
        )
        return [act, *super().get_urls()]

    def act_view(self, request, pk, name):
        """Do one of ``ACTS`` to somebody else's account, and write it down."""
        if request.method != "POST" or name not in ACTS:
            raise Http404
        person = get_object_or_404(User, pk=pk)
        if not self.has_change_permission(request, person) or person == request.user:
            raise PermissionDenied
        _label, what, act, said = ACTS[name]
        with transaction.atomic():
            act(person)
            RightsChange.objects.note(what, person)
        messages.success(request, said)
        return HttpResponseRedirect(reverse("admin:staff_user_change", args=[pk]))

    def change_view(self, request, object_id, form_url="", extra_context=None):
        person = self.get_object(request, object_id)
        context = extra_context or {}
        if person is not None and person != request.user:
            context |= {
                "person_facts": _facts(person),
                "person_acts": _acts(person),
                "may_set_password": self.has_change_permission(request, person),
            }
        return super().change_view(request, object_id, form_url, context)


def _facts(person):
    until = lockout.locked_until(person.username)
    return [
        (_("locked until"), timezone.localtime(until).strftime("%Y-%m-%d %H:%M"))
        if until
        else (_("lock of the sign-in"), _("none")),
        (_("second step"), _("set up") if second_factor.has_one(person) else _("not set up")),
        (_("open sessions"), Session.objects.filter(user=person).open().count()),
    ]


def _acts(person):
    open_acts = ["unlock"] if lockout.locked_until(person.username) else []
    if second_factor.has_one(person):
        open_acts.append("reset-second-factor")
    if Session.objects.filter(user=person).exists():
        open_acts.append("end-sessions")
    return [
        {"label": ACTS[name][0], "url": reverse("admin:staff_user_act", args=[person.pk, name])}
        for name in open_acts
    ]
