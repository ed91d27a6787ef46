"""How the log is written, as lines or as JSON, and to which request or task a line belongs."""

import logging
import re
import traceback
import uuid
from contextvars import ContextVar
from copy import copy
from datetime import UTC, datetime

from celery import current_task
from django.core.signals import request_finished
from django.dispatch import receiver
from pythonjsonlogger.core import RESERVED_ATTRS, merge_record_extra
from pythonjsonlogger.json import JsonFormatter as LibraryJsonFormatter

from backoffice.audit.masking import mask_mobiles

request_id = ContextVar("request_id", default="")
# Django hands over the request itself, whose name holds the address with what was searched for,
# and Celery what a failing task was about, with the failure's words and the stack.
NOT_WRITTEN = [*RESERVED_ATTRS, "request", "data"]
GIVEN = re.compile(r"[A-Za-z0-9_-]{8,64}")  # an identifier that a proxy has given
# What an exception's own words may quote: a vehicle, a number, a date, a name, a text.
QUOTED = re.compile(r"\d{2,3}\s?[가-힣]\s?\d{4}|[+\d][\d\s./-]{4,}\d|[ㄱ-ㅎ가-힣]+")
# PostgreSQL names the values that broke a constraint, whatever they are: up to the line's last
# bracket, as a value may hold some.
ROW = re.compile(r"(Failing row contains|Key \([^)\n]*\)=)\s*\(.*\)")
ROW_LEFT_OUT = r"\1 (…)"


class RequestIdMiddleware:
    """Gives each request the identifier by which its lines in the log are found."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        given = request.headers.get("X-Request-ID", "")
        request_id.set(given if GIVEN.fullmatch(given) else uuid.uuid4().hex)
        response = self.get_response(request)
        response["X-Request-ID"] = request_id.get()
        return response


@receiver(request_finished)
def forget(**signal):
    """Django logs what came of a request behind the last middleware, so it ends here."""
    request_id.set("")


class Origin(logging.Filter):
    """Adds the request or the task in which something is logged."""

    def filter(self, record):
        if at_hand := request_id.get():
            record.request_id = at_hand
        if current_task and current_task.request.id:
            record.task_id = current_task.request.id
        return True


class DiscreetMixin:
    """UTC to the millisecond; no numbers, and of a failure no words that may quote a driver."""

    def format(self, record):
        return mask_mobiles(super().format(_without_words(record)))

    def formatTime(self, record, datefmt=None):
        return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")

    def formatException(self, exc_info):
        told = "".join(traceback.format_exception(*exc_info))
        return QUOTED.sub("…", ROW.sub(ROW_LEFT_OUT, told)).rstrip()


def _without_words(record):
    """Return ``record`` as it may be written: Celery puts a failure's words into its message."""
    words = told = record.getMessage()
    if record.exc_info and record.name.startswith("celery."):
        told = QUOTED.sub("…", told)
    told = ROW.sub(ROW_LEFT_OUT, told)
    if told == words and not record.exc_info:
        return record
    discreet = copy(record)
    discreet.msg, discreet.args = told, ()
    discreet.exc_text = None  # as another handler may have written it
    return discreet


class LineFormatter(DiscreetMixin, logging.Formatter):
    """A line a record, with its facts behind it: ``… On the wire. kind=sms.message pk=7``."""

    def __init__(self):
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatMessage(self, record):
        facts = merge_record_extra(record, {}, NOT_WRITTEN)
        return " ".join(
            [super().formatMessage(record), *(f"{name}={facts[name]}" for name in facts)]
        )


class JsonFormatter(DiscreetMixin, LibraryJsonFormatter):
    """An object a line: time, level, logger, message, request or task, and the facts."""

    def __init__(self):
        super().__init__(
            ["asctime", "levelname", "name", "message"],
            rename_fields={"asctime": "time", "levelname": "level", "name": "logger"},
            reserved_attrs=NOT_WRITTEN,
            json_ensure_ascii=False,
        )
