"""NHN Cloud's SMS v3.0 as its documents describe it: always 200, the refusal inside."""

import itertools
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from aiohttp import web

from tests.sms.gateways.serving import Provider, bytes_of

APP_KEY, SECRET, HOOK = "akb3dukdmdjsdSvgk", "its/secret", "set in the console"
FIELDS = {"body", "sendNo", "senderGroupingKey", "recipientList"}
TO = {"recipientNo", "countryCode", "recipientGroupingKey"}


class Refused(Exception):
    pass


class NhnProvider(Provider):
    def __init__(self):
        super().__init__()
        self.senders = {"16448830"}
        self.refuses_with = None  # (code, words) of the header
        self.refuses_number_with = None  # the same, of the recipient
        self.lists_all = False  # as if it did not know the filter
        self._numbers = itertools.count(1)

    @property
    def sms_url(self):
        return (
            f"nhn://{APP_KEY}:its%2Fsecret@{self.host}?scheme=http&hook=set%20in%20the%20console"
        )

    def routes(self):
        root = "/sms/v3.0/appKeys/{key}/sender/{kind}"
        return [
            web.post(root, self._wrapped(self._send)),
            web.get(root, self._wrapped(self._list)),
            web.get(root + "/{request}", self._wrapped(self._one)),
        ]

    def _wrapped(self, handler):
        async def answer(request):
            header = {"isSuccessful": True, "resultCode": 0, "resultMessage": "SUCCESS"}
            try:
                self._authenticate(request)
                return web.json_response({"header": header, "body": await handler(request)})
            except Refused as refusal:
                code, words = refusal.args
                header = {"isSuccessful": False, "resultCode": code, "resultMessage": words}
                return web.json_response({"header": header, "body": None})

        return answer

    def _authenticate(self, request):
        if request.match_info["key"] != APP_KEY or request.headers["X-Secret-Key"] != SECRET:
            raise Refused(-1000, "Invalid appKey.")
        if request.headers["Content-Type"] != "application/json;charset=UTF-8":
            raise Refused(-9996, "Only application/json Content-type is supported.")
        if self.refuses_with:
            raise Refused(*self.refuses_with)

    async def _send(self, request):
        text = await request.json()
        self._examine(text, request.match_info["kind"])
        number = next(self._numbers)
        [to] = text["recipientList"]
        code, words = self.refuses_number_with or (0, "SUCCESS")
        result = {
            "recipientNo": to["recipientNo"],
            "resultCode": code,
            "resultMessage": words,
            "recipientSeq": 1,
            "recipientGroupingKey": to["recipientGroupingKey"],
        }
        data = {
            "requestId": f"20261123ReZQ6KZ{number}",
            "statusCode": "2" if code == 0 else "3",
            "senderGroupingKey": text["senderGroupingKey"],
        }
        if code == 0:
            self.taken.append(
                data | to | text | {"recipientSeq": 1, "kind": request.match_info["kind"]}
            )
        return {"data": data | {"sendResultList": [result]}}

    def _examine(self, text, kind):
        is_short = kind == "sms"
        if set(text) != FIELDS | (set() if is_short else {"title"}):
            raise Refused(-9997, f"Invalid API parameters: {sorted(text)}")
        [to] = text["recipientList"]
        if set(to) != TO or to["countryCode"] != "82":
            raise Refused(-9997, f"Invalid API parameters: {sorted(to)}")
        if not to["recipientNo"].isdigit():
            raise Refused(-2019, "RecipientNo is invalid.")
        if not is_short and not text["title"]:
            raise Refused(-2014, "The title can not be empty.")
        sizes = [bytes_of(text["body"]), bytes_of(text.get("title", ""))]
        if None in sizes:
            raise Refused(-2023, "Unacceptable characters in title and body.")
        if sizes[0] > (90 if is_short else 2000) or sizes[1] > 40:
            raise Refused(-2015, "Title or Body exceed maximum byte.")
        if text["sendNo"] not in self.senders:
            raise Refused(-2312, "Not regist sendno.")

    async def _list(self, request):
        since, until = (
            datetime.strptime(request.query[name], "%Y-%m-%d %H:%M:%S")
            for name in ("startRequestDate", "endRequestDate")
        )
        now = datetime.now(ZoneInfo("Asia/Seoul")).replace(tzinfo=None)
        if not since < now < until:
            return {"pageNum": 1, "pageSize": 15, "totalCount": 0, "data": []}
        if until - since > timedelta(days=30):
            raise Refused(-4000, "Search is possible within one month.")
        found = [
            self.listed(each)
            for each in self.taken
            if self.lists_all or each["senderGroupingKey"] == request.query["senderGroupingKey"]
            if each["kind"] == request.match_info["kind"]
        ]
        return {"pageNum": 1, "pageSize": 15, "totalCount": len(found), "data": found}

    async def _one(self, request):
        for each in self.taken:
            if each["requestId"] == request.match_info["request"]:
                assert request.query["recipientSeq"] == "1"
                return {"data": self.listed(each)}
        raise Refused(-2008, "Invalid requestId.")

    @staticmethod
    def listed(text):
        names = (
            "requestId",
            "recipientSeq",
            "senderGroupingKey",
            "recipientGroupingKey",
            "sendNo",
        )
        return {name: text[name] for name in names} | {
            "requestDate": "2026-11-23 10:06:30.0",
            "resultDate": text.get("resultDate"),
            "recipientNo": text["recipientNo"],
            "msgStatus": text.get("msgStatus", "2"),
            "msgStatusName": "처리 중",
            "resultCode": text.get("resultCode"),
            "resultCodeName": text.get("resultCodeName"),
        }
