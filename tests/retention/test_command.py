"""The doors to a run: the command by hand, and beat at night."""

from django.core.management import call_command
from django.utils import timezone

from backoffice.celery import app as celery_app
from backoffice.retention.models import Run
from backoffice.retention.tasks import run
from drivers.models import Driver


def test_a_dry_run_prints_what_would_go_and_changes_nothing(
    withdrawn, make_case, closed_case, lead, later, capsys
):
    withdrawn()
    closed_case()
    waits = make_case("start")
    Driver.objects.filter(pk=waits.driver_id).update(
        state="withdrawn", withdrawn_at=timezone.now()
    )
    gone_at = timezone.localtime(Driver.objects.earliest("pk").withdrawn_at)

    with later(days=1096):
        call_command("retention", "--dry-run")

    lines = {line.split()[0]: line.split() for line in capsys.readouterr().out.splitlines()}
    assert lines["drivers"][1:] == ["30", "1", "1", f"{gone_at:%Y-%m-%d}", "WITHDRAWN_KEEP_DAYS"]
    assert lines["cases"][1:4] == ["1095", "1", "0"]
    assert lines["message_bodies"][1:] == ["180", "0", "0", "-", "MESSAGE_BODY_KEEP_DAYS"]
    assert not Run.objects.exists()
    assert not Driver.objects.exclude(erased_at=None).exists()


def test_a_run_prints_what_went(withdrawn, later, capsys):
    withdrawn()

    with later(days=31):
        call_command("retention")

    assert capsys.readouterr().out.split()[:2] == ["drivers", "1"]


def test_beat_runs_it_every_night_in_seoul():
    entry = celery_app.conf.beat_schedule["retention"]

    assert entry["task"] == run.name
    assert (entry["schedule"].hour, entry["schedule"].minute) == ({4}, {10})
    assert celery_app.conf.timezone == "Asia/Seoul"
