from django.conf import settings
from django.core.exceptions import PermissionDenied

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
            key = str(found.kwargs.get("object_id", found.kwargs.get("pk", "")))
            about = {"pk": int(key)} if key.isdecimal() and len(key) < 19 else {}
            record(
                AccessRecord.Action.REFUSED,
                by=request.user,
                page=found.view_name,
                method=request.method,
                **about,
            )


def client_address(request):
    """
    Return the address of the client, as text.

    X-Forwarded-For is read from its right end, one entry for each of the proxies
    that are ours (TRUSTED_PROXIES); what stands further left is the client's own word.
    """
    hops = settings.TRUSTED_PROXIES
    entries = request.headers.get("X-Forwarded-For", "").split(",")
    forwarded = [entry.strip() for entry in entries if entry.strip()]
    if hops and forwarded:
        return forwarded[-min(hops, len(forwarded))][:45]
    return request.META.get("REMOTE_ADDR", "")[:45]
