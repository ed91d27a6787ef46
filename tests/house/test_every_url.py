"""Every URL of the site, as everybody: who gets in is in the table, and nobody else does."""

import pytest
from django.urls import reverse

from backoffice.audit.masking import mask_name
from tests.house.people import ACTS, ALL, SEES
from tests.house.places import address, nameless, places

# Each asks again every few seconds behind a page that was recorded.
BACKGROUND = {"admin:cases_case_desk_live", "admin:cases_approval_live"}


def test_every_place_has_a_row_and_every_row_a_place():
    names = {name for name, _route in places()}

    assert names - set(SEES) == set(), "Say in tests/house/people.py who gets in there."
    assert set(SEES) - names == set(), "These have a row and are nowhere on the site."
    assert set(ACTS) - names == set(), "These have a row and are nowhere on the site."


@pytest.mark.parametrize("who", ["nobody", *ALL])
def test_who_gets_in(who, everywhere, driver):
    found = everywhere(who, "get")

    inside = {name for name, (answer, *_rest) in found.items() if is_inside(answer)}
    assert inside == {name for name, people in SEES.items() if who in people}
    statuses = {
        answer.status_code for name, (answer, *_rest) in found.items() if name not in inside
    }
    assert statuses <= ({302, 404} if who == "nobody" else {302, 403, 404})
    assert unrecorded_refusals(found) == []
    assert [name for name, (answer, *_rest) in found.items() if is_kept(answer)] == []
    assert [name for name, each in found.items() if is_unseen_look(name, driver, *each)] == []


def is_inside(answer):
    """A redirect to the first page is how the admin says that there is no such row."""
    if answer.status_code == 302:
        return "/login/" not in answer.url and answer.url != reverse("admin:index")
    return answer.status_code not in {403, 404}


def unrecorded_refusals(found):
    return [
        name
        for name, (answer, _tables, noted) in found.items()
        if answer.status_code == 403 and noted != ["refused"]
    ]


def is_kept(answer):
    """Return whether a browser may keep what it was shown."""
    return answer.status_code == 200 and "no-store" not in answer.headers["Cache-Control"]


def is_unseen_look(name, driver, answer, _tables, noted):
    """Return whether the driver stands on a page, if only masked, and no record says so."""
    if answer.status_code != 200 or answer.streaming or name in BACKGROUND:
        return False
    return mask_name(driver.name).encode() in answer.content and not noted


def test_places_without_a_name_only_lead_on(keys, lead, signed_in):
    client = signed_in(lead)

    for route in nameless():
        answer = client.get(address(route, {"object_id": keys["drivers_driver"], "url": "x"}))
        assert answer.status_code in {301, 302, 404}
