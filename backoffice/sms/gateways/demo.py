import json
from datetime import datetime
from functools import cached_property

from standardwebhooks import Webhook, WebhookVerificationError

from backoffice.outbox import http
from backoffice.outbox.wire import Accepted, InDoubt, NotTaken

from .base import BadReport, Gateway, Report, State


class DemoGateway(Gateway):
    """
    The demo's provider: a real HTTP server in a process of its own.

    ``demo://HOST:PORT?key=…``; the key opens the server and signs its reports
    (Standard Webhooks). Its protocol stands in ``backoffice/demo/gateway.py``.
    """

    name = "demo"
    can_look_up = True
    reports_are_signed = True

    outcomes = {
        "accepted": State.ACCEPTED,
        "delivered": State.DELIVERED,
        "undelivered": State.UNDELIVERED,
    }

    @cached_property
    def address(self):
        return f"http://{self.url.hostname}:{self.url.port}"

    @cached_property
    def key(self):
        return self.options.get("key", "")

    @cached_property
    def _auth(self):
        return {"Authorization": f"Bearer {self.key}"}

    async def send(self, outgoing):
        # Not asdict(), which copies each value deeply.
        fields = {name: getattr(outgoing, name) for name in outgoing.__slots__}
        status, headers, answer = await http.request(
            "POST", f"{self.address}/messages", json=fields, headers=self._auth
        )
        error = answer.get("error", "") if isinstance(answer, dict) else ""
        if status in {429, 500, 503}:  # by this server's contract nothing was taken
            raise NotTaken(
                error or f"HTTP {status}",
                reason="busy" if status == 429 else "provider_down",
                retry_after=http.seconds_of(headers.get("Retry-After")),
                answer=answer,
            )
        if 400 <= status < 500:
            raise NotTaken(error, reason="refused", permanent=True, answer=answer)
        if status != 200 or not isinstance(answer, dict) or not answer.get("message_id"):
            raise InDoubt(f"HTTP {status}", reason="unclear_answer", answer=answer)
        return Accepted(provider_id=answer["message_id"], answer=answer)

    async def look_up(self, outgoing, provider_id=""):
        status, _headers, answer = await http.request(
            "GET",
            f"{self.address}/messages",
            params={"reference": outgoing.reference},
            headers=self._auth,
        )
        if status != 200:
            raise InDoubt(f"HTTP {status}", reason="unclear_answer", answer=answer)
        return self._report(answer[0]) if answer else None

    def parse_reports(self, headers, body):
        if not self.key:
            raise BadReport("There is no key to check it with.")
        try:
            Webhook(self.key).verify(body, dict(headers.items()))
            return [self._report(each) for each in json.loads(body)["reports"]]
        except (WebhookVerificationError, LookupError, TypeError, ValueError) as fault:
            raise BadReport(f"{type(fault).__name__}: {fault}") from fault

    def _report(self, raw):
        return Report(
            outcome=self.outcomes.get(raw["status"], State.UNKNOWN),
            reference=_text(raw["reference"]),
            provider_id=_text(raw["message_id"]),
            reason=_text(raw.get("reason", "")),
            detail=_text(raw.get("detail", "")),
            at=datetime.fromisoformat(raw["at"]),
            raw=raw,
        )

    def check(self):
        missing = []
        try:
            is_complete = bool(self.url.hostname and self.url.port)
        except ValueError:
            is_complete = False
        if not is_complete:
            missing.append("SMS_URL names no host and port: demo://HOST:PORT?key=KEY.")
        if not self.key:
            missing.append("SMS_URL has no key: demo://HOST:PORT?key=KEY.")
        return missing


def _text(value):
    if not isinstance(value, str):
        raise TypeError(f"A text was expected, not {value!r}.")
    return value
