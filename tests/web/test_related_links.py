"""A row's page links the rows it names for those alone who may open them."""

import re

import pytest
from django.urls import reverse

from backoffice.staff import roles
from tests.house.world import world

pytestmark = pytest.mark.django_db

ACCOUNTS = "/admin/staff/user/"


@pytest.fixture
def keys(settings, tmp_path, driver, make_case, agent, lead):
    settings.EXPORTS = {roles.TEAM_LEAD, roles.PRIVACY_OFFICER}
    settings.VAR_DIR = tmp_path
    return world(driver=driver, make_case=make_case, agent=agent, lead=lead)


@pytest.fixture
def links_on(keys, client, request):
    """links_on("lead", "cases_case"): the addresses that the page of that row links."""

    def read(who, row):
        client.force_login(request.getfixturevalue(who))
        page = client.get(reverse(f"admin:{row}_change", args=[keys[row]]))
        assert page.status_code == 200
        return re.findall(r'href="([^"]+)"', page.content.decode())

    return read


@pytest.mark.parametrize(
    ("who", "row"),
    [
        *(("agent", each) for each in ("drivers_correction", "drivers_rightsrequest")),
        *(("lead", each) for each in ("drivers_correction", "drivers_rightsrequest")),
        *(("lead", each) for each in ("files_export", "importing_driverimport")),
        *(("privacy_officer", each) for each in ("files_export", "staff_rightschange")),
    ],
)
def test_who_may_not_open_an_account_is_not_led_there(who, row, links_on):
    assert [each for each in links_on(who, row) if each.startswith(ACCOUNTS)] == []


def test_an_administrator_is_led_to_the_account(agent, links_on):
    assert f"{ACCOUNTS}{agent.pk}/change/" in links_on("administrator", "staff_rightschange")


def test_a_row_that_the_person_may_open_stays_a_link(driver, links_on):
    links = links_on("agent", "drivers_correction")

    assert reverse("admin:drivers_driver_change", args=[driver.pk]) in links
