"""Case numbers: each its own, and nobody waits for what another does with his."""

import threading

import pytest
from django.db import connection, transaction
from django.test import Client

from cases.models import Case, CaseNumber
from cases.playbooks import engine
from tests.together import together

PATIENCE = 60  # seconds, on a busy machine

pytestmark = pytest.mark.django_db(transaction=True)


def test_numbers_drawn_at_once_differ():
    def draw():
        return [CaseNumber.next() for _time in range(10)]

    drawn = [number for numbers in together(*[draw] * 5) for number in numbers]

    assert sorted(drawn) == [f"C-{drawn[0][2:6]}-{n:06d}" for n in range(1, 51)]


def test_a_number_that_was_not_used_is_left_out():
    with transaction.atomic():
        CaseNumber.next()
        transaction.set_rollback(True)
    CaseNumber.next()  # of a call that is refused

    assert CaseNumber.next().endswith("-000002")


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets in one writer at a time.")
def test_a_call_does_not_wait_for_another_to_begin(driver, agent, monkeypatch):
    """The first words are long in coming; meanwhile another call gets its number."""
    began, is_over, begin = threading.Event(), threading.Event(), engine.begin

    def slow(*args, **kwargs):
        began.set()
        assert is_over.wait(PATIENCE)
        return begin(*args, **kwargs)

    monkeypatch.setattr(engine, "begin", slow)
    client = Client()
    client.force_login(agent)

    def call():
        return client.post("/admin/call/?phone=01000001234", {"playbook": "q1"}).status_code

    def another():
        assert began.wait(PATIENCE)
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '5s'")
            return CaseNumber.next()
        finally:
            is_over.set()
            connection.close()

    assert together(call, another) == [302, Case.objects.get().number[:-1] + "2"]
