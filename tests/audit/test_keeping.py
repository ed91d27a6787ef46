"""Records that were kept long enough go from the old end, and the chain still holds."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from backoffice.audit import chain, keeping
from backoffice.audit.models import AccessRecord, Anchor
from backoffice.audit.records import record
from backoffice.retention import running
from backoffice.retention.models import Erasure
from tests.audit.tampering import tamper


@pytest.fixture
def written(agent, monkeypatch):
    """Sealed records, each as old as told, in days."""

    def write(*ages):
        now = timezone.now()
        for age in ages:
            with pytest.MonkeyPatch.context() as clock:
                clock.setattr(timezone, "now", lambda age=age: now - timedelta(days=age))
                record(AccessRecord.Action.VIEW, by=agent, age=age)
        chain.seal()

    return write


def ages():
    return [
        each["age"]
        for each in AccessRecord.objects.order_by("pk").values_list("detail", flat=True)
        if "age" in each
    ]


def remove_past():
    """Let retention do its daily work; return how many access records went."""
    return running.run().counts().get("access_records", 0)


def verified(capsys, **options):
    call_command("audit_verify", **options)
    return capsys.readouterr().out


def test_what_is_older_than_the_keep_time_goes(written, capsys):
    written(800, 731, 729, 1)

    assert remove_past() == 2

    assert ages() == [729, 1]
    told = verified(capsys)
    assert "3 links hold" in told  # the two that stayed, and the record of the removal
    assert "up to 2 were removed after their time" in told


def test_the_removal_is_an_access_record_of_the_system(written):
    written(800)

    remove_past()

    found = AccessRecord.objects.get()
    assert (found.action, found.by) == ("erase", None)
    assert found.detail["rows"] == {"access_records": 1}


def test_the_keep_time_is_a_setting(written, settings):
    settings.ACCESS_LOG_KEEP_DAYS = 400
    written(500, 399)

    assert remove_past() == 1


def test_nothing_old_is_nothing_done(written):
    written(1)

    assert remove_past() == 0
    assert not Anchor.objects.exists()
    assert ages() == [1]


def test_only_from_the_old_end(written):
    """One that committed late stands behind younger ones, and waits until they go."""
    written(5, 800)

    assert remove_past() == 0


def test_in_steps_and_day_after_day(written, monkeypatch, capsys):
    monkeypatch.setattr(keeping, "BATCH", 2)
    written(800, 799, 798, 797, 796, 3)

    assert remove_past() == 5
    assert remove_past() == 0

    assert [each.removed for each in Anchor.objects.order_by("pk")] == [2, 2, 1]
    assert "3 links hold" in verified(capsys)  # what stayed, and a record of each run


def test_the_ledger_tells_how_many_went_and_from_when(written, monkeypatch):
    monkeypatch.setattr(keeping, "BATCH", 1)
    written(800, 799, 3)
    oldest = AccessRecord.objects.earliest("at").at

    remove_past()

    line = Erasure.objects.get(rule="access_records")
    assert (line.count, line.oldest) == (2, oldest)


def test_all_may_go(written, agent, capsys):
    written(800, 799)
    remove_past()

    record(AccessRecord.Action.VIEW, by=agent)

    assert "2 links hold" in verified(capsys)


def test_what_is_not_sealed_stays(written, agent, monkeypatch):
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now - timedelta(days=800))
    record(AccessRecord.Action.VIEW, by=agent)
    monkeypatch.undo()

    assert remove_past() == 0
    assert AccessRecord.objects.exists()


def test_an_earlier_end_that_was_removed_is_not_compared(written, capsys):
    written(800, 799, 1)
    first, second = AccessRecord.objects.order_by("pk")[:2]
    remove_past()

    assert "not compared" in verified(capsys, head=f"1:{first.chain}")
    assert "Link 2 is the one" in verified(capsys, head=f"2:{second.chain}")


@pytest.mark.parametrize(
    "change", ["removed = 1", "sequence = 1", "chain = 'x'", "before = '2020-01-01 00:00+00:00'"]
)
def test_a_changed_anchor_is_named(written, change):
    written(800, 799, 1)
    remove_past()

    tamper((f"UPDATE audit_anchor SET {change}",))

    with pytest.raises(CommandError, match="what was removed up to here was changed"):
        call_command("audit_verify")


def test_a_removal_that_leaves_no_anchor_is_named(written):
    written(800, 799, 1)

    tamper(("DELETE FROM {table} WHERE sequence < 3",))

    with pytest.raises(CommandError, match="Link 1: missing"):
        call_command("audit_verify")


def test_a_record_that_was_put_back_is_named(written, agent):
    written(800, 799, 1)
    remove_past()

    back = record(AccessRecord.Action.VIEW, by=agent)
    tamper(("UPDATE {table} SET sequence = 1 WHERE id = %s", back.pk))

    with pytest.raises(CommandError, match=f"Link 1, record {back.pk}: added"):
        call_command("audit_verify")
