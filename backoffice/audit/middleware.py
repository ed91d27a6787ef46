from backoffice.addresses import client_address

from .records import forget, from_address


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
