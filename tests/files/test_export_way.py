"""An export is had once, by who asked for it, with a password that is shown once."""

import stat
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from backoffice.audit.models import AccessRecord
from backoffice.files import tasks
from backoffice.files.models import Export
from backoffice.staff.models import User


def files(folder):
    return sorted(path.suffix for path in (folder / "exports").glob("*"))


def records(action="export"):
    return AccessRecord.objects.filter(action=action).order_by("pk")


def test_asking_and_downloading_are_recorded_with_reason_count_and_drivers(
    lead, driver, exported, lines_of
):
    export = exported(lead, "?q=1234 홍")
    lines_of(lead, export)

    asked, fetched = records()
    assert (asked.detail["act"], fetched.detail["act"]) == ("requested", "downloaded")
    for each in (asked, fetched):
        assert (each.by, each.address) == (lead, "127.0.0.1")
        assert (each.detail["rows"], each.detail["reason"]) == (1, "월간 점검")
        assert each.detail["drivers"] == [driver.pk]
        assert each.detail["page"] == "drivers.driver"
    assert asked.detail["terms"] == ["last4", "name"]
    assert "1234" not in str(asked.detail)


def test_a_reason_names_nobody_however_he_is_recorded(lead, make_driver, exported):
    make_driver(name="JOHN SMITH")
    make_driver(name="홍 길동")

    export = exported(lead, reason="홍길동, John Smith 9876-5432 점검")

    assert export.reason == "홍**동, J********H ****-5432 점검"


def test_an_export_whose_record_cannot_be_written_is_not_made(lead, driver, ask, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("no record")

    monkeypatch.setattr("backoffice.files.services.record", broken)

    with pytest.raises(RuntimeError, match="no record"):
        ask(lead)

    assert not Export.objects.exists()


def test_nothing_on_the_disk_is_readable_and_nothing_is_left(
    lead, driver, exported, act, open_it, tmp_path
):
    export = exported(lead, format="csv")

    (sealed,) = (tmp_path / "exports").glob("*.sealed")
    assert stat.S_IMODE(sealed.stat().st_mode) == 0o600
    assert stat.S_IMODE(sealed.parent.stat().st_mode) == 0o700
    assert "홍".encode() not in sealed.read_bytes()
    open_it(lead, export)
    (locked,) = (tmp_path / "exports").glob("*.locked")
    assert stat.S_IMODE(locked.stat().st_mode) == 0o600
    assert not sealed.exists()
    act(lead, export, "download").close()
    assert files(tmp_path) == []


def test_the_password_is_shown_once_and_kept_nowhere(lead, driver, exported, act, open_it):
    export = exported(lead)
    password = open_it(lead, export)

    again = act(lead, export, "password")

    assert again.status_code == 302
    assert password not in str(Export.objects.values())
    assert password not in str(list(AccessRecord.objects.values_list("detail", flat=True)))


def test_the_page_of_the_password_stays_in_no_cache(lead, driver, exported, act):
    answer = act(lead, exported(lead), "password")

    assert "no-store" in answer.headers["Cache-Control"]


def test_a_second_download_is_refused_with_a_sentence(
    lead, driver, exported, lines_of, act, client
):
    export = exported(lead)
    lines_of(lead, export)

    again = act(lead, export, "download")

    assert again.status_code == 302
    assert "downloaded already" in client.get(again.url).content.decode()
    assert records("refused").count() == 1


def test_a_download_before_the_password_is_refused(lead, driver, exported, act):
    assert act(lead, exported(lead), "download").status_code == 302


@pytest.mark.parametrize("name", ["password", "download"])
@pytest.mark.parametrize("who", ["other_lead", "agent", "privacy_officer", "superuser"])
def test_nobody_else_gets_at_it(name, who, lead, driver, exported, open_it, act, request):
    export = exported(lead)
    if name == "download":
        open_it(lead, export)
    before = Export.objects.get().state

    answer = act(request.getfixturevalue(who), export, name)

    assert answer.status_code == 404
    assert Export.objects.get().state == before
    assert records("refused").get().detail["act"] == name


@pytest.mark.parametrize("pk", ["0", "999999", "9" * 18, "9" * 30])
@pytest.mark.parametrize("name", ["password", "download", "progress"])
def test_a_made_up_number_leads_nowhere(pk, name, lead, client):
    client.force_login(lead)

    assert client.post(f"/admin/files/export/{pk}/{name}/").status_code == 404


@pytest.mark.parametrize("name", ["password", "download"])
def test_a_link_alone_does_nothing(name, lead, driver, exported, client):
    export = exported(lead)
    client.force_login(lead)

    assert client.get(f"/admin/files/export/{export.pk}/{name}/").status_code == 404
    assert Export.objects.get().state == "ready"


@pytest.mark.parametrize("opened", [False, True])
def test_what_nobody_fetched_in_time_is_gone(
    opened, lead, driver, exported, open_it, act, tmp_path
):
    export = exported(lead)
    if opened:
        open_it(lead, export)

    with time_machine.travel(timezone.now() + timedelta(minutes=31)):
        refused = act(lead, export, "download" if opened else "password")
        tasks.sweep()

    assert refused.status_code == 302
    assert Export.objects.get().state == "expired"
    assert Export.objects.get().keys == []
    assert files(tmp_path) == []


def test_who_may_not_any_more_when_it_is_ready_gets_nothing(lead, driver, exported, act):
    export = exported(lead)
    lead.groups.clear()

    assert act(lead, export, "password").status_code in {302, 403}
    assert Export.objects.get().state == "ready"


def test_a_form_sent_twice_is_one_export(lead, driver, ask, client):
    ask(lead, request_key="5b0c1c0e-8f1e-4a55-9c26-0b6a4b1a9a11")
    ask(lead, request_key="5b0c1c0e-8f1e-4a55-9c26-0b6a4b1a9a11")

    assert Export.objects.count() == 1
    assert records().count() == 1


def test_an_account_that_was_closed_gets_nothing(lead, driver, exported, act):
    export = exported(lead)
    User.objects.filter(pk=lead.pk).update(is_active=False)

    assert act(lead, export, "password").status_code == 302
    assert Export.objects.get().state == "ready"
