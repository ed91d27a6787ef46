"""What changes between the approval and the reading stops it: no code leaves its place."""

from datetime import timedelta

import pytest

from backoffice.audit.models import AccessRecord
from backoffice.sms.models import Message
from backoffice.workflow.transitions import perform
from cases import approvals
from cases.models import Case
from cases.playbooks import engine
from cases.readout.guards import GuardRefused
from cases.readout.services import read_out
from tests.cases.readout.breaking import BREAKS, ONE_OF_EACH
from tests.cases.readout.conftest import CODE

pytestmark = pytest.mark.usefixtures("login_service")


def shows_nothing(response, approval):
    approval.refresh_from_db()
    return CODE not in response.content.decode() and approval.used_at is None


@pytest.mark.parametrize("broken", BREAKS)
def test_guard_g1_to_g7_each_alone_refuses_the_reading(
    approved, read, lead, login_service, broken
):
    guard, break_it = BREAKS[broken]
    approval = approved()
    break_it(approval.case)

    response = read(lead, approval)

    assert response.context["sentence"].startswith(f"{guard}: ")
    assert response.context["sentence"] in response.content.decode()
    assert shows_nothing(response, approval)
    assert login_service.asked == []
    assert not Message.objects.exists()
    refused = AccessRecord.objects.get(action="refused")
    assert (refused.by, refused.driver) == (lead, approval.driver)
    assert refused.detail == {"case": approval.case.number, "guard": guard}


@pytest.mark.parametrize("guard", ONE_OF_EACH)
def test_guard_g1_to_g7_bind_superusers_as_well(approved, superuser, login_service, guard):
    approval = approved(by=superuser)
    BREAKS[ONE_OF_EACH[guard]][1](approval.case)

    with pytest.raises(GuardRefused) as refused:
        read_out(approval, by=superuser)

    approval.refresh_from_db()
    assert (refused.value.guard, approval.used_at) == (guard, None)
    assert login_service.asked == []


def test_a_guard_that_holds_again_lets_the_same_lead_read(approved, read, lead):
    approval = approved()
    check = approval.case.identity_checks.get()
    type(check).objects.update(is_verified=False)
    read(lead, approval)
    type(check).objects.update(is_verified=True)

    response = read(lead, approval)

    assert CODE in response.content.decode()


def test_the_identity_expires_while_the_lead_takes_the_call_over(
    clock, ready, read, lead, agent, code_sent
):
    case = ready()
    clock.shift(timedelta(minutes=13))
    code_sent(case.driver)
    asked = approvals.ask("code_read_out", case=case, reason="지속 미수신", by=agent)
    approval = approvals.decide(asked, "approve", by=lead, reason="확인함")
    clock.shift(timedelta(minutes=2))

    response = read(lead, approval)

    assert response.context["sentence"].startswith("G7: ")
    assert shows_nothing(response, approval)


def test_guard_g8_nobody_reads_what_nobody_approved(ready, read, agent, lead):
    approval = approvals.ask("code_read_out", case=ready(), reason="지속 미수신", by=agent)

    response = read(lead, approval)

    assert response.context["sentence"]
    assert shows_nothing(response, approval)


@pytest.mark.parametrize("ends_as", ["rejected", "expired", "void"])
def test_guard_g8_what_ended_without_an_approval_is_not_read(ready, read, agent, lead, ends_as):
    approval = approvals.ask("code_read_out", case=ready(), reason="지속 미수신", by=agent)
    type(approval).objects.update(state=ends_as, decided_by=lead)

    response = read(lead, approval)

    assert response.context["sentence"]
    assert shows_nothing(response, approval)


def test_guard_g8_the_lead_who_asked_cannot_read_what_another_lead_approved(
    approved, read, lead, other_lead
):
    approval = approved(asker=other_lead, by=lead)

    response = read(other_lead, approval)

    assert response.context["sentence"]
    assert shows_nothing(response, approval)
    assert CODE in read(lead, approval).content.decode()


@pytest.mark.parametrize("who", ["agent", "other_agent", "privacy_officer", "administrator"])
def test_guard_g8_nobody_but_a_lead_opens_the_page(approved, read, signed_in, who, request):
    approval, person = approved(), request.getfixturevalue(who)

    posted = read(person, approval)
    opened = signed_in(person).get(f"/admin/cases/approval/{approval.pk}/read-out/")

    assert (posted.status_code, opened.status_code) == (403, 403)
    assert shows_nothing(posted, approval)


def test_guard_g8_a_lead_who_is_none_any_more_reads_nothing(approved, read, lead):
    approval = approved()
    lead.groups.clear()

    response = read(lead, approval)

    assert response.status_code == 403
    assert shows_nothing(response, approval)


@pytest.mark.parametrize("over", ["closed", "escalated"])
def test_a_case_that_is_over_by_now_has_nothing_to_read(approved, read, agent, lead, over):
    approval = approved()
    walk = engine.open_walk(approval.case)
    walk.stand_at(walk.version.steps.get(action="escalate"))
    if over == "closed":
        perform(approval.case, "close", by=agent, resolution=Case.Resolution.GUIDED)
    else:
        perform(approval.case, "escalate", by=agent, reason="기사님이 끊음")

    response = read(lead, approval)

    assert Case.objects.get(pk=approval.case_id).state == over
    assert shows_nothing(response, approval)


def test_an_approval_of_another_kind_has_no_read_out_page(approved, signed_in, lead):
    approval = approved()
    type(approval).objects.update(kind="escalation")

    answers = [
        getattr(signed_in(lead), method)(f"/admin/cases/approval/{approval.pk}/read-out/")
        for method in ("get", "post")
    ]

    assert [each.status_code for each in answers] == [404, 404]


@pytest.mark.parametrize("pk", ["0", "999999", "9" * 18, "9" * 30])
def test_a_number_that_no_approval_has_is_not_found(signed_in, lead, pk):
    assert signed_in(lead).post(f"/admin/cases/approval/{pk}/read-out/").status_code == 404
