"""The moves through the door that people use: who may press which button."""

from datetime import date

import pytest

from cases.models import Approval, Case
from cases.services import check_identity
from drivers.models import Correction
from drivers.services import correct


@pytest.mark.parametrize(
    ("who", "ends_as", "status"),
    [
        ("lead", "suspended", 302),
        ("superuser", "suspended", 302),
        ("agent", "active", 200),
        ("privacy_officer", "active", 403),
        ("administrator", "active", 403),
    ],
)
def test_suspending_a_driver(driver, who, ends_as, status, move, state_of, request):
    response = move(request.getfixturevalue(who), driver, "suspend", reason="민원 접수")

    assert response.status_code == status
    assert state_of(driver) == ends_as
    assert driver.changes.count() == (ends_as == "suspended")


@pytest.mark.parametrize(("who", "ends_as"), [("agent", "escalated"), ("lead", "closed")])
def test_closing_an_escalated_case(agent, escalated, who, ends_as, move, state_of, request):
    case = escalated(agent)
    Approval.objects.filter(case=case).update(state="approved")
    Case.objects.filter(pk=case.pk).update(department_answer="조치함")

    move(request.getfixturevalue(who), case, "close", resolution="answered")

    assert state_of(case) == ends_as


@pytest.mark.parametrize(
    ("verdict", "ends_as", "case_ends_as"),
    [("approve", "approved", "escalated"), ("reject", "rejected", "diagnosing")],
)
@pytest.mark.parametrize(
    ("asker", "decider", "may"),
    [
        ("agent", "lead", True),
        ("lead", "other_lead", True),
        ("agent", "superuser", True),
        ("lead", "lead", False),
        ("superuser", "superuser", False),
        ("agent", "agent", False),
        ("agent", "other_agent", False),
    ],
)
def test_deciding_takes_a_second_person(
    escalated, asker, decider, may, verdict, ends_as, case_ends_as, move, state_of, request
):
    case = escalated(request.getfixturevalue(asker))
    approval = case.approvals.get()

    move(request.getfixturevalue(decider), approval, verdict, reason="확인함")

    assert state_of(approval) == (ends_as if may else "pending")
    assert state_of(case) == (case_ends_as if may else "escalated")
    assert approval.changes.count() == may


@pytest.mark.parametrize("asker", ["lead", "superuser"])
def test_the_asker_cannot_reject_his_own_request_by_returning_the_case(
    escalated, asker, move, state_of, request
):
    person = request.getfixturevalue(asker)
    case = escalated(person)

    move(person, case, "return_to_agent", reason="직접 처리")

    assert state_of(case) == "escalated"
    assert state_of(case.approvals.get()) == "pending"


@pytest.mark.parametrize("name", ["correct_info", "open", "save", "nothing"])
def test_a_hidden_move_of_a_case_cannot_be_posted(make_case, agent, name, move, state_of):
    """Not even where every guard of it is met."""
    case = make_case("start")
    said = {"name": "홍길동", "vehicle_no": "서울12바3456"}
    check_identity(case, said, call_back_answered=True, by=agent)
    correct(case.driver, "birthdate", date(1980, 3, 5), reason="통화", by=agent, case=case)

    response = move(agent, case, name)

    assert response.status_code == 302
    assert state_of(case) == "diagnosing"


@pytest.mark.parametrize("name", ["expire", "make_void"])
def test_a_hidden_move_of_an_approval_cannot_be_posted(
    agent, lead, escalated, name, move, state_of
):
    approval = escalated(agent).approvals.get()

    move(lead, approval, name, reason="직접")

    assert state_of(approval) == "pending"


@pytest.mark.parametrize("name", ["apply", "schedule", "reject"])
def test_a_hidden_move_of_a_correction_cannot_be_posted(driver, agent, lead, name, move, state_of):
    correction = Correction.objects.create(
        driver=driver,
        field="birthdate",
        old_value="1980-05-03",
        new_value="1980-03-05",
        reason="통화",
        requested_by=agent,
    )

    move(lead, correction, name, reason="직접")

    assert state_of(correction) == "requested"


def test_who_is_not_signed_in_moves_nothing(driver, client, state_of):
    response = client.post(
        f"/admin/drivers/driver/{driver.pk}/move/suspend/", {"version": 0, "reason": "민원"}
    )

    assert response.status_code == 302
    assert response.url.startswith("/admin/login/")
    assert state_of(driver) == "active"
