"""The page of a move: what it must have seen, and what it keeps when it is refused."""

import pytest

from backoffice.workflow.transitions import perform
from drivers.models import Driver


@pytest.mark.parametrize("version", ["", "abc", "-1", "1.0", "９", "9" * 21, "9" * 5000])
def test_a_post_that_has_seen_no_page_changes_nothing(driver, lead, version, move, state_of):
    response = move(lead, driver, "suspend", reason="민원 접수", version=version)

    assert response.status_code == 200
    assert response.context["form"].non_field_errors()
    assert state_of(driver) == "active"


def test_a_post_without_any_version_changes_nothing(make_case, agent, signed_in, state_of):
    case = make_case()

    signed_in(agent).post(f"/admin/cases/case/{case.pk}/move/start/")

    assert state_of(case) == "new"


def test_a_stale_page_changes_nothing(driver, lead, other_lead, move, state_of):
    stale = driver.version
    perform(driver, "suspend", by=other_lead, reason="민원 접수")

    response = move(lead, driver, "withdraw", reason="탈퇴", version=stale)

    assert str(other_lead) in response.context["form"].non_field_errors()[0]
    assert state_of(driver) == "suspended"


@pytest.mark.parametrize(
    ("name", "status"), [("suspend", 200), ("withdraw", 200), ("reinstate", 302), ("nothing", 302)]
)
def test_looking_at_a_move_makes_none(driver, lead, name, status, move, state_of):
    """A link that somebody is lured to, or a browser that loads ahead, changes nothing."""
    response = move(lead, driver, name, method="get", reason="민원 접수")

    assert response.status_code == status
    assert state_of(driver) == "active"


def test_a_move_without_a_form_is_not_made_by_a_link(make_case, agent, move, state_of):
    case = make_case()

    move(agent, case, "start", method="get")

    assert state_of(case) == "new"


def test_a_refused_form_keeps_what_was_typed(driver, agent, move):
    response = move(agent, driver, "suspend", reason="민원 접수 3건")

    form = response.context["form"]
    assert form.non_field_errors() == ["You are not allowed to do this."]
    assert form["reason"].value() == "민원 접수 3건"
    assert "민원 접수 3건" in response.content.decode()


def test_a_form_refused_as_stale_stays_stale(driver, lead, move, state_of):
    """Pressing the button again does not push the move through: the page is still the old one."""
    stale = driver.version
    Driver.objects.get(pk=driver.pk).save()

    response = move(lead, driver, "suspend", reason="민원 접수", version=stale)
    move(lead, driver, "suspend", reason="민원 접수", version=response.context["version"])

    assert state_of(driver) == "active"


@pytest.mark.parametrize("reason", ["", "   ", "\n"])
def test_a_missing_reason_is_said_beside_the_field(driver, lead, reason, move, state_of):
    response = move(lead, driver, "suspend", reason=reason)

    assert list(response.context["form"].errors) == ["reason"]
    assert state_of(driver) == "active"


def test_a_row_that_does_not_exist_is_not_found(driver, lead, signed_in):
    for pk in (driver.pk + 1, "abc"):
        url = f"/admin/drivers/driver/{pk}/move/suspend/"
        assert signed_in(lead).post(url, {"version": 0}).status_code == 404
