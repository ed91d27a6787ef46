"""The run itself: once at a time, in batches, written down, and going on where it stopped."""

import logging
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from backoffice.audit.models import AccessRecord
from backoffice.retention import running
from backoffice.retention.models import Erasure, Run
from backoffice.retention.tasks import run
from backoffice.sms.retention import MessageBodies
from cases.models import Case
from cases.retention import ClosedCases
from drivers.models import Driver
from drivers.retention import WithdrawnDrivers


@pytest.fixture
def erased():
    """The access records of erasures."""
    return AccessRecord.objects.filter(action=AccessRecord.Action.ERASE)


def test_a_run_is_one_access_record_with_counts_and_no_person(
    withdrawn, closed_case, run_after, erased
):
    driver = withdrawn(name="마크인")
    closed_case()

    run_after(days=1096)

    assert erased.get().detail == {
        "run": Run.objects.get().pk,
        "rows": {"drivers": 1, "cases": 1},
    }
    assert erased.get().by is None
    assert erased.get().driver is None
    assert "마크인" not in str(erased.get().detail)
    assert driver.pk is not None


def test_a_run_in_batches_counts_them_together(withdrawn, run_after, monkeypatch):
    monkeypatch.setattr(running, "BATCH", 2)
    drivers = [withdrawn() for _each in range(5)]

    assert run_after(days=31) == {"drivers": 5}

    line = Erasure.objects.get()
    assert (line.count, line.keep_days) == (5, 30)
    assert line.oldest == min(each.withdrawn_at for each in drivers)


def test_a_second_run_finds_nothing(withdrawn, run_after):
    withdrawn()
    run_after(days=31)

    assert run_after(days=31) == {}


def test_a_run_that_broke_off_keeps_what_it_did_and_the_next_goes_on(
    closed_case, later, erased, monkeypatch
):
    cases = [closed_case() for _each in range(3)]
    monkeypatch.setattr(running, "BATCH", 1)
    erase, taken = ClosedCases.erase, []

    def die_at_the_second(self, keys):
        if taken:
            raise SystemExit
        taken.extend(keys)
        erase(self, keys)

    with later(days=1096):
        monkeypatch.setattr(ClosedCases, "erase", die_at_the_second)
        with pytest.raises(SystemExit):
            run()
        monkeypatch.setattr(ClosedCases, "erase", erase)
        assert Case.objects.filter(erased_at=None).count() == 2
        assert not erased.exists()
        Run.objects.update(beat_at=timezone.now() - timedelta(minutes=11))

        assert run()["cases"] == 2

    assert [each.detail["rows"]["cases"] for each in erased.order_by("pk")] == [1, 2]
    assert Run.objects.filter(running=None).exclude(ended_at=None).count() == 2
    assert not Case.objects.filter(pk__in=[case.pk for case in cases], erased_at=None).exists()


def test_two_runs_do_not_run_at_the_same_time(withdrawn, run_after, caplog):
    withdrawn()
    Run.objects.create(started_at=timezone.now(), beat_at=timezone.now(), running=True)

    assert run() is None
    with pytest.raises(CommandError, match="already"):
        call_command("retention")

    assert "runs already" in caplog.text
    assert Run.objects.count() == 1


def test_one_rule_that_fails_keeps_nobody_elses_data(
    withdrawn, driver, text_to, later, erased, monkeypatch, caplog
):
    caplog.set_level(logging.ERROR)
    withdrawn()
    text_to(driver)
    monkeypatch.setattr(MessageBodies, "erase", lambda self, keys: 1 / 0)

    with later(days=181), pytest.raises(CommandError, match="message_bodies"):
        call_command("retention")

    assert Driver.objects.filter(erased_at=None).count() == 1
    assert Run.objects.get().failed == ["message_bodies"]
    assert erased.get().detail["rows"]["drivers"] == 1
    assert "message_bodies" in caplog.text


def test_an_erasure_and_its_line_in_the_ledger_are_kept_or_dropped_together(
    withdrawn, later, monkeypatch
):
    withdrawn()

    def fail(*args):
        raise SystemExit

    monkeypatch.setattr(running, "_note", fail)
    with later(days=31), pytest.raises(SystemExit):
        run()

    assert not Erasure.objects.exists()
    assert Driver.objects.get().name == "홍길동"


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one writer")
def test_a_row_that_somebody_works_on_is_left_for_the_next_run(withdrawn, run_after):
    driver = withdrawn()
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("select 1 from drivers_driver where id = %s for update", [driver.pk])
        assert run_after(days=31) == {}
        other.rollback()
    finally:
        other.close()

    assert run_after(days=31) == {"drivers": 1}


def test_what_holds_a_row_back_may_come_at_the_last_moment(
    withdrawn, make_case, later, monkeypatch
):
    """Between looking for the old ones and taking them somebody opens a case."""
    driver, due = withdrawn(), WithdrawnDrivers.due

    def due_and_then(self, before):
        if not driver.cases.exists():
            make_case("start", driver=driver)
        return due(self, before)

    monkeypatch.setattr(WithdrawnDrivers, "due", due_and_then)
    with later(days=31):
        run()

    assert driver.cases.exists()
    assert Driver.objects.get(pk=driver.pk).name == "홍길동"
