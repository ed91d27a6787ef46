"""What every answer says to the browser, and which requests are not even looked at."""

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _

from backoffice.addresses import client_address

# Nothing here needs a device of the browser's; copying to the clipboard is the theme's.
PERMISSIONS = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "publickey-credentials-get",
        "screen-wake-lock",
        "serial",
        "usb",
    )
)
# Machines knock here; they have signatures instead of networks.
MACHINES = ("/hooks/", "/healthz", "/readyz", "/metrics")


def refused(title, sentence, *, status):
    """Return a page of one sentence, made without the session and the database."""
    context = {"title": title, "sentence": sentence, "status": status}
    return HttpResponse(render_to_string("backoffice/refused.html", context), status=status)


class HeadersMiddleware:
    """
    Lets no page be kept by a browser or a proxy, and no page use a device.

    Files under STATIC_URL are answered before this one and stay cached.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        patch_cache_control(response, no_store=True)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        return response


class UploadLimitMiddleware:
    """Turns away what is too large, before a byte of it is read."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isascii() and length.isdigit() and int(length) > settings.UPLOAD_LIMIT:
            megabytes = settings.UPLOAD_LIMIT // 1_000_000
            return refused(
                _("Too large"),
                _("This is more than the %(megabytes)s MB that are taken at once.")
                % {"megabytes": megabytes},
                status=413,
            )
        return self.get_response(request)


class NetworksMiddleware:
    """Opens the pages to the networks of the centre alone, where ALLOWED_NETWORKS names them."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if self._is_open(request):
            return self.get_response(request)
        return refused(
            _("Not from here"),
            _("This back-office opens only from the networks of the centre."),
            status=403,
        )

    def _is_open(self, request):
        if not settings.ALLOWED_NETWORKS or request.path.startswith(MACHINES):
            return True
        try:
            address = ip_address(client_address(request))
        except ValueError:
            return False
        # An IPv4 client of a socket for both kinds shows as ::ffff:192.0.2.1.
        address = getattr(address, "ipv4_mapped", None) or address
        return any(address in network for network in settings.ALLOWED_NETWORKS)
