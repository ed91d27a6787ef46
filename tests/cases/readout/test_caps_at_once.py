"""Readings of different drivers at the same moment, on the real database of the run: caps hold."""

import threading

import pytest
from django.db import connections
from django.test import Client

from cases.models import Approval
from cases.readout import guards
from tests.cases.readout.conftest import CODE
from tests.together import together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("login_service")]


def press(person, approval):
    """Return the act of reading by a browser of its own, in a thread of its own."""
    client = Client(raise_request_exception=False)
    client.force_login(person)

    def act():
        try:
            return client.post(f"/admin/cases/approval/{approval.pk}/read-out/")
        finally:
            connections.close_all()

    return act


@pytest.fixture
def neck_and_neck(monkeypatch):
    """Whoever was let through by the caps waits there for the other one, if he comes at all."""
    both, refuse = threading.Barrier(2), guards._refuse_over_caps

    def refuse_and_wait(*args):
        refuse(*args)
        try:
            both.wait(1)
        except threading.BrokenBarrierError:
            pass

    monkeypatch.setattr(guards, "_refuse_over_caps", refuse_and_wait)


@pytest.mark.parametrize("cap", ["READ_OUTS_PER_AGENT", "READ_OUTS_PER_LEAD"])
def test_guard_g11_of_two_readings_at_once_the_cap_lets_one_through(
    approved, make_driver, agent, other_agent, lead, other_lead, settings, request, cap
):
    askers, readers = {
        "READ_OUTS_PER_AGENT": ((agent, agent), (lead, other_lead)),
        "READ_OUTS_PER_LEAD": ((agent, other_agent), (lead, lead)),
    }[cap]
    asked = [
        (reader, approved(of=make_driver(), asker=asker, by=reader))
        for asker, reader in zip(askers, readers, strict=True)
    ]
    setattr(settings, cap, 1)
    request.getfixturevalue("neck_and_neck")

    answers = together(*[press(*each) for each in asked])

    assert [each.status_code for each in answers] == [200, 200]
    assert sum(CODE in each.content.decode() for each in answers) == 1
    assert Approval.objects.exclude(used_at=None).count() == 1
