import json
from itertools import groupby
from urllib.request import Request, urlopen

from django.http import Http404, JsonResponse
from django.shortcuts import render
from django.utils.dateparse import parse_datetime

from backoffice.sms.gateways import get_gateway

# The gateway is not there, or stops in the middle of its answer.
AWAY = (OSError, ValueError)


def inbox(request):
    """Show the drivers' phones, the one with the newest text first."""
    try:
        texts = _texts()
    except AWAY:
        return render(request, "demo/inbox.html", {"is_away": True}, status=503)
    for text in texts:
        text["received_at"] = parse_datetime(text["received_at"])
        text["sender"] = text["from"]
    newest = {}
    for place, text in enumerate(texts):
        newest.setdefault(text["to"], place)
    texts.sort(key=lambda text: newest[text["to"]])  # stable: newest first on each phone
    phones = [
        {"number": number, "texts": list(group)}
        for number, group in groupby(texts, key=lambda text: text["to"])
    ]
    return render(request, "demo/inbox.html", {"phones": phones[:24]})


def inbox_json(request):
    """Return what the phones show, newest first."""
    try:
        return JsonResponse(_texts(), safe=False, json_dumps_params={"ensure_ascii": False})
    except AWAY:
        return JsonResponse({"error": "The demo's gateway does not answer."}, status=503)


def _texts():
    gateway = get_gateway()
    if gateway.name != "demo":
        raise Http404  # another gateway was asked for: its texts are on real phones
    request = Request(  # noqa: S310  the address is our own setting
        f"{gateway.address}/messages", headers={"Authorization": f"Bearer {gateway.key}"}
    )
    with urlopen(request, timeout=5) as response:  # noqa: S310  # nosec B310 # our own gateway
        return json.load(response)
