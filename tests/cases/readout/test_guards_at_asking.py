"""A read-out is asked for only where every guard holds; each refusal says which does not."""

import pytest

from backoffice.audit.models import AccessRecord
from backoffice.workflow.transitions import perform
from cases.models import Approval, Case
from cases.playbooks import engine
from cases.readout.guards import GUARDS, GuardRefused
from cases.readout.services import ask_read_out
from tests.cases.readout.breaking import BREAKS, ONE_OF_EACH


def refusals(response):
    return [str(each) for each in response.context["form"].non_field_errors()]


@pytest.mark.parametrize("who", ["agent", "lead", "superuser"])
def test_where_every_guard_holds_it_is_asked(ready, ask, who, request):
    person = request.getfixturevalue(who)
    case = ready(by=person)

    response = ask(person, case)

    assert response.status_code == 302
    asked = Approval.objects.get()
    assert (asked.kind, asked.state, asked.requested_by) == ("code_read_out", "pending", person)
    assert engine.open_walk(case).step.key == "lead-awaited"
    assert not AccessRecord.objects.filter(action="refused").exists()


@pytest.mark.parametrize("broken", BREAKS)
def test_guard_g1_to_g7_each_alone_refuses_the_asking(ready, ask, agent, broken):
    guard, break_it = BREAKS[broken]
    case = ready()
    break_it(case)

    response = ask(agent, case, reason="통신사 확인 후에도 미수신")

    (sentence,) = refusals(response)
    assert sentence.startswith(f"{guard}: ")
    assert not Approval.objects.exists()
    assert engine.open_walk(case).step.key == "read-out-asked"
    assert "통신사 확인 후에도 미수신" in response.content.decode()
    refused = AccessRecord.objects.get(action="refused")
    assert (refused.by, refused.driver) == (agent, case.driver)
    assert refused.detail == {"case": case.number, "guard": guard}


@pytest.mark.parametrize("who", ["lead", "superuser"])
@pytest.mark.parametrize("guard", ONE_OF_EACH)
def test_guard_g1_to_g7_hold_for_everybody(ready, guard, who, request):
    person = request.getfixturevalue(who)
    case = ready(by=person)
    BREAKS[ONE_OF_EACH[guard]][1](case)

    with pytest.raises(GuardRefused) as refused:
        ask_read_out(Case.objects.get(pk=case.pk), by=person, reason="지속 미수신")

    assert refused.value.guard == guard
    assert not Approval.objects.exists()


def test_each_guard_that_is_a_question_to_the_case_is_broken_here():
    assert {guard for guard, _how in BREAKS.values()} == {each.number for each in GUARDS}


def test_guard_g1_without_a_driver_is_refused(ready, ask, agent):
    case = ready()
    Case.objects.filter(pk=case.pk).update(driver=None)

    response = ask(agent, case)

    assert refusals(response)[0].startswith("G1: ")
    assert not Approval.objects.exists()


def test_the_first_guard_that_does_not_hold_is_named(ready, ask, agent):
    case = ready()
    for broken in ("no code was sent", "ten codes did not match", "nobody called back"):
        BREAKS[broken][1](case)

    response = ask(agent, case)

    assert refusals(response)[0].startswith("G2: ")
    assert AccessRecord.objects.filter(action="refused").count() == 1


def test_every_refused_attempt_is_recorded(ready, ask, agent):
    case = ready()
    BREAKS["the USIM differs"][1](case)

    for _each in range(3):
        ask(agent, case)

    assert AccessRecord.objects.filter(action="refused", detail__guard="G5").count() == 3


@pytest.mark.parametrize("reason", ["", " ", "인증번호 482913"])
def test_a_reason_that_will_not_do_asks_nothing(ready, ask, agent, reason):
    case = ready()

    response = ask(agent, case, reason=reason)

    assert any(response.context["form"].errors.values())
    assert not Approval.objects.exists()


@pytest.mark.parametrize("who", ["privacy_officer", "administrator"])
def test_who_works_on_no_cases_asks_nothing(ready, ask, who, request):
    case = ready()

    response = ask(request.getfixturevalue(who), case)

    assert response.status_code == 403
    assert not Approval.objects.exists()


@pytest.mark.parametrize(
    ("move", "details"), [("close", {"resolution": "guided"}), ("escalate", {"reason": "부서"})]
)
def test_no_read_out_is_asked_for_in_a_case_that_is_over(ready, signed_in, agent, move, details):
    """By a page of the desk that was open all the while."""
    case = ready()
    walk = engine.open_walk(case)
    page = {"step": "read-out-asked", "last": engine.last_answer(walk), "reason": "미수신"}
    walk.stand_at(walk.version.steps.get(action="escalate"))
    perform(case, move, by=agent, **details)

    signed_in(agent).post(f"/admin/cases/case/{case.pk}/desk/answer/", page)

    assert not Approval.objects.filter(kind="code_read_out").exists()
