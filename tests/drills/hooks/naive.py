"""
The negative control: a worker that sends first and writes afterwards.

Many are written so. What it has sent and not written down when it dies is sent again.
"""

import asyncio

from backoffice.outbox import dispatch
from backoffice.sms.models import Message

AT_ONCE = 20


async def _hand_over(rows):
    await asyncio.gather(*(row.hand_over() for row in rows))


def send_then_write(**_details):
    handled = 0
    while rows := list(Message.objects.filter(state="queued").order_by("pk")[:AT_ONCE]):
        asyncio.run(_hand_over(rows))
        Message.objects.filter(pk__in=[row.pk for row in rows]).update(state="accepted")
        handled += len(rows)
    return handled


dispatch.dispatch_due = send_then_write
