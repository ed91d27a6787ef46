"""The way of the tutorials, to compare with: a Celery task for each message."""

import asyncio

import django
from django.conf import settings

django.setup()

from backoffice.celery import app  # noqa: E402
from backoffice.sms.gateways import get_gateway  # noqa: E402
from backoffice.sms.models import Message  # noqa: E402

app.conf.task_default_queue = f"{settings.CELERY_TASK_DEFAULT_QUEUE}-bench"


@app.task(name="bench.send_one")
def send_one(pk):
    """Send one message and write down that it was taken."""
    message = Message.objects.get(pk=pk)
    accepted = asyncio.run(get_gateway().send(message.as_outgoing()))
    message.state, message.provider_id = "accepted", accepted.provider_id
    message.save()
