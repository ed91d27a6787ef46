"""A person's own pages: the session at hand, and the others he has open."""

import hashlib

from django.conf import settings
from django.contrib import messages
from django.contrib.admin import site
from django.contrib.auth.views import PasswordChangeView, redirect_to_login
from django.http import HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.template.response import TemplateResponse
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _

from . import again, second_factor, sessions
from .devices import device_name
from .forms import OwnPasswordForm
from .models import Session


def session_view(request):
    """
    Tell an open page for how long its session goes on; a POST says that somebody is there.

    Also what the page needs to let him sign in again where he is.
    """
    person = request.ended_user or request.user
    if not person.is_authenticated:
        return redirect_to_login("", reverse("admin:login"))
    return JsonResponse(_standing(request, person))


def again_view(request):
    """Sign the person of the page in again; what is typed on it stays where it is."""
    person = again.person_of(request.POST.get(again.WHO, ""))
    if person is None:
        return redirect_to_login("", reverse("admin:login"))
    try:
        again.sign_in_again(request, person)
    except again.NotAgain as refusal:
        return JsonResponse({"error": str(refusal)}, status=403)
    return JsonResponse(_standing(request, person))


def _standing(request, person):
    return {
        "who": again.token_for(person),
        "person": person.pk,
        "left": 0 if request.user != person else sessions.seconds_left(request.session),
        "token": get_token(request),
        "words": {
            "title": _("Sign in again"),
            "ended": _(
                "The session of %(name)s has ended. What you typed is still on the page behind."
            )
            % {"name": person},
            "password": _("Password"),
            "code": _("Code of the app, or a recovery code")
            if second_factor.is_asked(person)
            else "",
            "button": _("Sign in again"),
            "ending": _("Nothing has been done for a while. This session ends in %(seconds)s s."),
            "stay": _("Stay signed in"),
            "leave": _("Sign in as somebody else; what was typed is lost"),
            "trouble": _("The back-office does not answer. Try again in a moment."),
        },
        "login": reverse("admin:login"),
    }


class OwnPasswordView(PasswordChangeView):
    """A new password for oneself; it ends what is open elsewhere."""

    form_class = OwnPasswordForm
    template_name = "registration/password_change_form.html"
    success_url = reverse_lazy("admin:index")

    def get_context_data(self, **kwargs):
        return {
            **site.each_context(self.request),
            **super().get_context_data(**kwargs),
            "title": _("Change your password"),
        }

    def form_valid(self, form):
        response = super().form_valid(form)
        Session.objects.end_of(self.request.user, but=self.request.session.session_key)
        messages.success(self.request, _("Your password is changed."))
        return response


def sessions_view(request):
    """Show the sessions of this person; a POST ends one of them, or all but this one."""
    own = Session.objects.filter(user=request.user)
    if request.method == "POST":
        _end_chosen(request, own)
        return HttpResponseRedirect(reverse("sessions"))
    rows = [
        {
            "session": row,
            "device": device_name(row.device),
            "key": _public(row),
            "is_this": row.session_key == request.session.session_key,
        }
        for row in own.open().order_by("-seen_at")
    ]
    context = {**site.each_context(request), "title": _("My sessions"), "rows": rows}
    if settings.SECOND_FACTOR != "off":
        context["has_second_factor"] = second_factor.has_one(request.user)
        context["codes_left"] = second_factor.unused_recovery_codes(request.user)
    context["asks_codes"] = settings.SECOND_FACTOR != "off"
    return TemplateResponse(request, "staff/sessions.html", context)


def _end_chosen(request, own):
    this, chosen = request.session.session_key, request.POST.get("session", "")
    keys = [
        row.session_key
        for row in own.open()
        if row.session_key != this and chosen in {_public(row), "others"}
    ]
    own.filter(session_key__in=keys).delete()
    if keys:
        messages.success(request, _("Ended: %(count)s.") % {"count": len(keys)})
    else:
        messages.info(request, _("That session has ended already."))


def _public(row):
    """Return a name for a session; its key would open it."""
    return hashlib.sha256(row.session_key.encode()).hexdigest()[:16]
