"""Who gets through perform(), and who does not."""

from contextlib import nullcontext

import pytest
from django.utils import translation

from backoffice.workflow.transitions import TransitionRefused, perform
from drivers.models import Driver
from tests.walks import reach_escalation


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def stored(obj):
    return type(obj).objects.get(pk=obj.pk)


@pytest.mark.parametrize(
    ("who", "ends_as"),
    [
        ("lead", "suspended"),
        ("agent", "active"),
        ("privacy_officer", "active"),
        ("administrator", "active"),
    ],
)
def test_only_who_may_moves(driver, who, ends_as, request):
    person = request.getfixturevalue(who)

    refused = ends_as == "active"
    with pytest.raises(TransitionRefused, match="not allowed") if refused else nullcontext():
        perform(driver, "suspend", by=person, reason="민원 접수")

    assert stored(driver).state == ends_as
    assert driver.changes.count() == (ends_as == "suspended")


def test_who_may_not_move_does_not_learn_the_state(make_driver, agent):
    active, suspended = make_driver(), make_driver(state=Driver.State.SUSPENDED)
    said = set()

    for driver in (active, suspended):
        with pytest.raises(TransitionRefused) as refused:
            perform(driver, "reinstate", by=agent, reason="복귀")
        said.add(str(refused.value))

    assert said == {"You are not allowed to do this."}


@pytest.mark.parametrize("who", ["lead", "superuser"])
def test_an_inactive_person_moves_nothing(driver, who, request):
    person = request.getfixturevalue(who)
    person.is_active = False
    person.save()

    with pytest.raises(TransitionRefused, match="not allowed"):
        perform(driver, "suspend", by=person, reason="민원 접수")

    assert stored(driver).state == "active"


def test_the_system_moves_only_what_is_declared_for_it(make_case, agent):
    case = make_case("start")
    perform(reach_escalation(case), "escalate", by=agent, reason="부서 확인 필요")
    approval = case.approvals.get()

    for name, details in (("approve", {"reason": "자동"}), ("reject", {"reason": "자동"})):
        with pytest.raises(TransitionRefused, match="not allowed"):
            perform(approval, name, by=None, **details)
    perform(approval, "expire", by=None)

    assert stored(approval).state == "expired"
    assert approval.changes.get().by is None


@pytest.mark.parametrize("who", ["agent", "lead", "superuser"])
def test_nobody_makes_a_move_of_the_system(make_case, agent, who, request):
    case = make_case("start")
    perform(reach_escalation(case), "escalate", by=agent, reason="부서 확인 필요")
    approval = case.approvals.get()

    with pytest.raises(TransitionRefused, match="not allowed"):
        perform(approval, "expire", by=request.getfixturevalue(who))

    assert stored(approval).state == "pending"
