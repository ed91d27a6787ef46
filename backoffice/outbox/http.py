"""One request over HTTP, and what its failing tells: not taken, or in doubt."""

import json
import math
import os
from contextlib import nullcontext
from contextvars import ContextVar

import aiohttp
from django.conf import settings

from .wire import InDoubt, NotTaken

# The session of the drain at work, whose connections are used again; none elsewhere.
shared_session = ContextVar("shared_session", default=None)
# A list takes the requests that are made, as (method, address, status); None where nobody asks.
conversation = ContextVar("conversation", default=None)


def session():
    """
    Return a session for any number of requests at once, each with the one time limit.

    Cookies are nobody's here.
    """
    limit = aiohttp.ClientTimeout(total=settings.OUTBOX_WIRE_LIMIT.total_seconds())
    return aiohttp.ClientSession(
        timeout=limit,
        # Shorter than servers keep an idle line: a text must not meet one that is just closed.
        connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=4),
        cookie_jar=aiohttp.DummyCookieJar(),
    )


async def request(method, url, **kwargs):
    """
    Make one request and return status, headers and the decoded body.

    One try, one time limit. The body is what JSON says, or ``{"text": …}`` where it is none.

    :raises NotTaken: no connection, or no address, so nothing was sent
    :raises InDoubt: the line broke or fell silent after the request was out
    """
    shared = shared_session.get()
    try:
        async with (
            nullcontext(shared) if shared is not None else session() as here,
            # A redirection is an answer like any other: followed, it would send twice.
            here.request(method, url, allow_redirects=False, **kwargs) as response,
        ):
            if (heard := conversation.get()) is not None:
                heard.append((method, str(response.url), response.status))
            body = await response.read()
            try:
                answer = json.loads(body)
            except ValueError:
                answer = {"text": (await response.text(errors="replace"))[:2000]}
            return response.status, response.headers, storable(answer)
    except aiohttp.ClientConnectorError as failure:
        # Refused, unreachable or unknown host: raised before a byte has left.
        raise NotTaken(str(failure), reason="no_connection") from failure
    except aiohttp.InvalidURL as failure:
        raise NotTaken("", reason="bad_address", halts=True) from failure
    except TimeoutError as failure:
        raise InDoubt("No answer in time.", reason="no_answer") from failure
    except aiohttp.ClientResponseError as failure:
        raise InDoubt("The answer is no HTTP.", reason="unclear_answer") from failure
    except (aiohttp.ClientError, OSError) as failure:
        # Its own words may hold the address, which may be a secret.
        number = getattr(failure, "errno", None)
        told = os.strerror(number) if number else type(failure).__name__
        raise InDoubt(told, reason="line_broke") from failure


def storable(answer):
    """
    Return a decoded JSON ``answer`` with what no database keeps replaced.

    NaN and infinities, which are no JSON, NUL, and halves of surrogate pairs.
    """
    if isinstance(answer, float) and not math.isfinite(answer):
        return str(answer)
    if isinstance(answer, str):
        return answer.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")
    if isinstance(answer, list):
        return [storable(each) for each in answer]
    if isinstance(answer, dict):
        return {storable(name): storable(each) for name, each in answer.items()}
    return answer


def seconds_of(header):
    """Return Retry-After as seconds where it is a number one can wait for, else None."""
    is_number = header and header.isascii() and header.isdigit() and len(header) < 7
    return int(header) if is_number else None
