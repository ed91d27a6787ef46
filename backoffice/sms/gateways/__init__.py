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

__all__ = [
    "BadReport",
    "Gateway",
    "Outgoing",
    "Report",
    "get_gateway",
    "get_gateway_named",
    "get_gateways",
]


def get_gateway(url=None):
    """Return the gateway that ``url`` names; without one, that of ``SMS_URL``."""
    return _gateway(url or settings.SMS_URL)


def get_gateways():
    """Return the configured gateways, the first one first."""
    return [get_gateway(url) for url in (settings.SMS_URL, settings.SMS_SECOND_URL) if url]


def get_gateway_named(name):
    """Return the configured gateway called ``name``, or None; reports and look-ups name it."""
    return next((each for each in get_gateways() if each.name == name), None)


@lru_cache(maxsize=8)
def _gateway(url):
    scheme = urlsplit(url).scheme
    return import_string(settings.SMS_GATEWAYS[scheme])(url)
