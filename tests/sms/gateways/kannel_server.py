"""Kannel's sendsms as it was seen to answer."""

from aiohttp import web

from tests.sms.gateways.serving import Provider

USER, PASSWORD = "support", "pass word:with@signs"


class KannelProvider(Provider):
    @property
    def sms_url(self):
        return (
            f"kannel://{USER}:pass%20word%3Awith%40signs@{self.host}?hook_base=https://our.host/"
        )

    def routes(self):
        return [web.post("/cgi-bin/sendsms", self._send)]

    async def _send(self, request):
        given = {
            name.removeprefix("X-Kannel-"): value
            for name, value in request.headers.items()
            if name.startswith("X-Kannel-")
        }
        if (given.pop("Username"), given.pop("Password")) != (USER, PASSWORD):
            return web.Response(status=403, text="Authorization failed for sendsms")
        if not given["To"].isdigit():
            return web.Response(status=400, text="Missing receiver(s) number(s), rejected")
        if request.content_type != "text/plain" or request.charset.upper() != "UTF-8":
            return web.Response(status=400, text="Unsupported content-type, rejected")
        self.taken.append(given | {"text": (await request.read()).decode()})
        return web.Response(status=202, text="0: Accepted for delivery")
