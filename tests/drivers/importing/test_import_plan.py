"""An import does what its check showed: whoever changed a driver meanwhile is not overwritten."""

from datetime import date

import pytest

from drivers.models import Driver
from drivers.phones import parse_phone
from drivers.services import correct
from tests.drivers.importing.conftest import csv_file, row

OWN = "01000001234"
SAME = [OWN, "홍길동", "", "블루파트너스", "", "한빛운수", "서울12바3456"]
OVERTAKEN = "have changed since the check"


def other_number(lead, driver):
    correct(driver, "phone", parse_phone("01077778888"), reason="번호 변경", by=lead)


def number_of_another(lead, driver):
    """The row finds somebody else now, who is as old a record."""
    other_number(lead, driver)
    Driver.objects.create(
        name="김철수", phone="+821000001234", birthdate="1980-05-03", service_type="일반"
    )


@pytest.mark.parametrize("move", [other_number, number_of_another])
def test_whoever_has_another_number_by_now_is_not_added_once_more(
    move, lead, driver, checked, act, client
):
    job = checked(lead, csv_file(row(OWN, birthdate="1980-05-03")))
    assert (job.new, job.changed) == (0, 1)
    move(lead, driver)
    before = list(Driver.objects.values())

    answer = act(lead, job, "confirm")

    assert (job.state, job.new, job.changed) == ("failed", 0, 1)
    assert OVERTAKEN in client.get(answer.url).content.decode()
    assert list(Driver.objects.values()) == before


@pytest.mark.parametrize("found", [SAME, row(OWN, birthdate="")], ids=["unchanged", "changed"])
def test_what_an_agent_edited_meanwhile_stays(found, agent, lead, driver, checked, act, save_page):
    job = checked(lead, csv_file(row(), found))
    assert save_page(agent, driver, company="새운수").status_code == 302

    act(lead, job, "confirm")

    assert job.state == "failed"
    assert OVERTAKEN in job.fault
    assert Driver.objects.get().company == "새운수"


def test_whom_the_file_leaves_alone_may_be_corrected_meanwhile(agent, lead, driver, checked, act):
    job = checked(lead, csv_file(row(), SAME))
    correct(driver, "birthdate", date(1980, 5, 4), reason="통화로 확인", by=agent)

    act(lead, job, "confirm")

    assert (job.state, job.new, job.unchanged) == ("imported", 1, 1)
    assert Driver.objects.get(pk=driver.pk).birthdate == date(1980, 5, 4)
