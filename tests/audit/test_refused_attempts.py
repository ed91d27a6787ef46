"""Who tries what he may not is on record: with the page, never with what he typed."""

import pytest

from backoffice.audit.models import AccessRecord
from cases.models import Playbook


@pytest.fixture
def attempts():
    """The refused attempts so far."""
    return lambda: list(AccessRecord.objects.filter(action="refused").order_by("pk"))


@pytest.mark.parametrize(
    ("who", "url", "page"),
    [
        ("privacy_officer", "/admin/drivers/driver/?q=01000001234", "drivers_driver_changelist"),
        ("administrator", "/admin/drivers/driver/{pk}/change/", "drivers_driver_change"),
        ("privacy_officer", "/admin/call/?phone=01000001234", "call"),
        ("administrator", "/admin/cases/case/", "cases_case_changelist"),
        ("agent", "/admin/audit/accessrecord/", "audit_accessrecord_changelist"),
        ("agent", "/admin/cases/approval/queue/", "cases_approval_queue"),
        ("agent", "/admin/sms/message/operations/", "sms_message_operations"),
        ("agent", "/admin/drivers/driver/add/", "drivers_driver_add"),
        ("agent", "/admin/drivers/driver/export/", "drivers_driver_export"),
        ("agent", "/admin/importing/driverimport/upload/", "importing_driverimport_upload"),
    ],
)
def test_a_page_that_was_refused(driver, who, url, page, attempts, signed_in, request):
    person = request.getfixturevalue(who)

    response = signed_in(person).get(url.format(pk=driver.pk))

    assert response.status_code == 403
    (found,) = attempts()
    assert (found.by, found.address) == (person, "127.0.0.1")
    assert found.detail["page"].endswith(page)
    assert found.detail.get("pk") in {None, driver.pk}
    assert "1234" not in str(found.detail)
    assert AccessRecord.objects.exclude(action__in=["sign_in", "refused"]).count() == 0


def test_an_attempt_to_write_a_record_by_hand(attempts, superuser, signed_in):
    signed_in(superuser).post("/admin/audit/accessrecord/add/", {"account": "x"})

    (found,) = attempts()
    assert (found.by, found.detail["method"]) == (superuser, "POST")


def test_a_draft_asked_for_by_hand(agent, attempts, signed_in):
    version = Playbook.objects.get(key="q3").published
    url = f"/admin/cases/playbookversion/{version.pk}/draft/"

    assert signed_in(agent).post(url).status_code == 403

    (found,) = attempts()
    assert (found.by, found.detail["pk"]) == (agent, version.pk)
    assert version.playbook.versions.count() == 1


def test_a_move_that_was_refused(driver, agent, attempts, signed_in):
    url = f"/admin/drivers/driver/{driver.pk}/move/suspend/"

    signed_in(agent).post(url, {"version": driver.version, "reason": "확인"})

    (found,) = attempts()
    assert (found.by, found.driver, found.detail["move"]) == (agent, driver, "suspend")
    assert "확인" not in str(found.detail)
    driver.refresh_from_db()
    assert driver.state == "active"


def test_a_move_that_was_made_is_no_refusal(driver, lead, attempts, signed_in):
    url = f"/admin/drivers/driver/{driver.pk}/move/suspend/"

    signed_in(lead).post(url, {"version": driver.version, "reason": "확인"})

    assert attempts() == []


def test_who_is_not_signed_in_is_sent_to_sign_in_and_is_nobody(driver, attempts, client):
    client.get(f"/admin/drivers/driver/{driver.pk}/change/")

    assert attempts() == []
