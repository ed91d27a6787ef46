import logging

from django.db import OperationalError
from django.http import HttpResponse
from django.template.loader import render_to_string

logger = logging.getLogger(__name__)


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
        # Without the request: its context would ask the database who is signed in.
        return HttpResponse(render_to_string("backoffice/outage.html"), status=503)
