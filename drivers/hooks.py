"""The door of the login service: signed events about codes and log-ins."""

import json
import logging
from datetime import UTC, timedelta

from django.conf import settings
from django.http import HttpResponse, HttpResponseBadRequest
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from standardwebhooks import Webhook, WebhookVerificationError

from .models import VerificationEvent
from .phones import parse_phone
from .verification import take_event

logger = logging.getLogger(__name__)

CLOCKS_DIFFER = timedelta(minutes=5)  # what an event may lie in the future


class BadEvent(Exception):
    """The body is not an event. Its text says why, for the people of the login service."""


@csrf_exempt
@require_POST
def verification_events(request):
    """
    Take one event, signed as Standard Webhooks say; an id that is known is taken as well.

    400 for what is forged, stale or no event, and nothing of it is stored; 503 while no
    secret is set. A crash of ours stays a 500, so that the login service asks again.
    """
    if not settings.VERIFICATION_HOOK_SECRET:
        return _answer("VERIFICATION_HOOK_SECRET is not set.", status=503)
    if request.content_type != "application/json":
        return HttpResponseBadRequest("The content type is not application/json.\n", "text/plain")
    try:
        Webhook(settings.VERIFICATION_HOOK_SECRET).verify(request.body, dict(request.headers))
        event = read_event(request.body)
    except BadEvent as fault:
        logger.warning("A verification event could not be read: %s", fault)
        return HttpResponseBadRequest(f"{fault}\n", "text/plain")
    except (WebhookVerificationError, ValueError, RecursionError) as fault:
        # The library reads the body as well, and an unreadable signature is a ValueError to it.
        logger.warning("A verification event was turned away: %s", type(fault).__name__)
        return HttpResponseBadRequest("The signature does not hold.\n", "text/plain")
    take_event(**event)
    return _answer("ok")


def read_event(body):
    """
    Return the arguments of ``take_event`` from a body in JSON.

    :raises BadEvent: says what is wrong with it
    """
    try:
        raw = json.loads(body)
    except ValueError:
        raise BadEvent("The body is not JSON.") from None
    if not isinstance(raw, dict):
        raise BadEvent("The body is not an object.")
    for name in ("id", "type", "phone", "occurred_at"):
        if not isinstance(raw.get(name), str) or not raw[name]:
            raise BadEvent(f"“{name}” has to be a text.")
    if len(raw["id"]) > 100 or not raw["id"].isprintable():
        raise BadEvent("“id” is longer than 100 characters, or has some that cannot be printed.")
    if raw["type"] not in VerificationEvent.Kind.values:
        raise BadEvent("“type” is none of those that are known.")
    phone = parse_phone(raw["phone"])
    if phone is None or not phone.is_valid():
        raise BadEvent("“phone” is no telephone number.")
    return {
        "event_id": raw["id"],
        "kind": raw["type"],
        "phone": phone,
        "occurred_at": _time(raw["occurred_at"]),
    }


def _time(text):
    try:
        at = parse_datetime(text)
        at = at.astimezone(UTC) if at is not None and at.tzinfo is not None else None
    except (ValueError, OverflowError):
        at = None
    if at is None:
        raise BadEvent("“occurred_at” is no date and time with a zone (ISO 8601).")
    if at > timezone.now() + CLOCKS_DIFFER:
        raise BadEvent("“occurred_at” lies in the future.")
    return at


def _answer(sentence, status=200):
    return HttpResponse(f"{sentence}\n", "text/plain", status=status)
