"""Case, driver, approval, in this order: an answer and an event at once do not lock crosswise."""

import threading
from datetime import date, timedelta

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from cases.models import Approval, IdentityCheck, Playbook, Walk
from cases.services import check_identity, correct_birthdate
from drivers import services, verification
from tests.together import together

SAID = {"name": "홍길동", "vehicle_no": "서울12바3456"}
PATIENCE = 1  # seconds, for what the other one cannot reach while he waits

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def about_to_be_void(make_case, driver, agent):
    """A case at a step of its playbook; what it asked for rests on a check that is over."""
    case = make_case("start", driver=driver)
    check_identity(case, SAID, call_back_answered=True, by=agent)
    correct_birthdate(case, date(1981, 5, 3), reason="통화", by=agent)
    version = Playbook.objects.get(key="q4").published
    Walk.objects.create(case=case, version=version, step=version.steps.get(key="text-announced"))
    IdentityCheck.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    return case


@pytest.fixture
def crosswise(monkeypatch):
    """Each waits, with the first of its locks, for the other to have the first of his."""
    has_driver, has_approval = threading.Event(), threading.Event()
    cancel, settle = services.cancel, verification.settle

    def cancel_late(*args, **details):
        has_approval.set()
        has_driver.wait(PATIENCE)
        return cancel(*args, **details)

    def settle_late(driver):
        has_driver.set()
        has_approval.wait(PATIENCE)
        return settle(driver)

    monkeypatch.setattr(services, "cancel", cancel_late)
    monkeypatch.setattr(verification, "settle", settle_late)


def press(person, path, page):
    """Return the act of posting this by a browser of its own, in a thread of its own."""
    client = Client(raise_request_exception=False)
    client.force_login(person)
    return lambda: client.post(path, page)


@pytest.mark.parametrize("door", ["answer", "back", "identity"])
def test_what_an_agent_does_and_an_event_are_both_kept(
    about_to_be_void, crosswise, agent, driver, door
):
    case, walk = about_to_be_void, about_to_be_void.walks.get()
    if door == "back":
        step = walk.version.steps.get(key="real-birthdate")
        case.answers.create(walk=walk, step=step, value="knows", by=agent)
    last = case.answers.values_list("pk", flat=True).first() or 0
    case.refresh_from_db()
    path, page = {
        "answer": ("desk/answer", {"step": "text-announced", "last": last, "value": "next"}),
        "back": ("desk/back", {"last": last}),
        "identity": ("identity", SAID | {"version": case.version, "name": "다른이름"}),
    }[door]

    def event():
        try:
            return verification.take_event(
                event_id="1",
                kind="code.mismatch",
                phone=driver.phone,
                occurred_at=timezone.now(),
            )
        finally:
            connections.close_all()

    answer, is_kept = together(press(agent, f"/admin/cases/case/{case.pk}/{path}/", page), event)

    assert (answer.status_code, is_kept) == (302, True)
    assert Approval.objects.get().state == "void"
    if door == "identity":
        assert case.identity_checks.count() == 2
    else:
        assert case.answers.get().taken_back_at is None or door == "back"
