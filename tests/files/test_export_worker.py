"""The worker that writes exports, also when it breaks or dies."""

from backoffice.files import jobs, tasks
from backoffice.files.models import Export


def test_the_progress_is_a_small_answer_that_is_not_kept(lead, driver, ask, client, work):
    ask(lead)
    url = f"/admin/files/export/{Export.objects.get().pk}/progress/"

    waiting = client.get(url)
    work()
    ready = client.get(url)

    assert waiting.json() | {"label": ""} == {
        **{"state": "queued", "label": "", "done": 0, "total": 1, "moving": True}
    }
    assert (ready.json()["state"], ready.json()["moving"]) == ("ready", False)
    assert "no-store" in ready.headers["Cache-Control"]


def test_rows_that_went_meanwhile_are_left_out(lead, make_driver, ask, work, lines_of):
    make_driver()
    gone = make_driver()
    ask(lead)
    gone.delete()
    work()

    export = Export.objects.get()
    assert export.rows == 1
    assert len(lines_of(lead, export)) == 3


def test_a_broken_job_says_so_and_the_log_tells_nothing_of_a_person(
    lead, driver, ask, work, monkeypatch, caplog, client
):
    row = "홍길동 010-0000-1234"

    def broken(*args, **kwargs):
        raise ValueError(row)

    monkeypatch.setattr("backoffice.files.services.cells", broken)
    ask(lead)

    work()

    export = Export.objects.get()
    assert export.state == "failed"
    assert (
        "could not be finished"
        in client.get(f"/admin/files/export/{export.pk}/change/").content.decode()
    )
    assert "ValueError" in caplog.text
    assert "홍길동" not in caplog.text


def test_a_dead_worker_is_noticed_and_the_export_written_anew(lead, driver, ask, lines_of):
    ask(lead)
    Export.objects.update(state="running", attempts=1)  # as kill -9 leaves it

    assert tasks.sweep() == {"found": 1, "expired": 0, "written": 1}

    assert len(lines_of(lead, Export.objects.get())) == 3


def test_a_worker_that_dies_again_and_again_ends_it(lead, driver, ask):
    ask(lead)
    Export.objects.update(state="running", attempts=2)

    tasks.sweep()

    assert Export.objects.get().state == "failed"


def test_a_worker_at_work_is_left_alone(lead, driver, ask):
    ask(lead)
    export = Export.objects.get()
    Export.objects.update(state="running", attempts=1)

    with jobs.at_work(export):
        assert tasks.sweep()["found"] == 0

    assert Export.objects.get().state == "running"
