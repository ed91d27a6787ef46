"""Where a request comes from."""

from django.conf import settings


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
