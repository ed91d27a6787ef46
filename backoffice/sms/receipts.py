"""From a provider's report to our row."""

import logging
import uuid

from .models import Message

logger = logging.getLogger(__name__)


def apply_report(report, *, gateway):
    """
    Bring the reported message forward; return whether its state changed.

    Repeated, late and disordered reports change nothing: a message never moves
    back. A report may overtake our own record of the acceptance, which is why
    our reference is looked at before the provider's id. A report about a message
    that is not ours is logged and forgotten: asking for it again would not help.

    :param gateway: name of the gateway that reports
    """
    message = _message(report, gateway)
    if message is None:
        logger.warning("%s reported on a message that is not ours.", gateway)
        return False
    return message.take_report(report, gateway=gateway)


def _message(report, gateway):
    try:
        return Message.objects.get(reference=uuid.UUID(report.reference))
    except (ValueError, Message.DoesNotExist):
        pass
    if report.provider_id:
        return Message.objects.filter(gateway=gateway, provider_id=report.provider_id).first()
    return None
