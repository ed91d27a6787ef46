from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import get_supported_language_variant
from django.utils.translation import gettext as _

from backoffice.addresses import client_address

from . import again, second_factor, sessions
from .models import HookRefusal
from .models.rights import acted, acting_in


class ChosenLanguageMiddleware:
    """
    Korean, unless the person switched.

    Unlike Django's LocaleMiddleware it does not read Accept-Language: an
    English browser in a Korean centre says nothing about its user.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        with translation.override(self._chosen(request)):
            request.LANGUAGE_CODE = translation.get_language()
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
            if hasattr(response, "render"):
                response.render()
        return response

    def _chosen(self, request):
        try:
            return get_supported_language_variant(
                request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
            )
        except LookupError:
            return settings.LANGUAGE_CODE


class SecondFactorMiddleware:
    """Where a second factor is required, a session without it is nobody's."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if second_factor.is_required() and not request.session.get(second_factor.MARK):
            request.user = AnonymousUser()
        return self.get_response(request)


class PasswordDueMiddleware:
    """Who has a password that an administrator made sees one page: where to change it."""

    OPEN = {"own-password", "admin:logout", "admin:jsi18n", "session", "session-again"}

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        is_due = getattr(request.user, "must_change_password", False)
        if not is_due or not request.path.startswith(reverse("admin:index")):
            return None
        if request.resolver_match.view_name in self.OPEN:
            return None
        messages.warning(request, _("Choose a password of your own first."))
        return HttpResponseRedirect(reverse("own-password"))


class ActingMiddleware:
    """Lets changes of rights know who made them."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        token = acting_in(request)
        try:
            return self.get_response(request)
        finally:
            acted(token)


class SessionEndMiddleware:
    """
    Ends sessions after idleness and after a shift, and keeps what was being typed.

    Pages that keep themselves up to date do not keep a session alive. A form that
    comes too late is not answered by the plain sign-in page, which would drop it, but by
    one that sends it on when the same person has signed in again.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.ended_user = None
        if SESSION_KEY in request.session and request.user.is_authenticated:
            if sessions.seconds_left(request.session):
                if not _is_background(request):
                    sessions.note_activity(request.session)
            else:
                self._end(request)
        return self.get_response(request)

    def _end(self, request):
        request.ended_user = request.user
        if sessions.ENDED not in request.session:
            sessions.end(request)
        request.user = AnonymousUser()

    def process_view(self, request, view, args, kwargs):
        # Behind the check of the CSRF token, which has to be right for all of this.
        if request.method != "POST" or not request.path.startswith(reverse("admin:index")):
            return None
        if again.WHO in request.POST:
            return self._send_on(request)
        if request.ended_user and _is_kept(request):
            return again.kept_page(request, request.ended_user)
        return None

    def _send_on(self, request):
        person = again.person_of(request.POST[again.WHO])
        if person is None or not _is_kept(request):
            return None
        try:
            if request.user != person:
                again.sign_in_again(request, person)
        except again.NotAgain as refusal:
            return again.kept_page(request, person, error=str(refusal))
        posted = request.POST.copy()
        for name in again.OWN_FIELDS:
            posted.pop(name, None)
        request.POST = posted
        return None


def _is_kept(request):
    """Return whether a form of this address is worth keeping: not that of the sign-in itself."""
    return request.resolver_match.view_name not in {
        "admin:login",
        "admin:logout",
        "sign-in",
        "sign-in-code",
        "sign-in-enrol",
        "session",
        "session-again",
    }


def _is_background(request):
    """Return whether a page asked by itself: nobody touched anything for it."""
    if request.method not in {"GET", "HEAD"}:
        return False
    mode = request.headers.get("Sec-Fetch-Mode", "navigate")
    return "X-Background" in request.headers or mode != "navigate"


class HookLimitMiddleware:
    """
    Tells who tries signatures at the hooks to wait, and stops counting then.

    Counted in the database, because there are several processes, and only after a call was
    turned away: one that holds costs nothing here and is never stopped, not even when it
    comes from the same address as forged ones.
    """

    TURNED_AWAY = {400, 401, 403}

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if not request.path.startswith("/hooks/") or response.status_code not in self.TURNED_AWAY:
            return response
        if HookRefusal.objects.note(client_address(request), settings.HOOK_REFUSALS_PER_MINUTE):
            return response
        return HttpResponse(
            "Too many calls from here were turned away. Wait a minute.\n",
            "text/plain",
            status=429,
            headers={"Retry-After": str(60 - timezone.now().second)},
        )
