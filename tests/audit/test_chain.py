"""The chain through the access records: whatever is done to one of them is found and named."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from backoffice.audit import chain, guard
from backoffice.audit.models import AccessRecord
from backoffice.audit.records import record
from tests.audit.tampering import tamper


@pytest.fixture
def written(agent, driver):
    """Six sealed records."""
    for number in range(6):
        record(AccessRecord.Action.VIEW, by=agent, driver=driver, page=f"page {number}")
    chain.seal()
    return list(AccessRecord.objects.order_by("sequence"))


def verified(capsys, **options):
    call_command("audit_verify", **options)
    return capsys.readouterr().out


def broken():
    with pytest.raises(CommandError) as failure:
        call_command("audit_verify")
    return str(failure.value)


def test_places_have_no_gaps_and_go_on(written, agent):
    record(AccessRecord.Action.VIEW, by=agent)

    assert chain.seal() == 1
    assert [each.sequence for each in AccessRecord.objects.order_by("pk")] == list(range(1, 8))
    assert chain.seal() == 0


def test_an_untouched_chain_holds(written, capsys):
    told = verified(capsys)

    assert "6 links hold" in told
    assert f"The end is 6:{written[-1].chain}" in told


def test_what_is_not_sealed_yet_is_sealed_first(agent, capsys):
    record(AccessRecord.Action.VIEW, by=agent)

    assert "1 links hold" in verified(capsys)


def test_nothing_at_all_holds(db, capsys):
    assert "0 links hold" in verified(capsys)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("account", "somebody"),
        ("address", "203.0.113.7"),
        ("action", "list"),
        ("detail", '{"page": "page 7"}'),
        ("at", "2026-01-02 03:04:05+00:00"),
        ("driver_id", None),
        ("by_id", None),
        ("chain", "0" * 64),
    ],
)
def test_a_changed_record_is_named(written, column, value):
    third = written[2]

    tamper((f"UPDATE {{table}} SET {column} = %s WHERE id = %s", value, third.pk))

    assert f"Link 3, record {third.pk}: changed" in broken()
    assert "2 links before it hold" in broken()


def test_a_removed_record_is_named(written):
    tamper(("DELETE FROM {table} WHERE id = %s", written[2].pk))

    assert "Link 3: missing" in broken()


def test_a_removed_record_is_found_behind_new_numbers(written):
    tamper(
        ("DELETE FROM {table} WHERE sequence = 3",),
        ("UPDATE {table} SET sequence = sequence - 1 WHERE sequence = 4",),
        ("UPDATE {table} SET sequence = sequence - 1 WHERE sequence = 5",),
        ("UPDATE {table} SET sequence = sequence - 1 WHERE sequence = 6",),
    )

    assert f"Link 3, record {written[3].pk}: changed" in broken()


def test_two_that_changed_places_are_named(written):
    tamper(
        ("UPDATE {table} SET sequence = 99 WHERE sequence = 3",),
        ("UPDATE {table} SET sequence = 3 WHERE sequence = 4",),
        ("UPDATE {table} SET sequence = 4 WHERE sequence = 99",),
    )

    assert f"Link 3, record {written[3].pk}: out of order" in broken()


def test_an_added_record_is_named(written, agent):
    added = record(AccessRecord.Action.VIEW, by=agent)
    tamper(
        ("UPDATE {table} SET sequence = 7 WHERE sequence = 6",),
        ("UPDATE {table} SET sequence = 6 WHERE sequence = 5",),
        ("UPDATE {table} SET sequence = 5 WHERE sequence = 4",),
        ("UPDATE {table} SET sequence = 4, chain = 'x' WHERE id = %s", added.pk),
        ("UPDATE audit_head SET sequence = 7",),
    )

    assert f"Link 4, record {added.pk}: added" in broken()


def test_one_added_after_the_end_is_named(written, agent):
    added = record(AccessRecord.Action.VIEW, by=agent)
    tamper(("UPDATE {table} SET sequence = 7, chain = 'x' WHERE id = %s", added.pk))

    assert f"Link 7, record {added.pk}: added" in broken()


def test_an_end_that_was_cut_off_is_named(written):
    tamper(("DELETE FROM {table} WHERE sequence > 4",))

    assert "Link 5: missing, as are all after it" in broken()


def test_an_end_cut_off_together_with_its_note_needs_a_head_from_outside(written, capsys):
    """Whoever holds the whole database can shorten it; not what an outside log has kept."""
    head = f"6:{written[5].chain}"
    assert "Link 6 is the one that was named" in verified(capsys, head=head)

    tamper(
        ("DELETE FROM {table} WHERE sequence > 4",),
        ("UPDATE audit_head SET sequence = 4, chain = %s", written[3].chain),
    )

    assert "4 links hold" in verified(capsys)
    with pytest.raises(CommandError, match="Link 6 is missing"):
        call_command("audit_verify", head=head)


def test_a_chain_made_anew_is_not_the_one_that_was_named(written):
    with pytest.raises(CommandError, match="Link 6 is not the one that was named"):
        call_command("audit_verify", head=f"6:{'0' * 64}")


@pytest.mark.parametrize("head", ["6", "6:xyz", "six:" + "0" * 64])
def test_a_head_that_is_none_is_a_sentence(db, head):
    with pytest.raises(CommandError, match="is no NUMBER:LINK"):
        call_command("audit_verify", head=head)


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_head SET chain = 'x'", "DELETE FROM audit_head"]
)
def test_a_changed_note_of_the_end_is_named(written, statement):
    tamper((statement,))

    assert "the note of the newest link was changed" in broken() or "added" in broken()


def test_guards_that_were_taken_away_are_named(written):
    with connection.cursor() as cursor:
        for name, table in guard.present(connection).items():
            cursor.execute(guard.drop(connection, name, table))

    assert "guards are gone" in broken()


def test_the_end_goes_into_the_log(agent, caplog):
    record(AccessRecord.Action.VIEW, by=agent)
    with caplog.at_level("INFO"):
        chain.seal()

    assert f"up to 1:{AccessRecord.objects.get().chain}" in caplog.text
