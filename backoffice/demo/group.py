"""
The demo's Agit: a group that takes posts at a secret address and shows them.

    POST /agit/KEY   {"text", "mrkdwn"[, "parent_id"]}   → 200 {"id": 7}
    GET  /agit/KEY   what stands there, newest post first, each with its comments
"""

import json
from datetime import UTC, datetime

from aiohttp import web

SCHEMA = """
create table if not exists posts (
    id integer primary key, parent integer, text text not null, posted_at text not null
)
"""


class Group:
    """The posts of one group, in the demo's own database."""

    def __init__(self, db, *, key):
        self.db = db
        self.key = key
        self.db.execute(SCHEMA)
        self.db.commit()

    def add_to(self, app):
        """Answer under ``/agit/KEY``."""
        app.router.add_post(f"/agit/{self.key}", self.post)
        app.router.add_get(f"/agit/{self.key}", self.show)

    async def post(self, request):
        try:
            said = json.loads(await request.text())
            text, parent = said["text"], said.get("parent_id")
        except (ValueError, LookupError, TypeError, AttributeError):
            return web.json_response({"error": "no post"}, status=400)
        row = self.db.execute(
            "insert into posts (parent, text, posted_at) values (?, ?, ?) returning id",
            (parent, text, datetime.now(UTC).isoformat(timespec="seconds")),
        ).fetchone()
        self.db.commit()
        return web.json_response({"id": row["id"]})

    async def show(self, request):
        rows = [dict(row) for row in self.db.execute("select * from posts order by id")]
        posts = [{**row, "comments": []} for row in rows if row["parent"] is None]
        by_id = {post["id"]: post for post in posts}
        for row in rows:
            if row["parent"] in by_id:
                by_id[row["parent"]]["comments"].append(row)
        return web.json_response(posts[::-1][:50])
