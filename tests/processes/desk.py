"""
One person at a desk, as a process: does what each line of stdin says, answers in a line.

Goes through the product's own services; a broker, a worker and a gateway see no
difference from a web process.
"""

import json
import os
import sys
from collections import Counter
from datetime import date

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backoffice.settings")
django.setup()

from celery import current_app  # noqa: E402  the apps have to be ready
from django.db import close_old_connections  # noqa: E402

from backoffice.demo import data  # noqa: E402
from backoffice.outbox import dispatch  # noqa: E402
from backoffice.sms.models import Message  # noqa: E402
from backoffice.staff.models import User  # noqa: E402
from drivers.models import Correction, Driver  # noqa: E402
from drivers.services import correct  # noqa: E402


def furnish():
    data.load_accounts()


def add_driver(phone):
    driver = Driver.objects.create(
        name="홍길동",
        phone=phone,
        birthdate=date(1980, 5, 3),
        service_type=Driver.ServiceType.BLUE_PARTNERS,
    )
    return {"pk": driver.pk}


def correct_birthdate(driver, birthdate):
    correction = correct(
        Driver.objects.get(pk=driver),
        Correction.Field.BIRTHDATE,
        date.fromisoformat(birthdate),
        reason="통화로 확인",
        by=User.objects.get(username="agent"),
    )
    return look(correction.messages.get().pk)


def look(message):
    message = Message.objects.get(pk=message)
    return {
        "pk": message.pk,
        "reference": str(message.reference),
        "state": message.state,
        "reason": message.reason,
        "attempts": message.attempts,
        "way": [change.target for change in message.changes.order_by("pk")],
        "for_a_person": Message.objects.needing_a_person().filter(pk=message.pk).exists(),
    }


def states():
    return Counter(Message.objects.values_list("state", flat=True))


def count_drivers():
    return {"drivers": Driver.objects.count()}


def sweep():
    """Only put right what was left behind; deliver nothing."""
    return dispatch.sweep()


def ring(name):
    current_app.send_task(name)


def flush():
    """Take every waiting bell out of the broker; return how many there were."""
    with current_app.connection_for_write() as connection, connection.channel() as channel:
        return {"bells": channel.queue_purge(current_app.conf.task_default_queue)}


TASKS = {
    each.__name__: each
    for each in (
        *(furnish, add_driver, count_drivers, correct_birthdate, look, states, sweep),
        *(ring, flush),
    )
}


def serve(tasks):
    for line in sys.stdin:
        details = json.loads(line)
        close_old_connections()  # as between two requests
        answer = tasks[details.pop("task")](**details)
        print(json.dumps(answer), flush=True)  # noqa: T201  the answer is the output


if __name__ == "__main__":
    serve(TASKS)
