"""The database itself refuses to change, delete, replace or backdate what was recorded."""

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from backoffice.audit import chain, guard
from backoffice.audit.models import AccessRecord, Anchor, Head
from backoffice.audit.records import record

COLUMNS = "id, at, account, address, action, detail, chain"
plain = models.QuerySet(AccessRecord)  # without the sentences of ours


@pytest.fixture
def written(agent, driver):
    """One record, sealed."""
    record(AccessRecord.Action.VIEW, by=agent, driver=driver, page="driver")
    chain.seal()
    return AccessRecord.objects.get()


@pytest.fixture
def fresh(agent):
    """One record, not sealed yet."""
    return record(AccessRecord.Action.VIEW, by=agent, page="driver")


def execute(statement, *values):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def refused(statement, *values):
    before = list(AccessRecord.objects.values())
    with pytest.raises(IntegrityError, match="only added to"):
        execute(statement, *values)
    return list(AccessRecord.objects.values()) == before


@pytest.mark.parametrize("state", ["written", "fresh"])
@pytest.mark.parametrize(
    "change",
    ["account = 'x'", "at = '2026-01-01'", "driver_id = NULL", "by_id = NULL", "chain = 'x'"],
)
def test_no_record_is_changed(state, change, request):
    request.getfixturevalue(state)

    assert refused(f"UPDATE audit_accessrecord SET {change}")


@pytest.mark.parametrize("change", ["sequence = 9", "sequence = NULL"])
def test_a_sealed_record_is_not_sealed_again(written, change):
    assert refused(f"UPDATE audit_accessrecord SET {change}")


def test_sealing_changes_nothing_else(fresh):
    assert refused("UPDATE audit_accessrecord SET sequence = 1, chain = 'x', account = 'x'")


@pytest.mark.parametrize("state", ["written", "fresh"])
def test_no_record_is_deleted(state, request):
    request.getfixturevalue(state)

    assert refused("DELETE FROM audit_accessrecord")


@pytest.mark.parametrize("state", ["written", "fresh"])
def test_no_record_is_replaced(state, request):
    row = request.getfixturevalue(state)
    values = (row.pk, timezone.now(), "somebody", "", "view", "{}", "")
    places = ", ".join(["%s"] * len(values))
    by_vendor = {
        "sqlite": f"INSERT OR REPLACE INTO audit_accessrecord ({COLUMNS}) VALUES ({places})",
        "postgresql": f"INSERT INTO audit_accessrecord ({COLUMNS}) VALUES ({places}) "
        "ON CONFLICT (id) DO UPDATE SET account = EXCLUDED.account",
    }

    assert refused(by_vendor[connection.vendor], *values)


def test_no_record_is_born_sealed(db):
    with pytest.raises(IntegrityError), transaction.atomic():
        plain.create(action="view", sequence=1, chain="x")


def test_the_doors_of_the_orm_that_ours_does_not_close_are_closed_below(written):
    for touch in (
        lambda: plain.update(account="x"),
        lambda: plain.all()._raw_delete("default"),
        lambda: AccessRecord._base_manager.filter(pk=written.pk).update(account="x"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            touch()

    assert AccessRecord.objects.get().account == "agent"


def test_an_anchor_alone_lets_nothing_young_go(written):
    now = timezone.now()
    Anchor.objects.create(at=now, sequence=1, chain="x", before=now, removed=1, seal="x")

    assert refused("DELETE FROM audit_accessrecord")


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_anchor SET removed = 2", "DELETE FROM audit_anchor"]
)
def test_an_anchor_stays_as_it_is(db, statement):
    now = timezone.now()
    Anchor.objects.create(at=now, sequence=1, chain="x", before=now, removed=1, seal="x")

    assert refused(statement)


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_head SET sequence = 0", "DELETE FROM audit_head"]
)
def test_the_head_only_goes_on(written, statement):
    assert refused(statement)
    assert Head.objects.get().sequence == 1


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no TRUNCATE")
@pytest.mark.parametrize("table", ["audit_accessrecord", "audit_anchor", "audit_head"])
def test_nothing_is_truncated(written, table):
    execute("SET CONSTRAINTS ALL IMMEDIATE")  # what is still to be checked stops it as well

    assert refused(f"TRUNCATE {table}")


def test_a_migrate_puts_back_what_is_missing(db):
    found = guard.present(connection)
    name, table = next(iter(found.items()))
    execute(guard.drop(connection, name, table))
    assert guard.missing(connection) == 1

    call_command("migrate", verbosity=0)

    assert guard.present(connection) == found


def test_a_guard_of_an_earlier_version_is_replaced(db, monkeypatch):
    found = guard.present(connection)
    monkeypatch.setattr(guard, "SEALS", {"sequence"})
    guard.install(using="default")
    assert guard.present(connection) != found
    monkeypatch.undo()

    guard.install(using="default")

    assert guard.present(connection) == found
