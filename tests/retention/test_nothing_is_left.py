"""The heart: a driver went through everything; when its time is over, nothing of him is left."""

import pytest
from django.core.management import call_command

from backoffice.retention.tasks import run
from backoffice.sms.models import Message
from cases.models import Answer, Approval, Case
from drivers.models import Correction, Driver, VerificationEvent
from tests.retention.life import Life, marked_tables

pytestmark = pytest.mark.long

# Where his marks stand before, so that a search that finds nothing afterwards means something.
OF_CASES = {
    "cases_agitpost",
    "cases_approval",
    "cases_approvalchange",
    "cases_case",
    "cases_casechange",
}
# Kept for longer than his record: requests, as a proof, and reports about nobody's numbers.
KEPT_LONGER = {
    "drivers_rightsrequest",
    "drivers_rightsrequestchange",
    "drivers_verificationevent",
}
HOLDS_HIM = OF_CASES | {
    "django_admin_log",
    "drivers_correction",
    "drivers_correctionchange",
    "drivers_driver",
    "drivers_driverchange",
    "drivers_drivername",
    "drivers_rightsrequest",
    "drivers_rightsrequestchange",
    "drivers_verificationevent",
    "sms_message",
    "sms_messagechange",
}


@pytest.fixture
def life(agent, lead, other_lead, settings):
    settings.CODE_SOURCE_URL = "simulator://"
    made = Life(agent, lead, other_lead)
    made.live()
    return made


def figures():
    """What statistics are made of."""
    return [
        list(rows.order_by("pk").values_list(*names))
        for rows, names in (
            (
                Case.objects,
                ("state", "resolution", "consultation_type", "created_at", "closed_at"),
            ),
            (Message.objects, ("state", "template", "bytes", "queued_at")),
            (Approval.objects, ("kind", "state", "requested_at", "decided_at", "used_at")),
            (Correction.objects, ("field", "state", "applied_at")),
            (Answer.objects, ("step", "value", "at")),
        )
    ]


def test_nothing_of_a_driver_is_left_in_any_table(life, later, capsys):
    """Through all of it once: it is slow because the whole life is lived by the pages."""
    assert set(marked_tables()) == HOLDS_HIM
    before = figures()

    with later(days=31):
        call_command("retention", "--dry-run")
        assert set(marked_tables()) == HOLDS_HIM
        run()
        assert set(marked_tables()) == OF_CASES | KEPT_LONGER
    with later(days=1096):
        run()

    assert marked_tables() == {}
    assert figures() == before
    assert not VerificationEvent.objects.exists()
    assert "drivers" in capsys.readouterr().out


PAGES = ["cases/case", "cases/approval", "cases/agitpost", "drivers/driver"]
PAGES += ["drivers/correction", "drivers/rightsrequest", "sms/message"]


def test_every_page_of_what_is_left_opens(life, later, signed_in, lead):
    client = signed_in(lead)
    for days in (31, 1096):  # the driver is gone, then his cases are as well
        with later(days=days):
            run()
            client.force_login(lead)
            opens_everywhere(client)


def opens_everywhere(client):
    for page in PAGES:
        changelist = client.get(f"/admin/{page}/")
        assert changelist.status_code == 200, page
        for row in changelist.context["cl"].result_list:
            shown = client.get(f"/admin/{page}/{row.pk}/change/")
            assert shown.status_code == 200, (page, row.pk)
    for case in Case.objects.all():
        assert client.get(f"/admin/cases/case/{case.pk}/desk/").status_code == 200
        assert client.get(f"/admin/cases/case/{case.pk}/desk/live/").status_code == 200
    assert client.get(f"/admin/call/?driver={Driver.objects.get().pk}").status_code == 200
    assert client.get("/admin/cases/approval/queue/").status_code == 200
    assert client.get("/admin/").status_code == 200
