"""One request at a time in a case; what expired or became void may be asked for again."""

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from backoffice.workflow.transitions import TransitionRefused, perform
from cases import approvals
from cases.models import Approval, guards
from drivers.models import Driver
from tests.cases.approvals.conftest import ANOTHER_YEAR, KINDS
from tests.records import change_record
from tests.walks import reach_escalation


@pytest.fixture
def ask_again(signed_in, stored):
    """ask_again(agent, case): by the page of the move; the response."""

    def post(person, case, **typed):
        page = {"version": stored(case).version, "reason": "다시 요청"} | typed
        return signed_in(person).post(f"/admin/cases/case/{case.pk}/move/ask_again/", page)

    return post


@pytest.fixture
def ended(waiting, lead):
    """An escalation that ended as named."""

    def make(state):
        approval = waiting()
        if state == "void":
            change_record(approval.driver_id)
        elif state == "expired":
            Approval.objects.update(expires_at=approval.requested_at)
            approvals.sweep()
        elif state != "pending":
            verdict = {"approved": "approve", "rejected": "reject"}[state]
            approvals.decide(approval, verdict, by=lead, reason="확인함")
        approval.refresh_from_db()
        assert approval.state == state
        return approval

    return make


@pytest.mark.parametrize("state", ["void", "expired"])
@pytest.mark.parametrize("who", ["agent", "other_agent", "lead"])
def test_who_works_on_cases_asks_again(ended, ask_again, stored, state, who, request):
    person, before = request.getfixturevalue(who), ended(state)

    response = ask_again(person, before.case)

    assert response.status_code == 302
    new = Approval.objects.get(state="pending")
    assert (new.kind, new.case, new.requested_by) == ("escalation", before.case, person)
    assert new.reason == "다시 요청"
    assert stored(before).state == state
    assert new.facts["driver_record"] == Driver.objects.get(pk=new.driver_id).fingerprint()


@pytest.mark.parametrize("state", ["pending", "approved", "rejected"])
def test_nothing_else_is_asked_again(ended, ask_again, agent, state):
    before = ended(state)

    ask_again(agent, before.case)

    assert list(Approval.objects.all()) == [before]


def test_the_new_request_is_decided_by_somebody_else_than_its_asker(
    ended, ask_again, decide, stored, agent, lead, other_lead
):
    before = ended("void")
    ask_again(lead, before.case)
    new = Approval.objects.get(state="pending")

    decide(lead, new, "approve")
    assert stored(new).state == "pending"
    decide(other_lead, new, "approve")

    assert stored(new).state == "approved"


def test_the_ended_request_is_not_decided_instead(ended, ask_again, decide, stored, agent, lead):
    before = ended("expired")
    ask_again(agent, before.case)

    decide(lead, stored(before), "approve")

    assert stored(before).state == "expired"
    assert Approval.objects.filter(state="pending").count() == 1


@pytest.mark.parametrize("reason", ["", " ", "인증번호 482913"])
def test_not_without_a_reason_and_not_with_a_code(ended, ask_again, agent, reason):
    before = ended("void")

    response = ask_again(agent, before.case, reason=reason)

    assert response.status_code == 200
    assert reason in response.content.decode()
    assert not Approval.objects.filter(state="pending").exists()


@pytest.mark.parametrize("who", ["privacy_officer", "administrator"])
def test_nobody_else_asks_again(ended, ask_again, who, request):
    before = ended("void")

    assert ask_again(request.getfixturevalue(who), before.case).status_code == 403
    assert not Approval.objects.filter(state="pending").exists()


@pytest.mark.parametrize("first", KINDS)
@pytest.mark.parametrize("second", ["code_read_out", "escalation"])
def test_one_request_at_a_time_in_a_case(waiting, agent, first, second):
    approval = waiting(first)
    sentence = gettext(str(guards.has_no_pending_approval.sentence))

    with pytest.raises(TransitionRefused, match=sentence), transaction.atomic():
        approvals.ask(second, case=approval.case, reason="또 하나", by=agent)

    assert Approval.objects.get() == approval


def test_while_one_waits_the_case_is_neither_escalated_nor_closed(waiting, stored, agent):
    case = waiting("sensitive_correction").case
    reach_escalation(case)

    for move, details in (("escalate", {"reason": "부서"}), ("close", {"resolution": "guided"})):
        with pytest.raises(TransitionRefused):
            perform(case, move, by=agent, **details)

    assert stored(case).state == "diagnosing"


def test_the_database_keeps_a_second_one_out(waiting):
    approval = waiting()

    with pytest.raises(IntegrityError), transaction.atomic():
        Approval.objects.create(
            case=approval.case,
            kind="code_read_out",
            reason="또 하나",
            requested_by=approval.requested_by,
        )


def test_another_case_of_the_driver_may_ask_as_well(waiting, driver):
    waiting(driver=driver)

    waiting("code_read_out", driver=driver)

    assert Approval.objects.filter(driver=driver, state="pending").count() == 2


def test_a_decision_that_changes_the_driver_ends_what_else_rests_on_him(
    waiting, decide, stored, driver, lead
):
    correction = waiting("sensitive_correction", driver=driver)
    other = waiting("escalation", driver=driver)

    decide(lead, correction, "approve")

    assert (stored(correction).state, stored(other).state) == ("approved", "void")
    assert Driver.objects.get(pk=driver.pk).birthdate == ANOTHER_YEAR
