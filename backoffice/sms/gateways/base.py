from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from urllib.parse import parse_qs, unquote, urlsplit
from zoneinfo import ZoneInfo

from backoffice.outbox import http
from backoffice.outbox.models import Delivery
from backoffice.outbox.wire import InDoubt, NotTaken

State = Delivery.State

# Reasons that keep every text from going out until a person has put something right.
NEEDS_A_PERSON = {
    "account_blocked",
    "bad_key",
    "bad_sender",
    "clock_wrong",
    "no_balance",
    "over_quota",
}
# Reasons that pass by themselves.
PASSES = {"busy", "provider_down"}

# What reading JSON of another shape than expected raises.
UNREADABLE = (AttributeError, LookupError, RecursionError, TypeError, ValueError)

LOOK_BACK = timedelta(days=28)  # how old a text may be to be found by our reference
SEOUL = ZoneInfo("Asia/Seoul")


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
    # Whether its reports come as GET requests; else they are posted.
    reports_by_get = False
    # Whether a signature covers what a report says, and not only who may call.
    reports_are_signed = False

    def __init__(self, url):
        self.url = urlsplit(url)
        self.options = {key: values[-1] for key, values in parse_qs(self.url.query).items()}

    @property
    def is_asked_first(self):
        """
        Whether a report is only a hint, on which the provider is asked.

        A constant that came with a report tells who called at best; what the provider
        answers to a question of ours comes from itself.
        """
        return self.can_look_up and not self.reports_are_signed

    async def send(self, outgoing):
        """
        Hand the text to the provider and return its ``Accepted``.

        :raises NotTaken: the provider surely does not have it
        :raises InDoubt: it may have it
        """
        raise NotImplementedError

    async def look_up(self, outgoing, provider_id=""):
        """
        Ask the provider what became of a text; return a ``Report``, or None if it has none.

        None soon after a broken request is no proof: lists may lag behind.

        :param provider_id: where it is known; else the text is found by our reference
        :raises WireError: the provider could not be asked
        """
        raise NotImplementedError

    def parse_reports(self, headers, body, query=None):
        """
        Return the delivery reports in a request to ``/hooks/sms/<name>/``.

        :param headers: a case-insensitive mapping
        :param body: bytes
        :param query: a mapping of the address's parameters, where they come by GET
        :raises BadReport: not authentic, or not to be read. Its text is logged, so it
            holds nothing of the report
        """
        raise BadReport(f"{self.name} sends no reports.")

    def check(self):
        """Return sentences that say what is missing in ``SMS_URL``."""
        return []


class ProviderGateway(Gateway):
    """
    What gateways to real providers share: ``name://USER:PASSWORD@HOST?from=…``.

    User and password are percent-encoded. ``?from=`` is the number registered with the
    provider, where that is not the centre's own; ``?scheme=http`` is for a gateway on
    this machine.
    """

    form = ""  # of its SMS_URL, as check() shows it
    scheme = "https"  # where SMS_URL does not say another

    @cached_property
    def user(self):
        return unquote(self.url.username or "")

    @cached_property
    def password(self):
        return unquote(self.url.password or "")

    @cached_property
    def hook(self):
        """The secret that the provider's reports carry."""
        return self.options.get("hook", "")

    @cached_property
    def address(self):
        host = self.url.netloc.rpartition("@")[2]
        return f"{self.options.get('scheme', self.scheme)}://{host}"

    def sender_of(self, outgoing):
        return self.options.get("from", outgoing.sender).replace("-", "")

    def refusal(self, sentence, *, reason, answer=None):
        """Return the ``NotTaken`` for a reason of ours, which decides what follows from it."""
        return NotTaken(
            sentence,
            reason=reason,
            permanent=reason not in NEEDS_A_PERSON | PASSES,
            halts=reason in NEEDS_A_PERSON,
            answer=answer,
        )

    def unanswered(self, status, headers, answer, sentence=""):
        """Return what a status means by which the request did not get an answer of its own."""
        sentence = sentence or f"HTTP {status}"
        if status in {408, 429, 503}:
            return NotTaken(
                sentence,
                reason="provider_down" if status == 503 else "busy",
                retry_after=http.seconds_of(headers.get("Retry-After")),
                answer=answer,
            )
        if status in {401, 403}:
            return self.refusal(sentence, reason="bad_key", answer=answer)
        if 400 <= status < 500:
            return self.refusal(sentence, reason="refused", answer=answer)
        return InDoubt(sentence, reason="unclear_answer", answer=answer)

    def report_of(self, raw):
        """Return the ``Report`` in one entry of theirs; may raise what is ``UNREADABLE``."""
        raise NotImplementedError

    def found(self, raw, answer):
        """
        Return the ``Report`` in an entry that an answer lists.

        :raises InDoubt: it cannot be read
        """
        try:
            return self.report_of(raw)
        except UNREADABLE as fault:
            raise InDoubt(
                "The answer cannot be read.", reason="unclear_answer", answer=answer
            ) from fault

    def check(self):
        sender = self.options.get("from", "").replace("-", "")
        scheme = self.options.get("scheme", self.scheme)
        faults = {
            "names no host": not _has_host(self.url),
            "lacks the user or the password": not (self.user and self.password),
            "has a number after from= that cannot send": sender and not _is_number(sender),
            "has a word after scheme= that is not http or https": scheme not in {"http", "https"},
            **self.faults(),
        }
        return [f"SMS_URL {fault}: {self.form}." for fault, is_so in faults.items() if is_so]

    def faults(self):
        """Return what else may be wrong with ``SMS_URL``, each with whether it is."""
        return {}

    def _sends_in_the_clear(self):
        is_near = self.url.hostname in {"localhost", "127.0.0.1", "::1"}
        return self.options.get("scheme") == "http" and not is_near


def text_of(value):
    """
    Return ``value``.

    :raises TypeError: it is no text
    """
    if not isinstance(value, str):
        raise TypeError("A text was expected.")
    return value


def moment_of(text):
    """Return a provider's date and time, or None where it tells none; it thinks in Korean time."""
    try:
        at = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    if not 2000 <= at.year < 9999:  # no time of a text, and near the ends no database keeps it
        return None
    return at if at.tzinfo else at.replace(tzinfo=SEOUL)


def _has_host(url):
    try:
        return bool(url.hostname) and url.port != 0
    except ValueError:
        return False


def _is_number(text):
    return text.isascii() and text.isdigit() and 8 <= len(text) <= 11
