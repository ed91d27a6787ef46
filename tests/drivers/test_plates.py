"""A vehicle number is one and the same, with and without spaces, dots, dashes and its region."""

from importlib import import_module

import pytest
from django.apps import apps

from cases.models import IdentityCheck
from drivers.matching import Comparison, compare_vehicle_no
from drivers.models import Driver
from tests.drivers.test_driver_page_input import NEW

LIST = "/admin/drivers/driver/"


@pytest.fixture
def entered(signed_in, lead):
    """entered("서울12바-3456"): the driver as the page for a new one stores him."""

    def enter(vehicle_no):
        answer = signed_in(lead).post(f"{LIST}add/", NEW | {"vehicle_no": vehicle_no})
        assert answer.status_code == 302, answer.context["adminform"].form.errors
        return Driver.objects.latest("pk")

    return enter


@pytest.fixture
def listed(signed_in, agent, settings):
    """listed("12바3456"): the drivers that the list shows, as a whole value is needed for."""
    settings.LOOSE_SEARCH = False

    def look(text):
        return list(signed_in(agent).get(LIST, {"q": text}).context["cl"].result_list)

    return look


@pytest.mark.parametrize(
    "recorded", ["서울12바-7890", "서울 12바.7890", "서울-12-바-7890", "서울12바–7890"]
)
@pytest.mark.parametrize("said", ["서울12바7890", "12바7890", "12바-7890", "서울 12 바‑7890"])
def test_a_plate_with_dashes_is_found_and_compared(entered, make_driver, listed, recorded, said):
    make_driver(vehicle_no="서울99바7890")
    driver = entered(recorded)

    assert listed(said) == [driver]
    assert compare_vehicle_no(recorded, said) == Comparison(True)


def test_one_without_its_region_is_found_with_it(entered, make_driver, listed):
    driver = entered("12바7890")
    make_driver(vehicle_no="112바7890")
    make_driver(vehicle_no="부산12바7890")

    assert listed("서울12바7890") == [driver]


def test_the_caller_who_says_it_without_the_dash_is_the_driver(
    entered, make_case, agent, signed_in
):
    driver = entered("서울12바-7890")
    case = make_case("start", driver=driver)
    said = {"name": "백두산", "vehicle_no": "서울12바7890", "version": case.version}

    signed_in(agent).post(f"/admin/cases/case/{case.pk}/identity/", said)

    assert IdentityCheck.objects.get().items == {"name": True, "vehicle_no": True}


@pytest.mark.parametrize("mark", "-.‐–—−")
def test_the_keys_that_are_stored_become_such_keys(make_driver, mark):
    driver, other = make_driver(), make_driver(vehicle_no="부산34사7788")
    Driver.objects.filter(pk=driver.pk).update(vehicle_key=f"서울12바{mark}3456")

    migration = import_module("drivers.migrations.0013_plates")
    migration.forget_marks(apps, None)

    keys = dict(Driver.objects.values_list("pk", "vehicle_key"))
    assert keys == {driver.pk: "서울12바3456", other.pk: "부산34사7788"}
