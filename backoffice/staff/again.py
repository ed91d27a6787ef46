"""Signing in again after a session has ended, without losing what was typed."""

from django.contrib.admin import site
from django.contrib.auth import authenticate, login
from django.core import signing
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from . import lockout, second_factor
from .models import User
from .sign_in import BACKEND, WRONG_CODE, is_right

SALT = "staff.again"
HOURS = 12  # for so long a page may lie open and still be sent
WHO, PASSWORD, CODE = "again-who", "again-password", "again-code"
OWN_FIELDS = (WHO, PASSWORD, CODE, "csrfmiddlewaretoken")


class NotAgain(Exception):
    """The person is not let in again. Its text says why."""


def token_for(user):
    """Return a signed word that says whose page it is; it opens nothing."""
    return signing.dumps(user.pk, salt=SALT)


def person_of(token):
    """Return whose page it was, or None where the word is not ours or the account is closed."""
    try:
        pk = signing.loads(token, salt=SALT, max_age=HOURS * 3600)
    except signing.BadSignature:
        return None
    return User.objects.filter(pk=pk, is_active=True).first()


def sign_in_again(request, person):
    """
    Sign ``person`` in with the password in the request, as at the first time.

    :raises NotAgain: nobody is signed in
    """
    username = person.get_username()
    user = authenticate(request, username=username, password=request.POST.get(PASSWORD, ""))
    if user is None:
        raise NotAgain(_refusal(request, username, _("The password is not right.")))
    if second_factor.is_asked(user):
        if not second_factor.has_one(user):
            raise NotAgain(_("The second step has to be set up first, at the sign-in."))
        if not is_right(request, user, request.POST.get(CODE, "")):
            raise NotAgain(_refusal(request, username, WRONG_CODE))
    login(request, user, backend=BACKEND)
    request.session[second_factor.MARK] = second_factor.is_asked(user)


def _refusal(request, username, sentence):
    if not request.axes_locked_out:
        return sentence
    # Said here, on the page that keeps what was typed, and not on a page of its own.
    request.axes_locked_out = False
    return lockout.lock_sentence(lockout.reopens_at(request, {"username": username}))


def kept_page(request, person, *, error=""):
    """
    Return the page that keeps what was just posted, until ``person`` has signed in again.

    But for passwords, which no page may hold.
    """
    posted = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in OWN_FIELDS
        for value in values
    ]
    kept = [(name, value) for name, value in posted if "password" not in name]
    context = {
        **site.each_context(request),
        "title": _("Sign in again"),
        "person": person,
        "who": token_for(person),
        "kept": kept,
        "code_is_asked": second_factor.is_asked(person),
        "files_are_lost": bool(request.FILES),
        "passwords_are_lost": len(kept) < len(posted),
        "error": error,
        "action": request.get_full_path(),
    }
    return TemplateResponse(request, "staff/again.html", context, status=403)
