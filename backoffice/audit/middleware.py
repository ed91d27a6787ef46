from django.core.exceptions import PermissionDenied

from backoffice.addresses import client_address
from backoffice.keys import key_in

from .models import AccessRecord
from .records import forget, from_address, record


class OriginMiddleware:
    """Lets access records know where a request comes from."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        token = from_address(client_address(request))
        try:
            return self.get_response(request)
        finally:
            forget(token)


class RefusalMiddleware:
    """Records who was turned away from which page: nobody tries for long unseen."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, failure):
        if isinstance(failure, PermissionDenied) and request.user.is_authenticated:
            found = request.resolver_match
            # The name of the page and the key, never the address: that may hold a number.
            key = key_in(found.kwargs.get("object_id", found.kwargs.get("pk", "")))
            about = {} if key is None else {"pk": key}
            record(
                AccessRecord.Action.REFUSED,
                by=request.user,
                page=found.view_name,
                method=request.method,
                **about,
            )
