"""SOLAPI as its documents describe it: messages/v4 with signed requests."""

import hashlib
import hmac
import itertools
import json
import re
from datetime import UTC, datetime, timedelta

from aiohttp import web

from tests.sms.gateways.serving import Provider, bytes_of

KEY, SECRET, HOOK = "NCSAYU7YDBXYORXC", "its/secret:with@signs", "hook secret"
AUTHORIZATION = re.compile(
    r"HMAC-SHA256 apiKey=(\S+), date=(\S+), salt=(\S+), signature=([0-9a-f]{64})"
)
FIELDS = {"to", "from", "text", "type", "country", "subject", "customFields"}
WORDS = {
    "1011": "Format Error",
    "1013": "제목은 문자 타입이 'SMS'일 경우 사용이 불가능합니다.",
    "1014": "제목은 40byte까지 사용 가능합니다.",
    "1025": "잘못된 메시지 타입",
    "1029": "EUC-KR 범위 안에 있는 문자만 사용 합니다.",
    "1030": "잔액 부족",
    "1031": "SMS는 90byte LMS, MMS는 2000byte",
    "1032": "유효한 커스텀 필드 값이 아닙니다.",
    "1062": "발신번호 미등록",
    "2000": "정상 접수(이통사로 접수 예정)",
}


class SolapiProvider(Provider):
    def __init__(self):
        super().__init__()
        self.url = (
            f"solapi://{KEY}:its%2Fsecret%3Awith%40signs@HOST?scheme=http&hook=hook%20secret"
        )
        self.signatures = set()
        self.salts = set()
        self.senders = {"16448830"}
        self.has_balance = True
        self.refuses_with = None  # a code for the next texts
        self.page = 1000
        self.clock = lambda: datetime.now(UTC)
        self._numbers = itertools.count(1)

    @property
    def sms_url(self):
        return self.url.replace("HOST", self.host)

    def routes(self):
        return [
            web.post("/messages/v4/send-many/detail", self._send),
            web.get("/messages/v4/list", self._list),
        ]

    def _authenticate(self, request):
        found = AUTHORIZATION.fullmatch(request.headers.get("Authorization", ""))
        key, date, salt, signature = found.groups() if found else ("", "", "", "")
        if key != KEY:
            self._forbid("InvalidAPIKey", "유효한 API Key가 아닙니다.")
        if not 12 <= len(salt) <= 64:
            self._forbid("SignatureDoesNotMatch", "salt")
        due = hmac.new(SECRET.encode(), f"{date}{salt}".encode(), hashlib.sha256).hexdigest()
        if not hmac.compare_digest(due, signature):
            self._forbid("SignatureDoesNotMatch", "생성한 Signature와 일치하지 않습니다.")
        if abs(datetime.fromisoformat(date) - self.clock()) > timedelta(minutes=15):
            self._forbid("RequestTimeTooSkewed", "요청 시간이 서버 시간과 15분 이상 차이납니다.")
        if signature in self.signatures:
            self._forbid("DuplicatedSignature", "이미 사용된 Signature입니다.")
        self.signatures.add(signature)
        self.salts.add(salt)

    @staticmethod
    def _forbid(code, message):
        body = json.dumps({"errorCode": code, "errorMessage": message})
        raise web.HTTPForbidden(text=body, content_type="application/json")

    @staticmethod
    def _invalid(message):
        body = json.dumps({"errorCode": "ValidationError", "errorMessage": message})
        raise web.HTTPBadRequest(text=body, content_type="application/json")

    async def _send(self, request):
        self._authenticate(request)
        if request.content_type != "application/json":
            self._invalid("Content-Type")
        asked = await request.json()
        if set(asked) != {"messages", "showMessageList", "allowDuplicates"}:
            self._invalid(f"알 수 없는 필드: {sorted(asked)}")
        taken, failed = [], []
        for message in asked["messages"]:
            if not set(message) <= FIELDS:
                self._invalid(f"알 수 없는 필드: {sorted(message)}")
            code = self.refuses_with or self._fault_of(message) or "2000"
            entry = self._entry(message, code)
            (taken if code == "2000" else failed).append(entry)
        self.taken += [
            entry | message for entry, message in zip(taken, asked["messages"], strict=False)
        ]
        count = {"total": 1, "registeredFailed": len(failed), "registeredSuccess": len(taken)}
        return web.json_response(
            {
                "failedMessageList": failed,
                "groupInfo": {"count": count, "groupId": "G4V1", "status": "SENDING"},
                "messageList": taken,
            }
        )

    def _fault_of(self, message):
        size = bytes_of(message["text"])
        subject = message.get("subject", "")
        fields = message["customFields"]
        is_short = message["type"] == "SMS"
        faults = {
            "1011": not (message["to"].isdigit() and message["from"].isdigit()),
            "1025": message["type"] not in {"SMS", "LMS"},
            "1029": size is None or bytes_of(subject) is None,
            "1031": (size or 0) > (90 if is_short else 2000),
            "1013": is_short and "subject" in message,
            "1014": (bytes_of(subject) or 0) > 40,
            "1032": any(
                len(name) > 30 or not isinstance(value, str) or len(value) > 100
                for name, value in fields.items()
            ),
            "1062": message["from"] not in self.senders,
            "1030": not self.has_balance,
        }
        return next((code for code, is_so in faults.items() if is_so), None)

    def _entry(self, message, code):
        kept = {name: message[name] for name in ("to", "from", "type", "country", "customFields")}
        return kept | {
            "messageId": f"M4V{next(self._numbers)}",
            "accountId": "12925149",
            "statusCode": code,
            "statusMessage": WORDS.get(code, ""),
        }

    async def _list(self, request):
        self._authenticate(request)
        asked = dict(request.query)
        start = int(asked.pop("startKey", 0))
        if "messageId" in asked:
            found = [each for each in self.taken if each["messageId"] == asked["messageId"]]
        else:
            if set(asked) != {"to", "dateType", "startDate", "endDate", "limit"}:
                self._invalid(f"알 수 없는 필드: {sorted(asked)}")
            since, until = (
                datetime.fromisoformat(asked[name]) for name in ("startDate", "endDate")
            )
            if not since < self.clock() < until:
                self._invalid("날짜")
            found = [each for each in self.taken if each["to"] == asked["to"]]
        page = found[start : start + self.page]
        more = start + self.page < len(found)
        return web.json_response(
            {
                "startKey": str(start),
                "nextKey": str(start + self.page) if more else None,
                "limit": 20,
                "messageList": {each["messageId"]: each for each in page},
            }
        )
