"""A column of a list says something, and nothing that the next one says."""

import re

import pytest
from phonenumber_field.phonenumber import PhoneNumber

from backoffice.workflow.transitions import perform
from drivers.services import correct
from tests.house.world import driver_import, export
from tests.walks import reach_escalation

pytestmark = pytest.mark.django_db


@pytest.fixture
def column(client, lead):
    """column("/admin/cases/approval/", "case"): what stands in it, from the top."""

    def read(address, name):
        client.force_login(lead)
        page = client.get(address).content.decode()
        cells = re.findall(rf'class="field-{name}"[^>]*>(.*?)</t[hd]>', page)
        return [re.sub("<[^>]+>", "", cell) for cell in cells]

    return read


def test_an_approval_is_named_after_its_case_or_its_driver(make_case, driver, agent, column):
    case = make_case("start")
    perform(reach_escalation(case), "escalate", by=agent, reason="부서 확인 필요")
    other_year = driver.birthdate.replace(year=1981)
    correct(driver, "birthdate", other_year, reason="서류 확인", by=agent)

    assert column("/admin/cases/approval/", "shown_case") == [str(driver), case.number]


@pytest.mark.parametrize("address", ["/admin/files/export/", "/admin/importing/driverimport/"])
def test_a_file_is_named_by_its_number(address, driver, lead, column, settings):
    settings.EXPORTS = {"team_lead"}
    made = export(driver, by=lead) if "export" in address else driver_import(by=lead)

    assert column(address, "shown_number") == [str(made.pk)]


def test_a_correction_shows_the_values_of_which_the_mask_leaves_something(
    driver, agent, lead, column
):
    correct(driver, "birthdate", driver.birthdate.replace(day=4), reason="통화", by=agent)
    number = PhoneNumber.from_string("+821000009999")
    correct(driver, "phone", number, reason="번호 변경", by=lead)

    values = column("/admin/drivers/correction/", "shown_values")
    assert values == ["010-****-1234 → 010-****-9999", "–"]
