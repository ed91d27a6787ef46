import hashlib
import hmac
from datetime import UTC, datetime

from backoffice.outbox import http
from backoffice.outbox.wire import Accepted

from .base import BadReport, ProviderGateway, Report, State

LONGEST = 70  # UTF-16 units in one message; Kannel cuts off or splits what is longer
NOT_ROUTABLE = "Not routable"  # about this number alone; any other 403 is about us

# https://www.kannel.org/download/1.4.5/userguide-1.4.5/userguide.html
STATUSES = {
    "1": (State.DELIVERED, ""),
    "2": (State.UNDELIVERED, "carrier_failed"),
    "4": (State.ACCEPTED, ""),
    "8": (State.ACCEPTED, ""),
    "16": (State.UNDELIVERED, "refused"),
    "34": (State.UNDELIVERED, "expired"),
}
ALL_STATUSES = "31"  # 1 + 2 + 4 + 8 + 16


class KannelGateway(ProviderGateway):
    """
    Kannel, an SMS gateway of our own: ``kannel://USER:PASS@HOST:13013?hook_base=https://OURS``.

    It carries short texts alone. It gives no number to a text and answers no questions, but
    calls an address that we hand over with the text, once for each step. Whoever calls is
    believed when the address holds the key that only we can make for this reference.
    """

    name = "kannel"
    reports_by_get = True
    scheme = "http"
    form = "kannel://USER:PASSWORD@HOST:13013?hook_base=https://OUR.HOST"

    async def send(self, outgoing):
        if outgoing.kind != "SMS":
            raise self.refusal("Kannel carries no long texts (LMS).", reason="too_long")
        if len(outgoing.body.encode("utf-16-le")) > 2 * LONGEST:
            raise self.refusal(
                f"Kannel carries at most {LONGEST} characters in one text.", reason="too_long"
            )
        status, headers, answer = await http.request(
            "POST",
            f"{self.address}/cgi-bin/sendsms",
            data=outgoing.body.encode(),
            headers={
                "Content-Type": "text/plain; charset=UTF-8",
                "X-Kannel-Username": self.user,
                "X-Kannel-Password": self.password,
                "X-Kannel-From": self.sender_of(outgoing),
                "X-Kannel-To": outgoing.to,
                "X-Kannel-Coding": "2",  # UCS-2; else Korean arrives as question marks
                "X-Kannel-DLR-Mask": ALL_STATUSES,
                "X-Kannel-DLR-Url": self._report_address(outgoing.reference),
            },
        )
        if status == 202:
            return Accepted(provider_id=outgoing.reference, answer=answer)
        sentence = _words(answer)
        if status == 403 and sentence.startswith(NOT_ROUTABLE):
            raise self.refusal(sentence, reason="refused", answer=answer)
        raise self.unanswered(status, headers, answer, sentence)

    def parse_reports(self, headers, body, query=None):
        query = query or {}
        reference = query.get("ref", "")
        if not reference or not self.password:
            raise BadReport("It names no text, or there is no password to check it with.")
        if not hmac.compare_digest(query.get("key", "").encode(), self._key(reference).encode()):
            raise BadReport("It does not carry the key that was made for this text.")
        told = http.storable({name: query.get(name, "") for name in ("status", "answer", "id")})
        outcome, reason = STATUSES.get(told["status"], (State.UNKNOWN, ""))
        # A carrier's own receipt ends with the first words of the text.
        detail = told["answer"].partition(" text:")[0].partition(" Text:")[0]
        return [
            Report(
                outcome=outcome,
                reference=reference,
                reason=reason,
                detail="" if outcome == State.DELIVERED else detail,
                at=_moment(query.get("at", "")),
                raw=told | {"answer": detail},
            )
        ]

    def _report_address(self, reference):
        # Kannel puts in what it knows for %d, %A, %F and %T; so nothing else may hold a %.
        return (
            f"{self.options.get('hook_base', '').rstrip('/')}/hooks/sms/{self.name}/"
            f"?ref={reference}&key={self._key(reference)}&status=%d&answer=%A&id=%F&at=%T"
        )

    def _key(self, reference):
        return hmac.new(
            self.password.encode(), f"report on {reference}".encode(), hashlib.sha256
        ).hexdigest()

    def faults(self):
        base = self.options.get("hook_base", "")
        is_plain = base.startswith(("http://", "https://")) and not set(base) & set("%?#")
        return {
            "lacks our own address for its reports after hook_base=": not base,
            "has an address after hook_base= that it cannot call": bool(base) and not is_plain,
        }


def _words(answer):
    return str(answer.get("text", "")).strip() if isinstance(answer, dict) else ""


def _moment(seconds):
    is_time = seconds.isascii() and seconds.isdigit() and len(seconds) < 12
    return datetime.fromtimestamp(int(seconds), UTC) if is_time else None
