"""A request that nobody decides ends: a read-out after three minutes, the others after a day."""

from datetime import timedelta

import pytest

from backoffice.celery import app as celery_app
from cases import approvals
from cases.models import AgitPost, Approval
from cases.tasks import sweep_approvals
from drivers.models import Correction
from tests.cases.approvals.conftest import KINDS

SECOND = timedelta(seconds=1)
LASTS = {
    "escalation": timedelta(hours=24),
    "code_read_out": timedelta(minutes=3),
    "sensitive_correction": timedelta(hours=24),
}


@pytest.fixture(autouse=True)
def identities_last(settings):
    """Or they would end first."""
    settings.IDENTITY_MINUTES = 3000


@pytest.mark.parametrize("kind", KINDS)
def test_it_waits_so_long_and_no_longer(clock, waiting, stored, kind):
    approval = waiting(kind)
    assert approval.expires_at - approval.requested_at == LASTS[kind]
    clock.shift(LASTS[kind] - SECOND)
    assert approvals.sweep() == 0
    assert stored(approval).state == "pending"
    clock.shift(SECOND)

    assert approvals.sweep() == 1

    approval = stored(approval)
    assert (approval.state, approval.decided_by) == ("expired", None)
    assert [(line.transition, line.by) for line in approval.changes.all()] == [("expire", None)]
    assert approvals.sweep() == 0


def test_the_pages_say_that_the_system_ended_it(clock, waiting, signed_in, lead):
    approval = waiting(reason="부서 확인 필요")
    clock.shift(LASTS[approval.kind])
    approvals.sweep()

    rows = signed_in(lead).get("/admin/cases/approval/").content.decode()
    page = signed_in(lead).get(f"/admin/cases/approval/{approval.pk}/change/").content.decode()

    assert 'data-label="결정자">시스템</td>' in rows
    assert "시스템" in page.partition("결정자")[2].partition("결정 일시")[0]
    # Days later the hour alone would say nothing.
    assert "03-02 10:00:00" in page
    assert "요청 사유" in page


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("door", "verdict"), [("queue", "approve"), ("move", "reject")])
def test_it_is_not_decided_afterwards_swept_or_not(
    clock, waiting, decide, stored, lead, kind, verdict, door
):
    approval = waiting(kind)
    clock.shift(LASTS[kind])

    response = decide(lead, approval, verdict, door=door)

    assert response.status_code == 200
    approval = stored(approval)
    assert (approval.state, approval.decided_by) == ("expired", None)
    assert not AgitPost.objects.exists()


def test_the_last_second_is_in_time(clock, waiting, decide, stored, lead):
    approval = waiting("code_read_out")
    clock.shift(LASTS["code_read_out"] - SECOND)

    decide(lead, approval, "approve")

    assert stored(approval).state == "approved"


def test_how_long_it_waits_is_a_setting(clock, waiting, stored, settings):
    settings.APPROVAL_HOURS, settings.READ_OUT_MINUTES = 2, 1
    escalation, read_out = waiting(), waiting("code_read_out")
    clock.shift(timedelta(minutes=1))
    approvals.sweep()

    assert (stored(read_out).state, stored(escalation).state) == ("expired", "pending")
    clock.shift(timedelta(hours=2))
    approvals.sweep()

    assert stored(escalation).state == "expired"


def test_a_setting_that_changes_later_changes_no_request(clock, waiting, stored, settings):
    approval = waiting()
    settings.APPROVAL_HOURS = 1
    clock.shift(timedelta(hours=2))

    approvals.sweep()

    assert stored(approval).state == "pending"


def test_with_the_request_its_correction_ends(clock, waiting, without_case, stored):
    in_case, on_page = waiting("sensitive_correction"), without_case()
    clock.shift(LASTS["sensitive_correction"])

    approvals.sweep()

    assert set(Correction.objects.values_list("state", flat=True)) == {"cancelled"}
    assert {stored(in_case).state, stored(on_page).state} == {"expired"}
    assert stored(in_case.case).state == "diagnosing"


def test_an_escalated_case_waits_on(clock, waiting, stored):
    approval = waiting()
    clock.shift(LASTS["escalation"])

    approvals.sweep()

    assert stored(approval.case).state == "escalated"


def test_the_sweep_ends_all_that_is_due_and_nothing_else(clock, waiting, lead):
    early = [waiting() for _each in range(3)]
    approvals.decide(early[0], "approve", by=lead, reason="확인함")
    clock.shift(timedelta(hours=23))
    waiting()
    clock.shift(timedelta(hours=1))

    assert sweep_approvals() == {"ended": 2}

    states = Approval.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["approved", "expired", "expired", "pending"]


def test_beat_runs_the_sweep_often_enough_for_three_minutes():
    entry = celery_app.conf.beat_schedule["sweep-approvals"]

    assert entry["task"] == sweep_approvals.name
    assert entry["schedule"] <= 60
