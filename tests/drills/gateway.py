"""
The demo's provider, further away: it answers after a while, and fails when it is told to.

The file ``fault`` beside its store is what it answers instead of taking anything, as JSON:
``{"status": 503, "retry_after": 2}``. Numbers that end in 9200 get an answer that makes no
sense, those in 9201 one with a failure inside; both were taken.

    GET /figures    how many requests came, and how many at once at most
"""

import argparse
import asyncio
import json
from pathlib import Path

from aiohttp import web

from backoffice.demo.gateway import Provider

NONSENSE = {"9200": "<html>ok</html>", "9201": '{"result": "failed", "code": 77}'}


class DistantProvider(Provider):
    def __init__(self, *, store, latency, **rest):
        super().__init__(store=store, **rest)
        # What is written survives the process, which is all that a drill asks.
        self.db.execute("pragma synchronous = off")
        self.db.execute("pragma journal_mode = wal")
        self.fault = Path(store).with_name("fault")
        self.latency = latency
        self.requests = self.at_once = self.most_at_once = 0

    async def post_message(self, request):
        self.requests += 1
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            answer = self._failing() or await self._answer_of(request)
            await asyncio.sleep(self.latency)
            return answer
        finally:
            self.at_once -= 1

    async def _answer_of(self, request):
        answer = await super().post_message(request)
        nonsense = NONSENSE.get((await request.json())["to"][-4:])
        return web.Response(text=nonsense) if nonsense else answer

    def _failing(self):
        try:
            fault = json.loads(self.fault.read_text())
        except FileNotFoundError:
            return None
        headers = {"Retry-After": str(fault["retry_after"])} if "retry_after" in fault else {}
        return web.json_response({"error": "drill"}, status=fault["status"], headers=headers)

    async def get_figures(self, request):
        self._authenticate(request)
        return web.json_response({"requests": self.requests, "most_at_once": self.most_at_once})


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--latency", type=float, default=0.0, help="seconds")
    parser.add_argument("--report-after", type=float, default=1.0, help="seconds")
    for name in ("--key", "--store", "--report-to"):
        parser.add_argument(name, required=True)
    options = vars(parser.parse_args())
    port = options.pop("port")
    provider = DistantProvider(**options)
    app = web.Application()
    app.router.add_post("/messages", provider.post_message)
    app.router.add_get("/messages", provider.get_messages)
    app.router.add_get("/figures", provider.get_figures)
    web.run_app(app, host="127.0.0.1", port=port, print=None, access_log=None, shutdown_timeout=1)


if __name__ == "__main__":
    main()
