"""Where there is no code: a sentence, no text to the driver, and the approval is not used up."""

from datetime import timedelta

import pytest
from django.conf import settings as configured

from backoffice.audit.models import AccessRecord
from backoffice.sms.models import Message
from cases.readout import services
from drivers.models import Driver
from tests.cases.readout.conftest import CODE

FAULTS = {
    "no valid code": (404, b""),
    "a crash": (500, b"482913"),
    "no JSON": (200, b"<html>482913</html>"),
}


def test_the_read_out_is_off_unless_it_is_set(approved, read, lead):
    assert configured.CODE_SOURCE_URL == "off://"
    approval = approved()

    response = read(lead, approval)

    assert response.context["sentence"]
    assert "code" not in response.context
    assert not Message.objects.exists()


def test_the_simulator_shows_six_digits(approved, read, lead, settings):
    settings.CODE_SOURCE_URL = "simulator://"

    code = str(read(lead, approved()).context["code"])

    assert code.isdecimal()
    assert len(code) == 6


@pytest.mark.parametrize("fault", FAULTS)
def test_after_a_fault_the_approval_is_used_again(approved, read, lead, login_service, fault):
    good, (status, body) = login_service.answer, FAULTS[fault]
    login_service.answer = lambda asked: asked.say(body, status=status)
    approval = approved()

    failed = read(lead, approval)

    assert failed.status_code == 200
    assert failed.context["sentence"] in failed.content.decode()
    assert CODE not in failed.content.decode()
    assert not Message.objects.exists()
    assert not AccessRecord.objects.filter(action__in=["read_out", "refused"]).exists()
    assert Driver.objects.get(pk=approval.driver_id).code_read_at is None
    approval.refresh_from_db()
    assert approval.used_at is None

    login_service.answer = good

    assert CODE in read(lead, approval).content.decode()
    assert Message.objects.count() == 1


def test_a_reading_without_a_code_is_no_line_of_the_history(approved, read, lead):
    approval = approved()

    read(lead, approval)

    assert not approval.changes.filter(transition="read_out").exists()


def test_the_queue_still_leads_to_a_reading_that_had_no_code(approved, read, signed_in, lead):
    approval = approved()
    read(lead, approval)

    queue = signed_in(lead).get("/admin/cases/approval/queue/").content.decode()

    assert f"/admin/cases/approval/{approval.pk}/read-out/" in queue


def test_a_fault_takes_no_time_from_an_approval_and_gives_it_none(
    clock, approved, read, lead, login_service
):
    good, login_service.answer = login_service.answer, lambda asked: asked.say(b"", status=404)
    approval = approved()
    clock.shift(timedelta(minutes=2))
    read(lead, approval)
    login_service.answer = good
    clock.shift(timedelta(minutes=1, seconds=1))

    response = read(lead, approval)

    assert CODE not in response.content.decode()


def test_guard_g1_no_code_is_shown_for_a_number_that_changes_meanwhile(
    approved, read, lead, driver, monkeypatch
):
    """The login service is asked outside of any transaction."""

    class Changing:
        def code_of(self, phone):
            Driver.objects.filter(pk=driver.pk).update(phone="+821000008888")
            return CODE

    monkeypatch.setattr(services, "get_source", Changing)
    approval = approved()

    page = read(lead, approval)

    assert CODE not in page.content.decode()
    assert not Message.objects.exists()
    assert not AccessRecord.objects.filter(action="read_out").exists()
