"""The person at the desk, with what a drill asks beyond a day's work."""

from uuid import uuid4

from tests.processes import desk

from django.db import connection, transaction  # isort: skip  the desk sets the apps up
from django.utils import timezone  # isort: skip

from backoffice.outbox import dispatch  # isort: skip
from backoffice.outbox.asking import ask_about_open_ends  # isort: skip
from backoffice.sms.models import Message, Template  # isort: skip
from drivers.models import Correction, Driver  # isort: skip

BATCH = 1000


def queue_texts(count, phone, **facts):
    """Queue ``count`` texts to one driver in one go, as an afternoon's work would."""
    pk = desk.add_driver(phone)["pk"]
    template = Template.objects.get(key="birthdate_changed")
    subject, body, measured = template.render()
    frozen = {"subject": subject, "body": body, "bytes": measured.bytes, "kind": measured.kind}
    to = Driver.objects.get(pk=pk).phone_digits
    for start in range(0, count, BATCH):
        rows = [
            Message(
                driver_id=pk,
                template=template,
                template_version=template.version,
                to=to,
                intent=f"drill:{uuid4()}",
                **(frozen | facts),
            )
            for _ in range(min(BATCH, count - start))
        ]
        Message.objects.bulk_create(rows)
    with transaction.atomic():
        dispatch.wake()


def ledger():
    """Return the state of each message by its reference."""
    pairs = Message.objects.values_list("reference", "state")
    return {str(reference): state for reference, state in pairs}


def listed():
    """Return the references of what the pages list as a person's to decide."""
    found = Message.objects.needing_a_person().values_list("reference", flat=True)
    return [str(reference) for reference in found]


def ask():
    """Ask the gateway about everything in doubt, without waiting for its time."""
    Message.objects.filter(state=Message.State.UNKNOWN).update(ask_at=timezone.now())
    return ask_about_open_ends([Message])


def roll_back(driver, birthdate):
    """Correct a birthdate in a transaction that fails at its very end."""
    try:
        with transaction.atomic():
            desk.correct_birthdate(driver, birthdate)
            raise ZeroDivisionError
    except ZeroDivisionError:
        return str(Driver.objects.get(pk=driver).birthdate)


def ends():
    """Return what became of the texts to each number, by its last four digits."""
    return {
        message.to[-4:]: {"state": message.state, "attempts": message.attempts}
        for message in Message.objects.all()
    }


def waits():
    """Return the shortest wait before another try, in seconds, by how often was tried."""
    rows = Message.objects.filter(state=Message.State.QUEUED, attempts__gt=0)
    found = {}
    for attempts, claimed_at, not_before in rows.values_list(
        "attempts", "claimed_at", "not_before"
    ):
        seconds = (not_before - claimed_at).total_seconds()
        found[attempts] = min(seconds, found.get(attempts, seconds))
    return found


def hurry():
    """Let every wait be over."""
    Message.objects.filter(state=Message.State.QUEUED).update(not_before=timezone.now())


def deploy_later_schema():
    """What a newer web process brings along: columns, a state and a bell nobody here knows."""
    with connection.cursor() as cursor:
        for table in ("sms_message", "sms_messagechange", "drivers_driver"):
            cursor.execute(f"alter table {table} add column later varchar(20) null")
    desk.ring("outbox.later")
    return Message.objects.filter(state=Message.State.QUEUED).update(state="parked")


def traces(driver):
    """Return what a correction of ``driver`` leaves behind, counted."""
    return {
        "birthdate": str(Driver.objects.get(pk=driver).birthdate),
        "corrections": Correction.objects.filter(driver=driver).count(),
        "messages": Message.objects.filter(driver=driver).count(),
    }


TASKS = {
    each.__name__: each
    for each in (
        *(queue_texts, ledger, listed, ask),
        *(roll_back, ends, waits, hurry, deploy_later_schema, traces),
    )
}

if __name__ == "__main__":
    desk.serve({**desk.TASKS, **TASKS})
