"""The demo's far ends beside the phones: the drivers' app, and the department's group."""

import json
import uuid
from datetime import UTC, datetime
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from standardwebhooks import Webhook

from cases.markup import rendered
from drivers.models import VerificationEvent

AWAY = (OSError, ValueError)


def drivers_app(request):
    """Let a driver press a button of his app: the login service reports it, signed."""
    phone = request.POST.get("phone", request.GET.get("phone", "010-0000-1234"))
    if request.method == "POST":
        try:
            status = _report(request.POST.get("type", ""), phone)
        except OSError:
            messages.error(request, _("The back-office does not answer."))
        else:
            level = messages.SUCCESS if status == 200 else messages.ERROR
            messages.add_message(request, level, f"{request.POST.get('type')}: HTTP {status}")
        return HttpResponseRedirect(f"{request.path}?phone={phone}")
    kinds = [(kind.value, kind.label) for kind in VerificationEvent.Kind]
    return render(request, "demo/app.html", {"phone": phone, "kinds": kinds})


def _report(kind, phone):
    """Send one event to the hook as the login service would, and return the HTTP status."""
    now = datetime.now(UTC)
    event_id = f"evt_{uuid.uuid4().hex}"
    body = json.dumps(
        {"id": event_id, "type": kind, "phone": phone, "occurred_at": now.isoformat()}
    )
    secret = settings.VERIFICATION_HOOK_SECRET
    request = Request(  # noqa: S310  the address is our own setting
        f"{settings.SITE_URL}/hooks/verification/",
        data=body.encode(),
        headers={
            "Content-Type": "application/json",
            "webhook-id": event_id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": Webhook(secret).sign(event_id, now, body),
        },
    )
    try:
        with urlopen(request, timeout=5) as response:  # noqa: S310  # nosec B310 # our own page
            return response.status
    except HTTPError as refusal:
        return refusal.code


def agit(request):
    """Show what stands in the group."""
    try:
        # The demo set the address itself.
        with urlopen(settings.AGIT_WEBHOOK_URL, timeout=5) as response:  # noqa: S310  # nosec B310
            posts = json.load(response)
    except AWAY:
        return render(request, "demo/agit.html", {"is_away": True}, status=503)
    for post in posts:
        for each in (post, *post["comments"]):
            each["posted_at"] = parse_datetime(each["posted_at"])
            each["shown"] = rendered(each["text"])
    return render(request, "demo/agit.html", {"posts": posts})
