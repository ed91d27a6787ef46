import logging

from django.db import DatabaseError, OperationalError
from django.template.response import TemplateResponse

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
        try:
            return TemplateResponse(request, "backoffice/outage.html", status=503).render()
        except DatabaseError:  # pragma: no cover  the template reads nothing, to be sure
            return None
