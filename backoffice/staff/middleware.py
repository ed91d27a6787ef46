from django.conf import settings
from django.utils import translation
from django.utils.translation import get_supported_language_variant

from .models.rights import acted, acting_in


class ChosenLanguageMiddleware:
    """
    Korean, unless the person switched.

    Unlike Django's LocaleMiddleware it does not read Accept-Language: an
    English browser in a Korean centre says nothing about its user.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        with translation.override(self._chosen(request)):
            request.LANGUAGE_CODE = translation.get_language()
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
            if hasattr(response, "render"):
                response.render()
        return response

    def _chosen(self, request):
        try:
            return get_supported_language_variant(
                request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
            )
        except LookupError:
            return settings.LANGUAGE_CODE


class ActingMiddleware:
    """Lets changes of rights know who made them."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        token = acting_in(request)
        try:
            return self.get_response(request)
        finally:
            acted(token)
