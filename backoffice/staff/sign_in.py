"""The sign-in: password, then code, and only then a session that opens anything."""

from datetime import timedelta

import segno
from django.conf import settings
from django.contrib import messages
from django.contrib.admin import site
from django.contrib.auth import login, user_login_failed
from django.contrib.auth.views import LoginView, redirect_to_login
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from unfold.forms import AuthenticationForm

from . import lockout, second_factor
from .backends import StaffBackend
from .models import User

WRONG_CODE = gettext_lazy("This code is not right, or was used already.")
LEARNING = "learning:{}"  # in a session, encrypted: what the app of this person is learning
PENDING = "pending"  # whose password was right, and who still owes the code
PATIENCE = timedelta(minutes=10)
BACKEND = f"{StaffBackend.__module__}.{StaffBackend.__qualname__}"


class SignInForm(AuthenticationForm):
    """Name and password."""

    def clean_username(self):
        # No account has a longer name, and what counts failures could not write it down.
        return self.cleaned_data["username"][: User._meta.get_field("username").max_length]


class SignInView(LoginView):
    """The first page: name and password."""

    authentication_form = SignInForm
    template_name = "staff/sign_in.html"

    def get(self, request, *args, **kwargs):
        if site.has_permission(request):
            return HttpResponseRedirect(reverse("admin:index"))
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        return {
            **site.each_context(self.request),
            **super().get_context_data(**kwargs),
            "title": _("Log in"),
            "app_path": self.request.get_full_path(),
            "has_ended": self.request.ended_user is not None,
        }

    def form_valid(self, form):
        user = form.get_user()
        if not second_factor.is_asked(user):
            return super().form_valid(form)
        # A key that somebody knew before the password was given is worth nothing after it.
        self.request.session.cycle_key()
        self.request.session[PENDING] = {
            "user": user.pk,
            "hash": user.get_session_auth_hash(),
            "at": timezone.now().isoformat(),
            "next": self.get_success_url(),
        }
        page = "sign-in-code" if second_factor.has_one(user) else "sign-in-enrol"
        return HttpResponseRedirect(reverse(page))


def pending_user(request):
    """Return who has given his password within the last minutes, or None."""
    pending = request.session.get(PENDING)
    if not pending or timezone.now() - parse_datetime(pending["at"]) > PATIENCE:
        return None
    user = StaffBackend().get_user(pending["user"])
    if user is None or user.get_session_auth_hash() != pending["hash"]:
        return None
    return user


@sensitive_post_parameters("code")
def code_view(request):
    """The second page: a code of the app, or a recovery code."""
    user = pending_user(request)
    if user is None or not second_factor.has_one(user):
        return redirect_to_login("", reverse("admin:login"))
    error = ""
    if request.method == "POST":
        if is_right(request, user, request.POST.get("code", "")):
            return HttpResponseRedirect(_let_in(request, user))
        error = WRONG_CODE
    context = {**site.each_context(request), "title": _("Second step"), "error": error}
    return TemplateResponse(request, "staff/code.html", context)


@sensitive_post_parameters("code")
def enrol_view(request):
    """Let an authenticator app learn the secret; then show the recovery codes, once."""
    user = pending_user(request) or (request.user if request.user.is_authenticated else None)
    if user is None:
        return redirect_to_login("", reverse("admin:login"))
    if settings.SECOND_FACTOR == "off" or second_factor.has_one(user):
        return HttpResponseRedirect(reverse("sessions"))
    # Whoever gave his password here before, and went away, has seen another secret.
    learning = LEARNING.format(user.pk)
    secret = request.session.setdefault(learning, second_factor.new_secret())
    error = ""
    if request.method == "POST":
        codes = second_factor.confirm(user, secret, request.POST.get("code", ""))
        if codes is not None:
            del request.session[learning]
            return _show_recovery_codes(request, user, codes)
        if second_factor.has_one(user):  # by another click, at the same moment
            return HttpResponseRedirect(reverse("sessions"))
        error = _("This code is not right. Does the clock of the telephone show the right time?")
    return TemplateResponse(request, "staff/enrol.html", _enrolment(request, user, secret, error))


def _enrolment(request, user, secret, error):
    context = {**site.each_context(request), "title": _("Set up the second step"), "error": error}
    letters = second_factor.in_letters(secret)
    address = second_factor.address_for_app(user, letters, str(context["site_title"]))
    square = segno.make(address).svg_inline(scale=5, border=2)
    return {
        **context,
        "square": mark_safe(square),  # noqa: S308  # nosec B308 B703 # drawn by segno
        "secret": " ".join(letters[at : at + 4] for at in range(0, len(letters), 4)),
    }


def _show_recovery_codes(request, user, codes):
    """Show them once; who was signing in is in."""
    goes_on = reverse("sessions") if user == request.user else _let_in(request, user)
    request.session[second_factor.MARK] = True
    context = {
        **site.each_context(request),
        "title": _("Recovery codes"),
        "codes": codes,
        "next": goes_on,
    }
    return TemplateResponse(request, "staff/recovery_codes.html", context)


def renew_codes_view(request):
    """Replace the recovery codes of who is signed in, for one more code of the app."""
    if not request.user.is_authenticated:
        return redirect_to_login("", reverse("admin:login"))
    if request.method != "POST":  # the address of the page with the codes, opened once more
        return HttpResponseRedirect(reverse("sessions"))
    if is_right(request, request.user, request.POST.get("code", "")):
        codes = second_factor.renew_recovery_codes(request.user)
        return _show_recovery_codes(request, request.user, codes)
    messages.error(request, WRONG_CODE)
    return HttpResponseRedirect(reverse("sessions"))


def is_right(request, user, code):
    """Return whether the code is; a wrong one counts as a failed sign-in, and locks like one."""
    username = user.get_username()
    if lockout.is_locked(request, username):
        request.axes_locked_out = True
        request.axes_credentials = {"username": username}
        return False
    if second_factor.check(user, code):
        return True
    user_login_failed.send(__name__, credentials={"username": username}, request=request)
    return False


def _let_in(request, user):
    """Open the session, and return where the person wanted to go."""
    goes_on = request.session.pop(PENDING)["next"]
    login(request, user, backend=BACKEND)
    request.session[second_factor.MARK] = True
    return goes_on
