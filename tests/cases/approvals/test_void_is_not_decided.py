"""What became void is not decided any more, also where the decision itself finds it out."""

import pytest

from cases.models import AgitPost
from cases.services import correct_birthdate
from drivers import services as driver_services
from drivers.models import Correction, Driver
from tests.cases.approvals.conftest import ANOTHER_YEAR, KINDS
from tests.records import change_record


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("verdict", ["approve", "reject"])
def test_what_is_void_is_not_decided_and_nothing_happens(
    waiting, decide, stored, lead, kind, verdict
):
    approval = waiting(kind)
    case = stored(approval.case)
    change_record(approval.driver_id)

    response = decide(lead, approval, verdict)

    assert [str(each) for each in response.context["messages"]]
    assert stored(approval).state == "void"
    assert stored(case).state == case.state
    assert not AgitPost.objects.exists()
    assert not Driver.objects.filter(birthdate=ANOTHER_YEAR).exists()
    assert set(Correction.objects.values_list("state", flat=True)) <= {"cancelled"}


@pytest.mark.parametrize(
    ("kind", "verdict"), list(zip(KINDS, ["reject", "approve", "approve"], strict=True))
)
def test_a_change_that_nobody_told_of_is_found_by_the_decision(
    waiting, decide, stored, lead, kind, verdict
):
    approval = waiting(kind)
    Driver.objects.filter(pk=approval.driver_id).update(company="새한운수")

    decide(lead, approval, verdict)

    approval = stored(approval)
    assert (approval.state, approval.decided_by) == ("void", None)
    assert not AgitPost.objects.exists()
    assert set(Correction.objects.values_list("state", flat=True)) <= {"cancelled"}


def test_even_where_who_decides_may_not(waiting, decide, stored, agent):
    approval = waiting()
    Driver.objects.filter(pk=approval.driver_id).update(company="새한운수")

    decide(agent, approval, "approve", door="move")

    assert stored(approval).state == "void"


def test_a_void_correction_leaves_the_way_for_the_next(waiting, stored, agent):
    approval = waiting("sensitive_correction")
    change_record(approval.driver_id)
    assert stored(approval.correction).state == "cancelled"

    correct_birthdate(approval.case, ANOTHER_YEAR, reason="다시 요청", by=agent)

    assert approval.case.approvals.filter(state="pending").count() == 1


def test_a_cancelled_correction_is_not_decided_any_more(waiting, decide, stored, agent, lead):
    approval = waiting("sensitive_correction")
    driver_services.cancel(approval.correction, by=agent, reason="잘못 입력")

    decide(lead, approval, "approve")

    assert stored(approval).state == "void"
    assert stored(approval.correction).state == "cancelled"
