from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

import aiohttp
from django.conf import settings

from backoffice.outbox.models import Delivery
from backoffice.outbox.wire import InDoubt, NotTaken

State = Delivery.State


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One text, as a gateway needs it."""

    reference: str  # ours; goes with each request, so that a report can name it
    to: str  # digits: 01012345678
    sender: str  # digits; registered with the provider
    kind: str  # "SMS" or "LMS"
    subject: str  # "" for an SMS
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a provider says became of a text, in our words."""

    outcome: str  # ACCEPTED, DELIVERED, UNDELIVERED, or UNKNOWN where we do not know its word
    reference: str = ""
    provider_id: str = ""
    reason: str = ""  # one word of ours
    detail: str = ""  # the provider's words
    at: datetime | None = None
    raw: dict = field(default_factory=dict)


class BadReport(Exception):
    """A report that is forged, stale or unreadable. Nothing of it is believed."""


class Gateway:
    """
    Carries one text to one phone. Subclasses override send() and what they can of the rest.

    One try and one time limit a call: the outbox does the retrying.
    """

    name = ""
    # Whether look_up() has an answer at all.
    can_look_up = False

    def __init__(self, url):
        self.url = urlsplit(url)
        self.options = {key: values[-1] for key, values in parse_qs(self.url.query).items()}

    async def send(self, outgoing):
        """
        Hand the text to the provider and return its ``Accepted``.

        :raises NotTaken: the provider surely does not have it
        :raises InDoubt: it may have it
        """
        raise NotImplementedError

    async def look_up(self, outgoing, provider_id=""):
        """Ask the provider what became of a text; return a ``Report``, or None if it has none."""
        raise NotImplementedError

    def parse_reports(self, headers, body):
        """
        Return the delivery reports in a request to ``/hooks/sms/<name>/``.

        :param headers: a case-insensitive mapping
        :param body: bytes
        :raises BadReport: not authentic, or not to be read
        """
        raise BadReport(f"{self.name} sends no reports.")

    def check(self):
        """Return sentences that say what is missing in ``SMS_URL``."""
        return []


class HttpGateway(Gateway):
    """What gateways over HTTP share: one try, and telling *not taken* from *in doubt*."""

    async def request(self, method, url, **kwargs):
        """
        Make one request and return status, headers and the decoded body.

        The body is what JSON says, or ``{"text": …}`` where it is none.

        :raises NotTaken: no connection, so nothing was sent
        :raises InDoubt: the line broke or fell silent after the request was out
        """
        limit = aiohttp.ClientTimeout(total=settings.OUTBOX_WIRE_LIMIT.total_seconds())
        try:
            async with (
                aiohttp.ClientSession(timeout=limit) as session,
                # A redirection is an answer like any other: followed, it would send twice.
                session.request(method, url, allow_redirects=False, **kwargs) as response,
            ):
                text = await response.text(errors="replace")
                try:
                    answer = await response.json(content_type=None)
                except ValueError:
                    answer = {"text": text[:2000]}
                return response.status, response.headers, answer
        except aiohttp.ClientConnectorError as failure:
            # Refused, unreachable or unknown host: raised before a byte has left.
            raise NotTaken(str(failure), reason="no_connection") from failure
        except TimeoutError as failure:
            raise InDoubt("No answer in time.", reason="no_answer") from failure
        except (aiohttp.ClientError, OSError) as failure:
            raise InDoubt(str(failure) or type(failure).__name__, reason="line_broke") from failure


def seconds_of(header):
    """Return Retry-After as seconds where it is a number one can wait for, else None."""
    is_number = header and header.isascii() and header.isdigit() and len(header) < 7
    return int(header) if is_number else None
