"""Where a code comes from: a port with three hands, chosen by CODE_SOURCE_URL."""

import asyncio
import json
import re
import secrets
from functools import lru_cache
from urllib.parse import urlsplit

import aiohttp
from django.conf import settings
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

CODE = re.compile(r"\d{4,8}", re.ASCII)


class NoCode(Exception):
    """There is no code to read out. The text says why, for a person; it never holds a code."""


class VerificationCodeSource:
    """Knows the code that the login service sent last to a number. Subclasses override both."""

    def code_of(self, phone):
        """
        Return the code, as digits.

        :param phone: digits: 01012345678
        :raises NoCode: there is none, or it cannot be asked for
        """
        raise NotImplementedError


class Off(VerificationCodeSource):
    """The default: no code leaves the login service."""

    def code_of(self, phone):
        raise NoCode(_("The read-out of codes is switched off here. Escalate to the department."))


class Simulator(VerificationCodeSource):
    """The demo's: a new code for every reading, which opens nothing."""

    def code_of(self, phone):
        return f"{secrets.randbelow(10**6):06d}"


class Http(VerificationCodeSource):
    """
    The login service itself: ``GET URL?phone=01012345678`` with ``Authorization: Bearer``.

    Answers 200 ``{"code": "123456"}``, or 404 where no code is valid. One try, three seconds.
    """

    limit = aiohttp.ClientTimeout(total=3)  # seconds

    def __init__(self, url):
        self.url = url

    @sensitive_variables()
    def code_of(self, phone):
        try:
            status, answer = asyncio.run(self._ask(phone))
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError, RecursionError):
            # Without its cause: what came back must not stand in a traceback.
            raise NoCode(_("The login service does not answer. Try again in a minute.")) from None
        if status == 404:
            raise NoCode(_("The login service has no valid code for this number."))
        code = answer.get("code") if isinstance(answer, dict) else None
        if status != 200 or not isinstance(code, str) or not CODE.fullmatch(code):
            raise NoCode(_("The login service's answer cannot be understood."))
        return code

    async def _ask(self, phone):
        headers = {"Authorization": f"Bearer {settings.CODE_SOURCE_TOKEN}"}
        async with aiohttp.ClientSession(timeout=self.limit) as session:
            # It would ask a second time by itself where the line is closed without an answer.
            session._retry_connection = False
            async with session.get(
                self.url, params={"phone": phone}, headers=headers, allow_redirects=False
            ) as response:
                body = await response.read()
                return response.status, json.loads(body) if response.status == 200 else None


def get_source():
    """Return the source that CODE_SOURCE_URL names."""
    return _source(settings.CODE_SOURCE_URL)


@lru_cache(maxsize=8)
def _source(url):
    scheme = urlsplit(url).scheme
    if scheme == "off":
        return Off()
    return Simulator() if scheme == "simulator" else Http(url)
