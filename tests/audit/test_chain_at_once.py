"""Several who write and several who seal at the same moment, on the real database of the run."""

import threading

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from backoffice.audit import chain
from backoffice.audit.models import AccessRecord
from backoffice.audit.records import record
from tests.together import together

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS, SEALERS, RECORDS = 4, 2, 20


def test_neither_writers_nor_sealers_break_the_chain(agent, capsys):
    def write():
        for _time in range(RECORDS):
            record(AccessRecord.Action.VIEW, by=agent)

    def seal():
        return sum(chain.seal() for _time in range(10))

    together(*[write] * WRITERS, *[seal] * SEALERS)

    call_command("audit_verify")
    assert f"{WRITERS * RECORDS} links hold" in capsys.readouterr().out


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time")
def test_an_open_act_stops_neither_pages_nor_the_sealer(agent, capsys):
    """A record that commits late gets a later place; nobody waits for it."""
    is_written, may_end = threading.Event(), threading.Event()

    def slow_act():
        with transaction.atomic():
            record(AccessRecord.Action.EDIT, by=agent)
            is_written.set()
            assert may_end.wait(30)

    def meanwhile():
        assert is_written.wait(30)
        try:
            record(AccessRecord.Action.VIEW, by=agent)
            return chain.seal()
        finally:
            may_end.set()

    _slow, sealed = together(slow_act, meanwhile)

    assert sealed == 1
    assert chain.seal() == 1
    places = AccessRecord.objects.order_by("sequence").values_list("action", flat=True)
    assert list(places) == ["view", "edit"]
    call_command("audit_verify")


def test_what_is_rolled_back_leaves_no_place_empty(agent, capsys):
    record(AccessRecord.Action.VIEW, by=agent)
    with transaction.atomic():
        record(AccessRecord.Action.EDIT, by=agent)
        transaction.set_rollback(True)
    record(AccessRecord.Action.VIEW, by=agent)

    assert chain.seal() == 2
    call_command("audit_verify")
    assert "2 links hold" in capsys.readouterr().out
