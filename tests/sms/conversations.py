"""Two providers whose reports are hints: what they report, and what they answer when asked."""

import json

from django.test import Client

from tests.sms.gateways.nhn_server import HOOK as NHN_HOOK
from tests.sms.gateways.nhn_server import NhnProvider
from tests.sms.gateways.solapi_server import HOOK as SOLAPI_HOOK
from tests.sms.gateways.solapi_server import SolapiProvider


class Solapi:
    name = "solapi"
    make = SolapiProvider
    codes = {"accepted": "3000", "delivered": "4000", "undelivered": "3032"}

    def __init__(self, server):
        self.server = server

    def becomes(self, outcome):
        """Let the provider answer that its one text has come to ``outcome``."""
        self.server.taken[0]["statusCode"] = self.codes[outcome]

    def report(self, message, outcome, **changed):
        """Post a report with our secret, and return the response."""
        body = {
            "messageId": message.provider_id or "M4V1",
            "statusCode": self.codes[outcome],
            "to": message.to,
            "customFields": {"reference": str(message.reference)},
        }
        headers = {"X-Solapi-Secret": SOLAPI_HOOK}
        return Client().post(
            "/hooks/sms/solapi/",
            json.dumps([body | changed]),
            content_type="application/json",
            headers=headers,
        )


class Nhn:
    name = "nhn"
    make = NhnProvider
    codes = {"accepted": "", "delivered": "1000", "undelivered": "3003"}

    def __init__(self, server):
        self.server = server

    def becomes(self, outcome):
        self.server.taken[0] |= {"msgStatus": "3", "resultCode": self.codes[outcome]}

    def report(self, message, outcome, **changed):
        hook = {
            "requestId": message.provider_id.partition(":")[0] or "R1",
            "recipientSeq": 1,
            "recipientNo": message.to,
            "messageStatus": "COMPLETED",
            "resultCode": self.codes[outcome],
            "recipientGroupingKey": str(message.reference),
        }
        body = {"event": "MESSAGE_RESULT_UPDATE", "hooks": [hook | changed]}
        return Client().post(
            "/hooks/sms/nhn/",
            json.dumps(body),
            content_type="application/json",
            headers={"X-Toast-Webhook-Signature": NHN_HOOK},
        )
