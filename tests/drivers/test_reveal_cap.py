"""How many masked fields one person may be shown within a day."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from backoffice.audit.models import AccessRecord
from backoffice.workflow.transitions import TransitionRefused
from drivers.reveal import reveal

WHY = {"why": "call_back", "words": ""}
SCRIPT = {"Accept": "application/json"}
PATIENCE = 60  # seconds, on a busy machine


@pytest.fixture
def ask(client, driver):
    """ask(agent, "phone"): the form sent; ask(agent, "phone", headers=SCRIPT): by the script."""

    def post(person, field, **options):
        client.force_login(person)
        client.cookies["django_language"] = "en"
        return client.post(f"/admin/drivers/driver/{driver.pk}/reveal/{field}/", WHY, **options)

    return post


def reveals(action="reveal"):
    return list(AccessRecord.objects.filter(action=action))


def test_the_day_has_an_end(ask, agent, driver, settings, shown_of_record):
    settings.REVEALS_PER_DAY = 2
    for field in ("name", "phone"):
        ask(agent, field)

    response = ask(agent, "phone", headers=SCRIPT)

    assert "You have unmasked 2 fields within a day" in response.content.decode()
    assert shown_of_record(response) == []
    assert len(reveals()) == 2
    [refused] = reveals("refused")
    assert (refused.by, refused.driver) == (agent, driver)
    assert refused.detail == {"act": "reveal", "field": "phone"}


def test_a_cap_counts_one_person_and_one_day(ask, agent, lead, settings, monkeypatch):
    settings.REVEALS_PER_DAY = 1
    ask(agent, "phone")
    assert len(reveals()) == 1

    ask(lead, "phone")
    tomorrow = timezone.now() + timedelta(hours=25)
    monkeypatch.setattr("drivers.reveal.timezone.now", lambda: tomorrow)
    ask(agent, "phone")

    assert len(reveals()) == 3


@pytest.mark.django_db(transaction=True)
def test_two_windows_at_once_do_not_pass_it_together(make_driver, agent, settings):
    settings.REVEALS_PER_DAY = 1
    drivers, start = [make_driver(), make_driver()], threading.Barrier(2)

    def click(driver):
        try:
            start.wait(PATIENCE)
            return reveal(driver, "phone", why="call_back", by=agent)
        except TransitionRefused:
            return None
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as threads:
        shown = list(threads.map(click, drivers, timeout=PATIENCE))

    assert sum(each is not None for each in shown) == 1
    assert len(reveals()) == 1
