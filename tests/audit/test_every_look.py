"""Every page that shows a driver writes one access record and inserts nothing else."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backoffice.audit.models import AccessRecord
from backoffice.audit.records import record
from backoffice.workflow.transitions import perform
from cases import approvals
from cases.models import AgitPost, Approval
from cases.services import check_identity
from drivers.services import correct
from tests.walks import reach_escalation

PAGES = {  # and what the record says
    "/admin/": "list",
    "/admin/call/?driver={driver}": "view",
    "/admin/call/?phone=01000001234": "view",
    "/admin/call/?phone=01099998888": "search",
    "/admin/drivers/driver/": "list",
    "/admin/drivers/driver/?q=1234": "search",
    "/admin/drivers/driver/{driver}/change/": "view",
    "/admin/drivers/driver/{driver}/move/suspend/": "view",
    "/admin/drivers/driver/{driver}/reveal/phone/": "view",
    "/admin/drivers/correction/": "list",
    "/admin/drivers/correction/{correction}/change/": "view",
    "/admin/drivers/correction/{correction}/move/undo/": "view",
    "/admin/drivers/rightsrequest/add/?driver={driver}": "view",
    "/admin/cases/case/": "list",
    "/admin/cases/case/?q=홍길동": "search",
    "/admin/cases/case/add/?driver={driver}": "view",
    "/admin/cases/case/{case}/change/": "view",
    "/admin/cases/case/{case}/identity/": "view",
    "/admin/cases/case/{case}/birthdate/": "view",
    "/admin/cases/case/{case}/desk/": "view",
    "/admin/cases/case/{case}/move/close/": "view",
    "/admin/cases/approval/": "list",
    "/admin/cases/approval/queue/": "list",
    "/admin/cases/approval/{read_out}/change/": "view",
    "/admin/cases/approval/{read_out}/move/reject/": "view",
    "/admin/cases/approval/{read_out}/read-out/": "view",
    "/admin/cases/agitpost/": "list",
    "/admin/cases/agitpost/{post}/change/": "view",
    "/admin/sms/message/": "list",
    "/admin/sms/message/{message}/change/": "view",
    "/admin/autocomplete/?app_label=cases&model_name=case&field_name=driver&term=1234": "search",
}
OFFICERS = {
    "/admin/audit/accessrecord/": "list",
    "/admin/audit/accessrecord/{record}/change/": "view",
}
WITHOUT = [  # they keep asking, or show nobody
    "/admin/cases/case/{case}/desk/live/",
    "/admin/cases/approval/queue/live/",
    "/admin/sms/message/way/?driver={driver}",
    "/admin/sms/message/operations/",
    "/admin/search/?s=홍길동&extended=1",
    "/admin/call/",
]


@pytest.fixture
def keys(driver, agent, lead, make_case):
    """What the pages are about: after all that can happen to a driver in his cases."""
    case, escalated, asking = (make_case("start", driver=driver) for _case in range(3))
    correction = correct(
        driver, "birthdate", driver.birthdate.replace(day=4), reason="통화", by=agent, case=case
    )
    perform(reach_escalation(escalated), "escalate", by=agent, reason="부서 확인 필요")
    approvals.decide(
        Approval.objects.get(case=escalated), "approve", by=lead, reason="확인", version=None
    )
    said = {"name": "홍길동", "vehicle_no": "서울12바3456"}
    check_identity(asking, said, call_back_answered=True, by=agent)
    read_out = approvals.ask("code_read_out", case=asking, reason="확인", by=agent)
    return {
        "driver": driver.pk,
        "case": case.pk,
        "correction": correction.pk,
        "message": driver.messages.first().pk,
        "post": AgitPost.objects.get().pk,
        "read_out": (read_out or Approval.objects.get(case=asking)).pk,
        "record": record(AccessRecord.Action.VIEW, by=agent, driver=driver).pk,
    }


def looked_at(client, url):
    """Return the answer's status, what was recorded, and how many rows were inserted."""
    before = AccessRecord.objects.count()
    with CaptureQueriesContext(connection) as queries:
        response = client.get(url)
    inserts = sum(each["sql"].startswith("INSERT") for each in queries.captured_queries)
    written = AccessRecord.objects.order_by("pk")[before:]
    return response.status_code, [each.action for each in written], inserts


def differing(client, keys, pages, expected):
    found = {url: looked_at(client, url.format(**keys)) for url in pages}
    return {url: each for url, each in found.items() if each != expected(url)}


def test_each_page_writes_one_record(keys, lead, signed_in):
    assert differing(signed_in(lead), keys, PAGES, lambda url: (200, [PAGES[url]], 1)) == {}


def test_the_officers_own_looks_are_recorded(keys, privacy_officer, signed_in):
    client = signed_in(privacy_officer)

    assert differing(client, keys, OFFICERS, lambda url: (200, [OFFICERS[url]], 1)) == {}


def test_a_look_names_its_driver(keys, lead, signed_in):
    client = signed_in(lead)
    before = AccessRecord.objects.latest("pk").pk

    for url in PAGES:
        client.get(url.format(**keys))

    for each in AccessRecord.objects.filter(pk__gt=before, by=lead):
        named = [each.driver_id] if each.driver_id else each.detail["drivers"]
        assert named == [keys["driver"]] or each.detail == {
            "page": "call",
            "terms": ["phone"],
            "drivers": [],
        }


def test_what_shows_nobody_writes_nothing(keys, lead, signed_in):
    client = signed_in(lead)
    client.get("/admin/cases/case/{case}/desk/live/".format(**keys))  # notes that he is there

    assert differing(client, keys, WITHOUT, lambda url: (200, [], 0)) == {}


@pytest.mark.parametrize(
    ("url", "typed"),
    [
        ("/admin/drivers/driver/{driver}/change/", {"birthdate": "x"}),
        ("/admin/cases/case/{case}/change/", {"channel": "x"}),
        ("/admin/cases/case/{case}/identity/", {}),
        ("/admin/drivers/driver/{driver}/reveal/phone/", {}),
    ],
)
def test_a_form_that_comes_back_is_a_look_as_well(keys, url, typed, lead, signed_in):
    client = signed_in(lead)
    before = AccessRecord.objects.count()

    response = client.post(url.format(**keys), typed)

    assert response.status_code == 200
    assert [each.action for each in AccessRecord.objects.order_by("pk")[before:]] == ["view"]
