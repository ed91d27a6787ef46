"""Many workers at once: each text leaves once."""

import threading
from collections import Counter

import pytest
from django.db import connection

from backoffice.outbox.dispatch import deliver_next
from backoffice.sms.models import Message

WORKERS, MESSAGES = 8, 40

pytestmark = pytest.mark.django_db(transaction=True)


def run_together(work, *, workers):
    """Run ``work`` in several threads that start at the same moment; raise what they raise."""
    start, failures = threading.Barrier(workers, timeout=30), []

    def run():
        try:
            start.wait()
            work()
        except Exception as failure:  # noqa: BLE001  handed to the test below
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def times_sent(sent):
    return Counter(outgoing.reference for outgoing in sent)


def test_each_message_is_sent_once(make_message, sent):
    messages = [make_message() for _ in range(MESSAGES)]

    def drain():
        while deliver_next(Message):
            pass

    run_together(drain, workers=WORKERS)

    assert times_sent(sent) == {str(each.reference): 1 for each in messages}
    assert set(Message.objects.values_list("state", "attempts")) == {("accepted", 1)}


def test_the_count_would_show_a_text_sent_twice(make_message, sent, monkeypatch):
    """The control: a claim that looks first and writes later, as one might write it."""
    message = make_message()
    both_have_looked = threading.Barrier(2, timeout=30)

    def unguarded(cls, worker, limit):
        rows = list(cls.objects.filter(state="queued")[:limit])
        if rows:
            both_have_looked.wait()
        for row in rows:
            row.state, row.claim = "sending", worker
            row.save()
        return rows

    monkeypatch.setattr(Message, "claim_ahead", classmethod(unguarded))
    monkeypatch.setattr(Message, "put_on_wire", classmethod(lambda cls, worker, rows: rows))

    run_together(lambda: deliver_next(Message), workers=2)

    assert times_sent(sent) == {str(message.reference): 2}
