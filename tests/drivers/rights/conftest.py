"""Requests of drivers about their own data, handled by the pages."""

from datetime import timedelta

import pytest
from django.utils import timezone

from drivers.models import RightsRequest

PAGE = "/admin/drivers/rightsrequest"


@pytest.fixture
def make_request(driver, agent):
    """A request as it came in: make_request(kind="correction", days_ago=3)."""

    def make(*, days_ago=0, **fields):
        received_on = timezone.localdate() - timedelta(days=days_ago)
        plain = {"driver": driver, "kind": "access", "created_by": agent}
        return RightsRequest.objects.create(received_on=received_on, **(plain | fields))

    return make


@pytest.fixture
def move(signed_in):
    """move(lead, request, "refuse", reason="…"): press the button; the response."""

    def press(person, row, name, **typed):
        row.refresh_from_db()
        url = f"{PAGE}/{row.pk}/move/{name}/"
        return signed_in(person).post(url, {"version": row.version, **typed})

    return press


@pytest.fixture
def checked(make_request, move, agent):
    """A request whose requester was checked."""

    def make(**fields):
        row = make_request(**fields)
        move(agent, row, "check_requester", checked_as="call_back", has_mandate="on")
        row.refresh_from_db()
        assert row.checked_at is not None
        return row

    return make


@pytest.fixture
def print_result(signed_in):
    """print_result(lead, request): ask for the result on paper; the response."""

    def post(person, row, reason="본인에게 교부", **typed):
        row.refresh_from_db()
        plain = {"version": row.version, "reason": reason}
        return signed_in(person).post(f"{PAGE}/{row.pk}/result/", plain | typed)

    return post
