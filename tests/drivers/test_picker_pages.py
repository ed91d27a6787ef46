"""The search box of a form, leafed through: what it shows is recorded, and no page is an error."""

import pytest

from backoffice.audit.models import AccessRecord

PICKER = "/admin/autocomplete/"
ASKED = {"app_label": "cases", "model_name": "case", "field_name": "driver", "term": "1234 홍"}


@pytest.fixture
def pick(signed_in, agent):
    return lambda page: signed_in(agent).get(PICKER, ASKED | {"page": page})


@pytest.fixture
def many(make_driver):
    """More than one page of drivers whom the term means, the latest first."""
    made = [make_driver(phone=f"+8210{number:04d}1234") for number in range(23)]
    return [driver.pk for driver in reversed(made)]


@pytest.mark.parametrize(("page", "shown"), [("1", slice(20)), ("2", slice(20, 23))])
def test_those_on_the_page_are_recorded(page, shown, pick, many):
    found = [int(each["id"]) for each in pick(page).json()["results"]]

    assert found == many[shown]
    [look] = AccessRecord.objects.filter(action="search")
    assert look.detail == {
        "page": "picker",
        "terms": ["last4", "name"],
        "drivers": sorted(many[shown]),
    }


def test_the_last_page_has_a_name_and_is_recorded_as_it_is(pick, many):
    found = [int(each["id"]) for each in pick("last").json()["results"]]

    assert AccessRecord.objects.get(action="search").detail["drivers"] == sorted(found)


@pytest.mark.parametrize("page", ["abc", "0", "-1", "3", "9" * 18, "9" * 20, "9" * 5000, "1\0"])
def test_there_is_no_other_page(page, pick, many):
    assert pick(page).status_code == 404
    assert not AccessRecord.objects.filter(action="search").exists()
