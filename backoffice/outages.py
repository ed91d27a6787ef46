import logging
import sys

from django.contrib.sessions.exceptions import SessionInterrupted
from django.db import OperationalError
from django.http import HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.views import defaults

logger = logging.getLogger(__name__)


def outage():
    """Return the page that says it, made without the request: that would ask the database."""
    return HttpResponse(render_to_string("backoffice/outage.html"), status=503)


def server_error(request):
    """The page for what nobody foresaw; an outage behind the view, as at a session's save, too."""
    if isinstance(sys.exc_info()[1], OperationalError):
        return outage()
    return HttpResponse(render_to_string("backoffice/error.html"), status=500)


def bad_request(request, exception):
    """Django's page, except where a session was ended from elsewhere in the middle of it."""
    if isinstance(exception, SessionInterrupted):
        return HttpResponseRedirect(reverse("admin:login"))
    return defaults.bad_request(request, exception)


class DatabaseOutageMiddleware:
    """A database that is away or busy for too long is a sentence, not an error page."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, failure):
        if not isinstance(failure, OperationalError):
            return None
        logger.error("The database did not answer: %s", type(failure).__name__)
        return outage()
