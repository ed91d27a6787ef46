"""What is stored follows what happens, by marks that come and go with it."""

from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from backoffice.celery import app
from backoffice.outbox.models import Heartbeat
from backoffice.sms.models import Message
from backoffice.workflow.transitions import perform
from cases import retention
from cases.figures import keeping
from cases.models import Case, DayFigures, MonthFigures, StaleDay
from cases.tasks import count_figures

pytestmark = pytest.mark.django_db

OLD = date(2026, 3, 2)


def figures(capsys, *options):
    """Run the command; return how it ended and what it said."""
    try:
        call_command("figures", *options)
    except SystemExit as end:
        return end.code, capsys.readouterr().out
    return 0, capsys.readouterr().out


def test_the_mark_is_dropped_with_what_it_marks(make_case, agent):
    make_case()
    StaleDay.objects.all().delete()

    with transaction.atomic():
        perform(Case.objects.get(), "start", by=agent)
        assert StaleDay.objects.exists()
        transaction.set_rollback(True)

    assert not StaleDay.objects.exists()


def test_beat_counts_what_changed_and_takes_the_marks(make_case):
    entry = app.conf.beat_schedule["count-figures"]
    make_case()

    found = count_figures()

    assert entry["task"] == count_figures.name
    assert found == {"counted": 1}
    assert not StaleDay.objects.exists()
    assert DayFigures.objects.get(person=0).counts["state:new"] == 1
    assert count_figures() == {"counted": 0}


def test_nothing_is_locked_while_nothing_has_changed():
    keeping.catch_up()

    with CaptureQueriesContext(connection) as queries:
        keeping.catch_up()

    assert not [each for each in queries if "DELETE" in each["sql"]]
    assert Heartbeat.objects.filter(name="figures").exists()


@pytest.mark.parametrize("limit", ["MOST", "DAYS"])
def test_many_marks_are_taken_in_several_goes(limit, make_case, opened, text, monkeypatch):
    monkeypatch.setattr(keeping, limit, 2)
    for day in range(1, 6):
        opened(make_case(), f"2026-09-0{day} 10:00")
        text(queued_at=timezone.now() - timedelta(days=day))
    StaleDay.objects.filter(day=timezone.localdate()).delete()  # of before they were moved

    assert keeping.catch_up() >= 10

    assert not StaleDay.objects.exists()
    stored = DayFigures.objects.filter(person=0).order_by("about", "day")
    assert list(stored.values_list("counts", flat=True)) == [
        *[{"state:new": 1, f"type:{Case.objects.first().consultation_type_id}": 1}] * 5,
        *[{"state:queued": 1}] * 5,
    ]


def test_a_row_of_nothing_goes(make_case, agent, other_agent, counted):
    case = make_case("start")
    counted()

    perform(case, "hand_over", by=agent, to=other_agent)
    counted()

    assert set(DayFigures.objects.values_list("person", flat=True)) == {0, other_agent.pk}


def test_texts_are_followed_without_marks(text, counted):
    message = text()
    assert counted("texts") == {"state:queued": 1}

    message.advance(Message.State.SENDING)
    message.advance(Message.State.DELIVERED)

    assert not StaleDay.objects.exists()
    assert counted("texts") == {"state:delivered": 1}
    assert keeping.stale_texts() == set()


def test_an_old_day_is_looked_at_while_its_texts_have_not_ended(text, counted):
    before = timezone.now() - timedelta(days=20)
    open_one = text("accepted", queued_at=before)
    text("delivered")
    keeping.recount()

    open_one.advance(Message.State.UNDELIVERED)

    assert counted("texts") == {"state:undelivered": 1, "state:delivered": 1}


def test_what_arrived_before_midnight_is_counted_after_it(text, counted, monkeypatch, today):
    """The day before still gets texts for an hour: they may be committed late."""
    text("delivered")
    counted("texts")
    yesterday = keeping.midnight(today) - timedelta(seconds=5)
    just_after = keeping.midnight(today) + timedelta(minutes=10)
    monkeypatch.setattr(keeping.timezone, "now", lambda: just_after)

    text("delivered", queued_at=yesterday)

    assert counted("texts") == {"state:delivered": 2}


def test_check_names_what_is_wrong_and_ends_with_1(make_case, agent, capsys):
    make_case("start")
    keeping.catch_up()
    assert figures(capsys, "--check") == (0, "What is stored is what the rows say.\n")
    row = DayFigures.objects.get(person=agent.pk)
    DayFigures.objects.filter(pk=row.pk).update(counts=row.counts | {"state:diagnosing": 7})

    code, said = figures(capsys, "--check")

    assert code == 1
    assert (
        f"{row.day} · cases · person {agent.pk} · phone: state:diagnosing is 7, counted 1" in said
    )
    assert DayFigures.objects.get(pk=row.pk).counts["state:diagnosing"] == 7


@pytest.mark.parametrize("fault", ["missing", "too many"])
def test_check_finds_rows_that_are_missing_or_too_many(fault, make_case, capsys):
    make_case()
    keeping.catch_up()
    if fault == "missing":
        DayFigures.objects.all().delete()
    else:
        DayFigures.objects.create(day=OLD, about="cases", counts={"state:new": 1})

    assert figures(capsys, "--check")[0] == 1
    assert "1 rows" in figures(capsys)[1]
    assert figures(capsys, "--check")[0] == 0


def test_a_month_is_the_sum_of_its_days(make_case, opened, agent, other_agent, text, capsys):
    case = opened(make_case("start"), "2026-09-01 10:00")
    opened(make_case("start"), "2026-09-30 23:59")
    opened(make_case("start"), "2026-10-01 00:00")
    text("delivered", queued_at=timezone.now())
    keeping.catch_up()

    def months(**lookups):
        rows = MonthFigures.objects.filter(**lookups).order_by("month")
        return [
            (f"{month:%Y-%m-%d}", counts.get("state:diagnosing"))
            for month, counts in rows.values_list("month", "counts")
        ]

    assert months(about="cases", person=0) == [("2026-09-01", 2), ("2026-10-01", 1)]
    assert months(person=agent.pk) == [("2026-09-01", 2), ("2026-10-01", 1)]

    perform(Case.objects.get(pk=case.pk), "hand_over", by=agent, to=other_agent)
    keeping.catch_up()

    assert months(person=agent.pk) == [("2026-09-01", 1), ("2026-10-01", 1)]
    assert months(person=other_agent.pk) == [("2026-09-01", 1)]
    assert figures(capsys, "--check")[0] == 0


def test_a_month_of_nothing_goes(make_case, agent, other_agent):
    case = make_case("start")
    keeping.catch_up()

    perform(case, "hand_over", by=agent, to=other_agent)
    keeping.catch_up()

    assert set(MonthFigures.objects.values_list("person", flat=True)) == {0, other_agent.pk}


@pytest.mark.parametrize("fault", ["missing", "too many", "wrong"])
def test_check_finds_a_month_that_is_not_the_sum_of_its_days(fault, make_case, capsys):
    make_case()
    keeping.catch_up()
    [month] = MonthFigures.objects.all()
    if fault == "missing":
        month.delete()
    elif fault == "too many":
        MonthFigures.objects.create(month=OLD.replace(day=1), about="texts", counts={"n": 1})
    else:
        MonthFigures.objects.update(counts=month.counts | {"state:new": 7})

    code, said = figures(capsys, "--check")

    assert code == 1
    if fault == "wrong":
        assert f"{month.month:%Y-%m} · cases · phone: state:new is 7, counted 1" in said
    assert "1 rows" in figures(capsys)[1]
    assert figures(capsys, "--check")[0] == 0


def test_what_only_waits_to_be_counted_is_no_fault(make_case, text, capsys):
    keeping.catch_up()
    make_case()
    text()

    assert figures(capsys, "--check")[0] == 0


def test_everything_is_counted_anew_in_batches_of_days(make_case, opened, capsys, monkeypatch):
    monkeypatch.setattr(keeping, "BATCH", timedelta(days=2))
    for day in ("2026-09-01", "2026-09-02", "2026-09-03", "2026-09-09"):
        opened(make_case(), f"{day} 10:00")
    StaleDay.objects.all().delete()

    figures(capsys)

    days = DayFigures.objects.filter(person=0).order_by("day").values_list("day", flat=True)
    assert [f"{day:%d}" for day in days] == ["01", "02", "03", "09"]
    assert figures(capsys, "--check")[0] == 0


def test_retention_leaves_the_figures_as_they_were(corrected, make_case, agent, opened, capsys):
    case = corrected()
    again = perform(make_case("start", driver=case.driver), "close", by=agent, resolution="guided")
    opened(case, "2026-03-02 10:00")
    opened(again, "2026-03-02 11:00")
    keeping.recount()
    stored = list(DayFigures.objects.order_by("pk").values_list("counts", flat=True))

    retention.ClosedCases().erase([case.pk, again.pk])

    assert Case.objects.get(pk=again.pk).driver is None
    assert figures(capsys, "--check")[0] == 0
    assert list(DayFigures.objects.order_by("pk").values_list("counts", flat=True)) == stored
