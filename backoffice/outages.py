import logging
import sys

from django.contrib.sessions.exceptions import SessionInterrupted
from django.db import DatabaseError, OperationalError
from django.http import HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from backoffice.protection import refused

logger = logging.getLogger(__name__)

READS_ONLY = "25006"  # PostgreSQL's, as from a standby that has not taken over yet


def is_outage(failure):
    """Return whether ``failure`` is the database's, and none of what it was asked."""
    if isinstance(failure, OperationalError):
        return True
    state = getattr(failure.__cause__, "sqlstate", None)
    return isinstance(failure, DatabaseError) and state == READS_ONLY


def outage():
    """Return the page that says it, made without the request: that would ask the database."""
    return HttpResponse(render_to_string("backoffice/outage.html"), status=503)


def server_error(request):
    """The page for what nobody foresaw; an outage behind the view, as at a session's save, too."""
    if is_outage(sys.exc_info()[1]):
        return outage()
    return HttpResponse(render_to_string("backoffice/error.html"), status=500)


def bad_request(request, exception):
    """The page for what no page of ours sends; whose session was ended meanwhile signs in."""
    if isinstance(exception, SessionInterrupted):
        return HttpResponseRedirect(reverse("admin:login"))
    sentence = _("The address or the form holds what this page does not know. Go back and choose.")
    return refused(_("This request cannot be read"), sentence, status=400)


def permission_denied(request, exception):
    """The page for who may not; what was asked for stands nowhere in it."""
    sentence = _("Your role does not open this page. If you need it, ask an administrator.")
    return refused(_("Not for your role"), sentence, status=403)


def not_found(request, exception):
    """The page for an address that leads nowhere."""
    sentence = _("There is no such page or record. It may have been typed wrongly.")
    return refused(_("Page not found"), sentence, status=404)


def stale_form(request, reason=""):
    """The page for a form whose token is not this session's."""
    sentence = _("Nothing was saved. Go back, reload the page and send it once more.")
    return refused(_("This page is too old to be sent"), sentence, status=403)


class DatabaseOutageMiddleware:
    """A database that is away or busy for too long is a sentence, not an error page."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, failure):
        if not is_outage(failure):
            return None
        logger.error("The database did not answer: %s", type(failure).__name__)
        return outage()
