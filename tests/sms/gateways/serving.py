"""A provider on this machine: a real HTTP server in a thread, with faults to order."""

import asyncio
import threading

from aiohttp import web

HANG = "take it, then say nothing"
CLOSE_BEFORE = "close the line before the body is read"
CLOSE_AFTER = "take it, then close the line"
CLOSE_WITHIN = "take it, then close the line in the middle of the answer"


class Provider:
    """Use it as a context; ``host`` is where it listens."""

    def __init__(self):
        self.fault = None  # one of the above, or an answer: (status, body, headers)
        self.asked = []  # method and path of each request
        self.heard = []  # the headers of each
        self.taken = []  # what it took to carry, in order
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)

    def routes(self):
        """Return aiohttp's routes."""
        raise NotImplementedError

    @property
    def host(self):
        return f"127.0.0.1:{self.port}"

    def __enter__(self):
        self._thread.start()
        assert self._ready.wait(10), "The provider does not listen."
        return self

    def __exit__(self, *failure):
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(10)

    async def _serve(self):
        app = web.Application(middlewares=[self._disturb])
        app.add_routes(self.routes())
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.05)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.port = runner.addresses[0][1]
        self._loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        self._ready.set()
        await self._end.wait()
        await runner.cleanup()

    @web.middleware
    async def _disturb(self, request, handler):
        self.asked.append((request.method, request.path))
        self.heard.append(dict(request.headers))
        if self.fault is None:
            return await handler(request)
        if self.fault == CLOSE_BEFORE:
            request.transport.abort()
            return web.Response()
        if isinstance(self.fault, tuple):
            status, body, headers = self.fault
            return web.Response(status=status, body=body, headers=headers)
        answer = await handler(request)
        if self.fault == HANG:
            await asyncio.sleep(60)
        if self.fault == CLOSE_WITHIN:
            broken = web.StreamResponse(headers={"Content-Length": "1000"})
            await broken.prepare(request)
            await broken.write(answer.body[:20])
        request.transport.close()
        return answer


def bytes_of(text):
    """Return how long a Korean network finds ``text``, or None where it cannot carry it."""
    try:
        return len(text.encode("cp949"))
    except UnicodeEncodeError:
        return None
