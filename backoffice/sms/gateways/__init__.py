"""
Who carries the texts. One file a provider, all behind the contract in ``base``.

``SMS_URL`` chooses: its scheme names the gateway (``settings.SMS_GATEWAYS``), the
rest is the gateway's own.
"""

from functools import lru_cache
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.module_loading import import_string

from .base import BadReport, Gateway, Outgoing, Report

__all__ = ["BadReport", "Gateway", "Outgoing", "Report", "get_gateway"]


def get_gateway():
    """Return the gateway that ``SMS_URL`` names."""
    return _gateway(settings.SMS_URL)


@lru_cache(maxsize=8)
def _gateway(url):
    scheme = urlsplit(url).scheme
    return import_string(settings.SMS_GATEWAYS[scheme])(url)
