"""A gateway that takes every text after LATENCY seconds: python slow_gateway.py PORT LATENCY."""

import asyncio
import sys
import uuid

from aiohttp import web


async def take(request):
    await request.read()
    await asyncio.sleep(LATENCY)
    return web.json_response({"message_id": uuid.uuid4().hex, "status": "accepted"})


if __name__ == "__main__":
    PORT, LATENCY = int(sys.argv[1]), float(sys.argv[2])
    app = web.Application()
    app.router.add_post("/messages", take)
    web.run_app(app, host="127.0.0.1", port=PORT, print=None, access_log=None)
