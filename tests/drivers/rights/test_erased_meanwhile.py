"""A request comes in while retention is about to take its driver: one of the two is first."""

import threading

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from backoffice.workflow.transitions import perform
from drivers.models import RightsRequest
from drivers.retention import WithdrawnDrivers
from drivers.rights.admin import RightsRequestAdmin
from tests.together import PATIENCE, together

ADD = "/admin/drivers/rightsrequest/add/"

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="There is one writer at a time."),
]


def test_whom_a_form_is_about_stays_until_it_is_saved(driver, lead, agent, monkeypatch):
    perform(driver, "withdraw", by=lead, reason="본인 요청")
    is_checked, is_over = threading.Event(), threading.Event()
    save = RightsRequestAdmin.save_model

    def save_late(*given):
        is_checked.set()
        is_over.wait(PATIENCE)
        save(*given)

    monkeypatch.setattr(RightsRequestAdmin, "save_model", save_late)
    client = Client()
    client.force_login(agent)
    typed = {"driver": driver.pk, "kind": "access", "requester": "driver", "note": ""}

    def take_request():
        day = timezone.localdate().isoformat()
        return client.post(ADD, typed | {"received_on": day}).status_code

    def erase():
        is_checked.wait(PATIENCE)
        try:
            with transaction.atomic():
                return WithdrawnDrivers().take(timezone.now(), after=None, limit=10).count
        finally:
            is_over.set()

    assert together(take_request, erase) == [302, 0]

    assert RightsRequest.objects.get().driver.erased_at is None
