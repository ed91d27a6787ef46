"""A driver's page tells nobody for free what is on record, and keeps who edited what."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from backoffice.audit.models import AccessRecord
from backoffice.workflow.transitions import perform
from drivers.models import Correction
from drivers.services import correct

RIGHT, WRONG = "1980-05-03", "1980-05-04"


def errors(response):
    return response.context["adminform"].form.errors if response.status_code == 200 else None


@pytest.mark.parametrize("shown", [{}, {"version": "999"}])
def test_a_date_without_a_reason_is_asked_for_one_right_or_wrong(driver, agent, save_page, shown):
    """Else one date after the other could be tried, and nobody would know."""
    answers = [errors(save_page(agent, driver, birthdate=day, **shown)) for day in (RIGHT, WRONG)]

    assert "reason" in answers[0]
    assert answers[0] == answers[1]


def test_a_date_beside_an_open_correction_is_refused_right_or_wrong(driver, agent, save_page):
    later = timezone.now() + timedelta(hours=20)
    correct(driver, "birthdate", date(1980, 5, 9), reason="통화", by=agent, apply_at=later)

    answers = [
        errors(save_page(agent, driver, birthdate=day, reason="통화")) for day in (RIGHT, WRONG)
    ]

    assert "still open" in str(answers[0])
    assert answers[0] == answers[1]


def test_who_types_what_is_on_record_is_written_down(driver, agent, save_page, client):
    response = save_page(agent, driver, birthdate=RIGHT, reason="통화")

    assert "on record already" in client.get(response.url).content.decode()
    assert not Correction.objects.exists()
    look = AccessRecord.objects.filter(detail__has_key="compared").get()
    assert (look.by, look.driver, look.detail) == (agent, driver, {"compared": ["birthdate"]})


def test_an_edit_of_the_plain_record_is_written_down(driver, agent, save_page, client, page_of):
    save_page(agent, driver, company="새길택시", service_type="벤티")

    edit = AccessRecord.objects.get(action="edit")
    assert (edit.by, edit.driver) == (agent, driver)
    assert edit.detail == {"fields": ["service_type", "company"]}
    line = client.get(page_of(driver)).context["timeline"][0]
    assert (line.text, line.by) == ("Edited", "김상담")
    assert "새길택시" not in line.note


def test_who_edited_the_plain_record_is_named_on_a_stale_page(driver, agent, lead, save_page):
    save_page(agent, driver, company="새길택시")

    stale = save_page(lead, driver, version=driver.version, company="한빛택시")

    assert "김상담 changed this at" in str(errors(stale))


def test_a_save_that_edits_nothing_leaves_no_trace(driver, agent, save_page):
    save_page(agent, driver)

    assert not AccessRecord.objects.filter(action="edit").exists()
    assert not driver.changes.exists()


def test_nothing_is_told_of_what_was_not_saved(driver, agent, lead, save_page, stored):
    later = timezone.now() + timedelta(hours=20)
    correct(driver, "birthdate", date(1980, 5, 9), reason="통화", by=agent, apply_at=later)

    page = save_page(lead, driver, birthdate=WRONG, phone="010-2345-6789", reason="통화")

    assert "still open" in str(errors(page))
    assert stored(driver).phone == driver.phone
    assert list(page.context["messages"]) == []


def test_a_withdrawn_drivers_record_is_not_edited(driver, agent, lead, save_page, stored):
    perform(driver, "withdraw", by=lead, reason="탈퇴")

    page = save_page(agent, driver, company="새길택시")

    assert "has withdrawn" in page.content.decode()
    assert stored(driver).company == "한빛운수"
