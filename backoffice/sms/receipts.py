"""From a provider's report to our row."""

import logging
import uuid

from django.db import transaction
from django.utils import timezone

from backoffice.outbox import dispatch, journal

from .models import Message
from .reported import MessageReport

logger = logging.getLogger(__name__)


def apply_report(report, *, gateway):
    """
    Take what ``gateway`` reports; return whether it changed the state of a message.

    Repeated, late and disordered reports change nothing: a message never moves
    back. A report may overtake our own record of the acceptance, which is why
    our reference is looked at before the provider's id. A report about a message
    that is not ours is logged and forgotten: asking for it again would not help.

    Where the gateway is asked first, a report moves nothing: the asking becomes due.
    """
    found = _message(report, gateway.name)
    if found is None:
        logger.warning("%s reported on a message that is not ours.", gateway.name)
        return False
    journal.tell("Reported.", found, gateway=gateway.name, outcome=report.outcome)
    with transaction.atomic():
        message = Message.objects.select_for_update(of=("self",)).get(pk=found.pk)
        if not gateway.is_asked_first:
            return message.believe(report, gateway=gateway.name)
        _ask_first(message, report, gateway)
    return False


def _ask_first(message, report, gateway):
    """
    Keep a report that is only a hint, and let ``message`` be asked about at once.

    Nothing of it is taken over: also a number of theirs could be another text's. The waits
    begin anew, so that a hint never brings nearer the asking after which a text counts as
    never taken. A repetition adds nothing while the asking goes on.
    """
    kept = MessageReport.keep(
        message, report, gateway=gateway.name, source=MessageReport.Source.REPORT
    )
    is_news = report.outcome in Message.MOVES[message.state]
    is_end = report.outcome in Message.ENDS
    if not is_news or (message.state == Message.State.SENDING and not is_end):
        return
    if kept.effect == MessageReport.Effect.ASKED and message.ask_at is not None:
        return
    message.ask_at, message.asked = timezone.now(), 0
    message.unconfirmed = message.unconfirmed or is_end
    message.save(update_fields=["ask_at", "asked", "unconfirmed"])
    kept.had(MessageReport.Effect.ASKED)
    dispatch.wake()


def _message(report, gateway):
    try:
        return Message.objects.get(reference=uuid.UUID(report.reference))
    except (ValueError, Message.DoesNotExist):
        pass
    if report.provider_id:
        return Message.objects.filter(gateway=gateway, provider_id=report.provider_id).first()
    return None
