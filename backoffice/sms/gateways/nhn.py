import hmac
import json
from datetime import datetime, timedelta
from urllib.parse import quote

from backoffice.outbox import http
from backoffice.outbox.wire import Accepted, InDoubt

from .base import (
    LOOK_BACK,
    SEOUL,
    UNREADABLE,
    BadReport,
    ProviderGateway,
    Report,
    State,
    moment_of,
    text_of,
)

REPORTS = "MESSAGE_RESULT_UPDATE"  # the one event that is about a text of ours
PATHS = {"SMS": "sms", "LMS": "mms"}  # an LMS is an MMS without pictures

# https://docs.nhncloud.com/ko/Notification/SMS/ko/error-code/ (API 결과 코드)
# Any other is a refusal for good.
REFUSALS = {
    -1000: "bad_key",
    -1001: "bad_key",
    -1002: "account_blocked",
    -1003: "bad_key",
    -1004: "bad_key",  # our address is not on their list
    -1007: "bad_key",
    -1008: "account_blocked",
    -2015: "too_long",
    -2018: "bad_number",
    -2019: "bad_number",
    -2021: "provider_down",
    -2023: "bad_characters",
    -2052: "over_quota",
    -2312: "bad_sender",
    -2313: "bad_sender",
    -6001: "opted_out",
}
BROKEN = -9999  # "unexpected error": it may have been taken before that
NOT_FOUND = (-2008, -2012)

# The same page (수신 결과 코드): what the carrier said.
CARRIER = {
    "1001": "carrier_failed",
    "1002": "bad_number",
    "1003": "bad_sender",
    "1019": "expired",
    "2000": "expired",
    "2001": "carrier_failed",
    "2002": "carrier_failed",
    "2003": "switched_off",
    "2004": "phone_full",
    "2005": "out_of_reach",
    "2006": "carrier_failed",
    "2007": "phone_fault",
    "3000": "carrier_failed",
    "3001": "dead_number",
    "3002": "blocked",
    "3003": "dead_number",
    "3004": "suspended",
    "3005": "out_of_reach",
    "3006": "declined",
    "3007": "phone_fault",
    "3008": "phone_fault",
    "3009": "refused",
    "3010": "phone_fault",
    "3011": "carrier_failed",
    "3012": "blocked",
    "3013": "declined",
    "3014": "carrier_failed",
    "3015": "carrier_failed",
    "3016": "refused",
    "3017": "bad_sender",
    "3018": "bad_sender",
    "3019": "bad_sender",
    "E915": "duplicate",
    "E919": "expired",
    "E999": "carrier_failed",
}

# Their state, as reports and as lists name it. Completed is not yet delivered: that says the
# carrier's code.
COMPLETED = {"COMPLETED", "3"}
ON_ITS_WAY = {"1", "2"}
ENDED = {
    "FAILED": "carrier_failed",
    "0": "carrier_failed",
    "CANCEL": "refused",
    "4": "refused",
    "DUPLICATED": "duplicate",
    "5": "duplicate",
    "FAILED_AD": "blocked",
    "6": "blocked",
}


class NhnGateway(ProviderGateway):
    """
    NHN Cloud Notification, SMS v3.0: ``nhn://APPKEY:SECRET@sms.api.nhncloudservice.com?hook=…``.

    The address holds the app key, a header the secret. The service answers with HTTP 200
    also to refuse; what it means stands inside. Its number for a text has two parts, the
    request and the recipient. Reports carry the constant that was set in the console: they
    are a hint on which the text is looked up.
    """

    name = "nhn"
    can_look_up = True
    form = "nhn://APPKEY:SECRET@sms.api.nhncloudservice.com?hook=SECRET"

    async def send(self, outgoing):
        text = {
            "body": outgoing.body,
            "sendNo": self.sender_of(outgoing),
            "senderGroupingKey": outgoing.reference,
            "recipientList": [
                {
                    "recipientNo": outgoing.to,
                    "countryCode": "82",
                    "recipientGroupingKey": outgoing.reference,
                }
            ],
        }
        if outgoing.kind == "LMS":
            text["title"] = outgoing.subject
        status, headers, answer = await self._ask("POST", f"/{PATHS[outgoing.kind]}", json=text)
        if status != 200:
            raise self.unanswered(status, headers, answer)
        if self._unsuccessful(answer):
            raise self._refused(_part(answer, "header"), answer)
        request = _part(answer, "body", "data", "requestId")
        for result in _listed(_part(answer, "body", "data", "sendResultList")):
            if result.get("resultCode") != 0:
                raise self._refused(result, answer)
            if request and result.get("recipientSeq") is not None:
                return Accepted(provider_id=f"{request}:{result['recipientSeq']}", answer=answer)
        raise InDoubt("The answer names no message.", reason="unclear_answer", answer=answer)

    async def look_up(self, outgoing, provider_id=""):
        path = f"/{PATHS[outgoing.kind]}"
        request, _colon, recipient = provider_id.partition(":")
        if request and recipient:
            path, query = f"{path}/{quote(request, safe='')}", {"recipientSeq": recipient}
        else:
            now = datetime.now(SEOUL)
            query = {
                "senderGroupingKey": outgoing.reference,
                "startRequestDate": f"{now - LOOK_BACK:%Y-%m-%d %H:%M:%S}",
                "endRequestDate": f"{now + timedelta(minutes=15):%Y-%m-%d %H:%M:%S}",
            }
        status, _headers, answer = await self._ask("GET", path, params=query)
        if status == 200 and _part(answer, "header", "resultCode") in NOT_FOUND:
            return None
        if status != 200 or self._unsuccessful(answer):
            raise InDoubt(f"HTTP {status}", reason="unclear_answer", answer=answer)
        found = _part(answer, "body", "data")
        for raw in _listed([found] if isinstance(found, dict) else found):
            # The list may be longer than what was asked for.
            if outgoing.reference in (raw.get("senderGroupingKey"), _reference(raw)):
                return self.found(raw, answer)
        return None

    def parse_reports(self, headers, body, query=None):
        if not self.hook:
            raise BadReport("There is no secret to check it with.")
        given = headers.get("X-Toast-Webhook-Signature", "")
        if not hmac.compare_digest(given.encode(), self.hook.encode()):
            raise BadReport("It does not carry our secret.")
        try:
            told = http.storable(json.loads(body))
            if told["event"] != REPORTS:
                return []
            return [self.report_of(raw) for raw in told["hooks"]]
        except UNREADABLE as fault:
            raise BadReport(f"It cannot be read ({type(fault).__name__}).") from fault

    async def _ask(self, method, path, **kwargs):
        return await http.request(
            method,
            f"{self.address}/sms/v3.0/appKeys/{quote(self.user, safe='')}/sender{path}",
            headers={
                "X-Secret-Key": self.password,
                "Content-Type": "application/json;charset=UTF-8",
            },
            **kwargs,
        )

    def _unsuccessful(self, answer):
        """
        Return whether they say that it did not succeed.

        :raises InDoubt: they do not say either way
        """
        succeeded = _part(answer, "header", "isSuccessful")
        if not isinstance(succeeded, bool):
            raise InDoubt("The answer is none of theirs.", reason="unclear_answer", answer=answer)
        return not succeeded

    def _refused(self, result, answer):
        code = result.get("resultCode")
        sentence = f"{result.get('resultMessage') or ''} ({code})".strip()
        if code == BROKEN or not isinstance(code, int):
            return InDoubt(sentence, reason="unclear_answer", answer=answer)
        return self.refusal(sentence, reason=REFUSALS.get(code, "refused"), answer=answer)

    def report_of(self, raw):
        status = str(raw["messageStatus"] if "messageStatus" in raw else raw["msgStatus"])
        recipient = raw["mtPr"] if "recipientSeq" not in raw else raw["recipientSeq"]
        outcome, reason = _meaning(status, str(raw.get("resultCode") or ""))
        return Report(
            outcome=outcome,
            reference=_reference(raw),
            provider_id=f"{text_of(raw['requestId'])}:{int(recipient)}",
            reason=reason,
            detail="" if outcome == State.DELIVERED else _words(raw, status),
            at=moment_of(raw.get("receiveDate") or raw.get("resultDate")),
            raw=raw,
        )

    def faults(self):
        return {
            "lacks the secret of the reports, without which none is believed": not self.hook,
            "sends its secret unencrypted to another machine": self._sends_in_the_clear(),
        }


def _meaning(status, code):
    """Return what a state of theirs and a carrier's code mean: our outcome and reason."""
    if status in ENDED:
        return State.UNDELIVERED, CARRIER.get(code, ENDED[status])
    if status in ON_ITS_WAY or (status in COMPLETED and not code):
        return State.ACCEPTED, ""
    if status in COMPLETED and code == "1000":
        return State.DELIVERED, ""
    if status in COMPLETED and code in CARRIER:
        return State.UNDELIVERED, CARRIER[code]
    return State.UNKNOWN, ""


def _words(raw, status):
    named = raw.get("resultCodeName") or raw.get("msgStatusName") or status
    return f"{text_of(named)} ({raw.get('resultCode') or ''})".removesuffix(" ()")


def _reference(raw):
    # The typo is theirs.
    names = ("recipientGroupingKey", "recipientGropuingKey", "senderGroupingKey")
    found = [raw[name] for name in names if isinstance(raw.get(name), str) and raw[name]]
    return found[0] if found else ""


def _part(answer, *names):
    """Return what stands under ``names`` in an answer of any shape, or None."""
    for name in names:
        answer = answer.get(name) if isinstance(answer, dict) else None
    return answer


def _listed(found):
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
