"""Two buttons pressed at the same moment, on the real database of the run: one code is shown."""

import threading

import pytest
from django.db import connections
from django.test import Client

from backoffice.audit.models import AccessRecord
from backoffice.sms.models import Message
from cases.models import Approval, Case
from cases.playbooks import engine
from cases.readout import services
from tests.cases.readout.conftest import CODE
from tests.together import together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("login_service")]


def press(person, *posted):
    """Return the act of posting this by a browser of its own, in a thread of its own."""
    client = Client(raise_request_exception=False)
    client.force_login(person)

    def act():
        try:
            return client.post(*posted)
        finally:
            connections.close_all()

    return act


def test_guard_g9_of_three_presses_at_once_one_shows_the_code(approved, lead, login_service):
    path = f"/admin/cases/approval/{approved().pk}/read-out/"

    answers = together(*[press(lead, path) for _press in range(3)])

    assert [each.status_code for each in answers] == [200] * 3
    assert sum(CODE in each.content.decode() for each in answers) == 1
    lost = [each for each in answers if CODE not in each.content.decode()]
    assert all('role="alert"' in each.content.decode() for each in lost)
    assert len(login_service.asked) == 1
    assert Message.objects.count() == 1
    assert AccessRecord.objects.filter(action="read_out").count() == 1


def test_guard_g11_of_two_approvals_for_one_driver_one_shows_a_code(approved, lead, login_service):
    paths = [f"/admin/cases/approval/{approved().pk}/read-out/" for _case in range(2)]

    answers = together(*[press(lead, path) for path in paths])

    assert sum(CODE in each.content.decode() for each in answers) == 1
    assert len(login_service.asked) == 1
    assert AccessRecord.objects.filter(action="refused", detail__guard="G11").count() == 1


def test_a_double_click_at_the_desk_asks_once(ready, agent):
    case = ready()
    page = {
        "step": "read-out-asked",
        "last": engine.last_answer(engine.open_walk(case)),
        "reason": "지속 미수신",
    }
    path = f"/admin/cases/case/{case.pk}/desk/answer/"

    answers = together(*[press(agent, path, page) for _press in range(2)])

    assert max(each.status_code for each in answers) < 400
    assert Approval.objects.get().state == "pending"
    assert case.answers.filter(step__key="read-out-asked").count() == 1


@pytest.fixture
def crosswise(monkeypatch):
    """
    Let the first reading go on only when the second has the case, or cannot have it.

    A function that waits until the first one is at work on its record and its text.
    """
    at_work, has_case = threading.Event(), threading.Event()
    lock, queue_text = services.lock, services.queue_text

    def lock_and_tell(row):
        locked = lock(row)
        if at_work.is_set() and isinstance(row, Case):
            has_case.set()
        return locked

    def queue_late(*args, **details):
        at_work.set()
        has_case.wait(0.5)  # on SQLite nobody comes in meanwhile
        return queue_text(*args, **details)

    monkeypatch.setattr(services, "lock", lock_and_tell)
    monkeypatch.setattr(services, "queue_text", queue_late)
    return lambda: at_work.wait(30)


def test_a_second_press_does_not_get_in_the_way_of_the_first(approved, lead, crosswise):
    """The text names the case, which whoever presses next holds while he waits for the driver."""
    path = f"/admin/cases/approval/{approved().pk}/read-out/"
    first, second = press(lead, path), press(lead, path)

    answers = together(first, lambda: crosswise() and second())

    assert [each.status_code for each in answers] == [200, 200]
    assert [CODE in each.content.decode() for each in answers] == [True, False]
