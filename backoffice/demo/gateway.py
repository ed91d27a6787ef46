"""
The demo's SMS provider and its drivers' phones: a real HTTP server of its own.
The same server is the demo's Agit, see ``group``.

    POST /messages              {"reference", "to", "sender", "kind", "subject", "body"}
        200 {"message_id", "status": "accepted"}
        400 {"error"}           never taken, also not on another try
        429, 500, 503           not taken; Retry-After may say when to try again
    GET  /messages?reference=   what is known about one text, as a list
    GET  /messages              what the phones show, newest first

Every call carries ``Authorization: Bearer KEY``. What became of a text is posted
back as ``{"reports": [...]}``, signed with the same key as Standard Webhooks say.
Like the real ones it does not notice when it is given the same text twice.

What a number does is told by its last four digits, so that faults can be seen:

    9404  refused for good          9410  taken, but the number is not in service
    9429  busy at the first try     9408  taken, but no answer comes in time
    9500  down for two tries        9444  taken, then the line breaks
    9999  taken, never reported
"""

import argparse
import asyncio
import json
import sqlite3
import uuid
from datetime import UTC, datetime

import aiohttp
from aiohttp import web
from standardwebhooks import Webhook

from backoffice.demo.group import Group

SCHEMA = """
create table if not exists messages (
    message_id text primary key, reference text not null, "to" text not null,
    sender text not null, kind text not null, subject text not null, body text not null,
    received_at text not null, status text not null, reason text not null, reported integer
)
"""
REPORT_WAITS = (1, 2, 5, 10, 30, 60)  # seconds, while the back-office does not answer


class Provider:
    """What was taken, and what is to be reported."""

    def __init__(self, *, store, key, report_to, report_after):
        self.key = key
        self.report_to = report_to
        self.report_after = report_after
        self.tries = {}  # by reference, for the numbers that fail at first
        self.db = sqlite3.connect(store)
        self.db.row_factory = sqlite3.Row
        self.db.execute(SCHEMA)
        self.db.commit()
        self.reporting = set()

    # Taking

    async def post_message(self, request):
        self._authenticate(request)
        text = await request.json()
        ending = text["to"][-4:]
        tried = self.tries[text["reference"]] = self.tries.get(text["reference"], 0) + 1
        if ending == "9404":
            return web.json_response({"error": "unknown number"}, status=400)
        if ending == "9429" and tried == 1:
            return web.json_response({"error": "busy"}, status=429, headers={"Retry-After": "2"})
        if ending == "9500" and tried <= 2:
            return web.json_response({"error": "down"}, status=500)
        message_id = self._take(text, ending)
        if ending == "9408":
            await asyncio.sleep(3600)
        if ending == "9444":
            request.transport.close()
        return web.json_response({"message_id": message_id, "status": "accepted"})

    def _take(self, text, ending):
        message_id = f"D{uuid.uuid4().hex}"
        dead = ending == "9410"
        self.db.execute(
            "insert into messages values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                message_id,
                text["reference"],
                text["to"],
                text["sender"],
                text["kind"],
                text["subject"],
                text["body"],
                datetime.now(UTC).isoformat(timespec="milliseconds"),
                "undelivered" if dead else "delivered",
                "dead_number" if dead else "",
                1 if ending == "9999" else 0,
            ),
        )
        self.db.commit()
        if ending != "9999":
            self._report_soon(message_id)
        return message_id

    # Telling

    async def get_messages(self, request):
        self._authenticate(request)
        if reference := request.query.get("reference"):
            rows = self.db.execute("select * from messages where reference = ?", [reference])
            return web.json_response([self._as_report(row) for row in rows])
        rows = self.db.execute(
            "select * from messages where status = 'delivered' "
            "order by received_at desc, rowid desc limit 500"
        )
        return web.json_response([self._as_seen(row) for row in rows])

    @staticmethod
    def _as_report(row):
        return {
            "message_id": row["message_id"],
            "reference": row["reference"],
            "status": row["status"],
            "reason": row["reason"],
            "at": row["received_at"],
        }

    @staticmethod
    def _as_seen(row):
        return {
            "to": row["to"],
            "from": row["sender"],
            "kind": row["kind"],
            "subject": row["subject"],
            "body": row["body"],
            "bytes": len(row["body"].encode("cp949", errors="replace")),
            "message_id": row["message_id"],
            "received_at": row["received_at"],
        }

    # Reporting

    def _report_soon(self, message_id):
        task = asyncio.create_task(self._report(message_id))
        self.reporting.add(task)  # the loop itself holds tasks only weakly
        task.add_done_callback(self.reporting.discard)

    async def _report(self, message_id):
        await asyncio.sleep(self.report_after)
        row = self.db.execute(
            "select * from messages where message_id = ?", [message_id]
        ).fetchone()
        body = json.dumps({"reports": [self._as_report(row)]})
        for wait in (*REPORT_WAITS, None):
            if await self._post(message_id, body):
                self.db.execute(
                    "update messages set reported = 1 where message_id = ?", [message_id]
                )
                self.db.commit()
                return
            if wait is not None:
                await asyncio.sleep(wait)

    async def _post(self, message_id, body):
        now = datetime.now(UTC)
        headers = {
            "Content-Type": "application/json",
            "webhook-id": message_id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": Webhook(self.key).sign(message_id, now, body),
        }
        try:
            async with (
                aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as session,
                session.post(self.report_to, data=body, headers=headers) as response,
            ):
                return response.status == 200
        except (aiohttp.ClientError, TimeoutError):
            return False

    async def resume(self, app):
        """Report what an earlier run did not get to."""
        for row in self.db.execute(
            "select message_id from messages where reported = 0"
        ).fetchall():
            self._report_soon(row["message_id"])

    def _authenticate(self, request):
        if request.headers.get("Authorization") != f"Bearer {self.key}":
            raise web.HTTPUnauthorized


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--key", required=True)
    parser.add_argument("--store", required=True, help="an SQLite file")
    parser.add_argument("--report-to", required=True)
    parser.add_argument("--report-after", type=float, default=1.0, help="seconds")
    options = parser.parse_args()
    provider = Provider(
        store=options.store,
        key=options.key,
        report_to=options.report_to,
        report_after=options.report_after,
    )
    app = web.Application()
    app.router.add_post("/messages", provider.post_message)
    app.router.add_get("/messages", provider.get_messages)
    Group(provider.db, key=options.key).add_to(app)
    app.on_startup.append(provider.resume)
    web.run_app(
        app,
        host="127.0.0.1",
        port=options.port,
        print=None,
        access_log=None,
        shutdown_timeout=1,  # seconds; a number that never answers must not hold up the end
    )


if __name__ == "__main__":
    main()
