import hashlib
import hmac
import json
import secrets
from datetime import UTC, datetime, timedelta

from backoffice.outbox import http
from backoffice.outbox.wire import Accepted, InDoubt

from .base import (
    LOOK_BACK,
    UNREADABLE,
    BadReport,
    ProviderGateway,
    Report,
    State,
    moment_of,
    text_of,
)

ONE_REPORT = "SINGLE-REPORT"  # what they call the reports on messages; others are on groups
PAGES = 10  # of a list; a driver gets a few texts in a month

# https://developers.solapi.com/references/message-status-codes
ON_ITS_WAY = {"2000", "3000"}
ARRIVED = "4000"
# 1xxx while taking, 2xxx in their own house, 3xxx at the carrier.
FAULTS = {
    "1010": "refused",
    "1011": "refused",
    "1013": "refused",
    "1014": "too_long",
    "1020": "bad_key",
    "1024": "provider_down",
    "1025": "refused",
    "1026": "duplicate",
    "1027": "bad_characters",
    "1028": "bad_characters",
    "1029": "bad_characters",
    "1030": "no_balance",
    "1031": "too_long",
    "1032": "refused",
    "1058": "refused",
    "1060": "bad_number",
    "1061": "opted_out",
    "1062": "bad_sender",
    "1064": "bad_sender",
    "2011": "refused",
    "2024": "provider_down",
    "2060": "bad_number",
    "2061": "opted_out",
    "2062": "bad_sender",
    "2063": "account_blocked",
    "2064": "bad_sender",
    "2230": "no_balance",
    "2254": "blocked",
    "3010": "bad_number",
    "3011": "refused",
    "3012": "carrier_failed",
    "3013": "bad_sender",
    "3024": "carrier_failed",
    "3031": "carrier_failed",
    "3032": "dead_number",
    "3040": "expired",
    "3041": "out_of_reach",
    "3042": "out_of_reach",
    "3043": "switched_off",
    "3044": "phone_full",
    "3045": "suspended",
    "3046": "phone_fault",
    "3047": "declined",
    "3050": "phone_fault",
    "3051": "out_of_reach",
    "3052": "carrier_failed",
    "3053": "carrier_failed",
    "3054": "blocked",
    "3055": "blocked",
    "3056": "carrier_failed",
    "3057": "carrier_failed",
    "3058": "carrier_failed",
    "3059": "bad_sender",
    "3060": "blocked",
}

# https://developers.solapi.com/references/authentication/api-key
KEY_FAULTS = {
    "InvalidAPIKey": "bad_key",
    "SignatureDoesNotMatch": "bad_key",
    "RequestTimeTooSkewed": "clock_wrong",  # more than a quarter of an hour
}


class SolapiGateway(ProviderGateway):
    """
    SOLAPI (formerly CoolSMS): ``solapi://KEY:SECRET@api.solapi.com?hook=…``.

    Requests are signed, the secret itself does not travel. Reports only carry a constant,
    set with the webhook in their console and here as ``?hook=``: they are a hint on which
    the text is looked up. There is no idempotency key, so one in doubt is looked up as well.
    """

    name = "solapi"
    can_look_up = True
    form = "solapi://KEY:SECRET@api.solapi.com?hook=SECRET"

    async def send(self, outgoing):
        message = {
            "to": outgoing.to,
            "from": self.sender_of(outgoing),
            "text": outgoing.body,
            "type": outgoing.kind,
            "country": "82",
            "customFields": {"reference": outgoing.reference},
        }
        if outgoing.subject:
            message["subject"] = outgoing.subject
        status, headers, answer = await self._ask(
            "POST",
            "/messages/v4/send-many/detail",
            json={"messages": [message], "showMessageList": True, "allowDuplicates": False},
        )
        if status != 200:
            raise self._turned_away(status, headers, answer)
        failed = _listed(answer, "failedMessageList")
        taken = _listed(answer, "messageList")
        failed += [each for each in taken if str(each.get("statusCode")) in FAULTS]
        if failed:
            raise self._refused(failed[0], answer)
        if taken and taken[0].get("messageId"):
            return Accepted(provider_id=str(taken[0]["messageId"]), answer=answer)
        raise InDoubt("The answer names no message.", reason="unclear_answer", answer=answer)

    async def look_up(self, outgoing, provider_id=""):
        if provider_id:
            query = {"messageId": provider_id}
        else:
            now = datetime.now(UTC)
            query = {
                "to": outgoing.to,
                "dateType": "CREATED",
                "startDate": (now - LOOK_BACK).isoformat(timespec="seconds"),
                "endDate": (now + timedelta(minutes=15)).isoformat(timespec="seconds"),
                "limit": "100",
            }
        for _page in range(PAGES):
            status, _headers, answer = await self._ask("GET", "/messages/v4/list", params=query)
            if status != 200 or not isinstance(answer, dict):
                raise InDoubt(f"HTTP {status}", reason="unclear_answer", answer=answer)
            for raw in _listed(answer, "messageList"):
                if raw.get("messageId") == provider_id or _reference(raw) == outgoing.reference:
                    return self.found(raw, answer)
            if not answer.get("nextKey"):
                return None
            query = query | {"startKey": str(answer["nextKey"])}
        raise InDoubt("The list does not end.", reason="unclear_answer")

    def parse_reports(self, headers, body, query=None):
        self._authenticate(headers.get("X-Solapi-Secret", ""))
        if headers.get("X-Solapi-Event-Name", ONE_REPORT) != ONE_REPORT:
            return []
        try:
            told = http.storable(json.loads(body))
            events = told if isinstance(told, list) else [told]
            return [self.report_of(raw) for event in events for raw in _unwrapped(event)]
        except UNREADABLE as fault:
            raise BadReport(f"It cannot be read ({type(fault).__name__}).") from fault

    def _authenticate(self, given):
        """
        Refuse what does not carry our secret: as the SHA-1 of it, or as it is.

        Their documents do not say which; both were seen.
        """
        if not self.hook:
            raise BadReport("There is no secret to check it with.")
        secret = self.hook.encode()
        digest = hashlib.sha1(secret, usedforsecurity=False).hexdigest().encode()
        if not any(hmac.compare_digest(given.encode(), each) for each in (digest, secret)):
            raise BadReport("It does not carry our secret.")

    async def _ask(self, method, path, **kwargs):
        # A signature is good for one request; the salt makes it another each time.
        date = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        salt = secrets.token_hex(16)
        signature = hmac.new(
            self.password.encode(), f"{date}{salt}".encode(), hashlib.sha256
        ).hexdigest()
        authorization = (
            f"HMAC-SHA256 apiKey={self.user}, date={date}, salt={salt}, signature={signature}"
        )
        return await http.request(
            method,
            f"{self.address}{path}",
            headers={"Authorization": authorization},
            **kwargs,
        )

    def _turned_away(self, status, headers, answer):
        error = answer if isinstance(answer, dict) else {}
        code = str(error.get("errorCode", ""))
        sentence = _sentence(error.get("errorMessage"), code)
        if code == "DuplicatedSignature":
            # Each request has a signature of its own: the line has brought this one twice.
            return InDoubt(sentence, reason="unclear_answer", answer=answer)
        if code in KEY_FAULTS:
            return self.refusal(sentence, reason=KEY_FAULTS[code], answer=answer)
        return self.unanswered(status, headers, answer, sentence)

    def _refused(self, failed, answer):
        code = str(failed.get("statusCode", ""))
        sentence = _sentence(failed.get("statusMessage"), code)
        return self.refusal(sentence, reason=FAULTS.get(code, "refused"), answer=answer)

    def report_of(self, raw):
        code = str(raw["statusCode"])
        outcome = _outcome(code)
        return Report(
            outcome=outcome,
            reference=_reference(raw),
            provider_id=text_of(raw["messageId"]),
            reason=FAULTS.get(code, ""),
            detail="" if outcome == State.DELIVERED else text_of(raw.get("statusMessage") or ""),
            at=moment_of(
                raw.get("dateReceived") or raw.get("dateReported") or raw.get("dateProcessed")
            ),
            raw=raw,
        )

    def faults(self):
        return {
            "lacks the secret of the reports, without which none is believed": not self.hook,
            "sends personal data unencrypted to another machine": self._sends_in_the_clear(),
        }


def _outcome(code):
    if code == ARRIVED:
        return State.DELIVERED
    if code in ON_ITS_WAY:
        return State.ACCEPTED
    return State.UNDELIVERED if code in FAULTS else State.UNKNOWN


def _listed(answer, name):
    """Return the messages of a list; theirs are JSON lists here and objects there."""
    found = answer.get(name) if isinstance(answer, dict) else None
    found = list(found.values()) if isinstance(found, dict) else found
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _unwrapped(event):
    """Return the reports of an event: it is one, or has one or some in ``data``."""
    told = event["data"] if "eventDataId" in event else event
    return told if isinstance(told, list) else [told]


def _reference(raw):
    fields = raw.get("customFields")
    reference = fields.get("reference") if isinstance(fields, dict) else None
    return reference if isinstance(reference, str) else ""


def _sentence(message, code):
    return " ".join(filter(None, [str(message or "").strip(), f"({code})" if code else ""]))
