"""
The whole matrix of each machine: every move from every state, and who may make it.

The arrows are written out as DESIGN section 3 draws them, so that an arrow that
somebody adds or drops in the code has to be added or dropped here as well.
"""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from backoffice.sms.models import Message
from backoffice.workflow.transitions import TransitionRefused, perform
from cases.models import Approval, Case
from cases.services import check_identity
from drivers.models import Correction, Driver, RightsRequest
from drivers.services import correct
from tests.walks import reach_escalation

OPEN = ["new", "diagnosing", "info_corrected", "escalated"]

# (move, from): to
ARROWS = {
    Case: {
        ("start", "new"): "diagnosing",
        ("correct_info", "diagnosing"): "info_corrected",
        ("escalate", "diagnosing"): "escalated",
        ("escalate", "info_corrected"): "escalated",
        ("return_to_agent", "escalated"): "diagnosing",
        ("close", "diagnosing"): "closed",
        ("close", "info_corrected"): "closed",
        ("close", "escalated"): "closed",
        # Facts that are recorded without leaving the state (rule 4.5, and the answer).
        ("record_call_back", "info_corrected"): "info_corrected",
        ("record_call_back", "diagnosing"): "diagnosing",
        ("record_call_back", "escalated"): "escalated",
        ("lift_identity_lock", "diagnosing"): "diagnosing",
        ("lift_identity_lock", "info_corrected"): "info_corrected",
        # Whose an open case is.
        **{("claim", state): state for state in OPEN},
        **{("hand_over", state): state for state in OPEN},
        ("record_answer", "escalated"): "escalated",
        # The request ended without a decision, and is made anew.
        ("ask_again", "escalated"): "escalated",
    },
    Approval: {
        ("approve", "pending"): "approved",
        ("reject", "pending"): "rejected",
        ("expire", "pending"): "expired",
        ("make_void", "pending"): "void",
    },
    Correction: {
        ("schedule", "requested"): "scheduled",
        ("apply", "requested"): "applied",
        ("apply", "scheduled"): "applied",
        ("cancel", "requested"): "cancelled",
        ("cancel", "scheduled"): "cancelled",
        ("reject", "requested"): "rejected",
        ("undo", "applied"): "undone",
    },
    RightsRequest: {
        ("check_requester", "received"): "received",
        ("make_result", "received"): "received",
        ("give_answer", "received"): "answered",
        ("refuse", "received"): "refused",
    },
    Driver: {
        ("suspend", "active"): "suspended",
        ("reinstate", "suspended"): "active",
        ("withdraw", "active"): "withdrawn",
        ("withdraw", "suspended"): "withdrawn",
    },
}

AGENT_AND_LEAD = {"agent", "lead"}
# Who else than the system (None) may; what is not named here is open to agent and lead.
WHO = {
    (Case, "return_to_agent", "escalated"): {"lead"},
    (Case, "lift_identity_lock", "diagnosing"): {"lead"},
    (Case, "lift_identity_lock", "info_corrected"): {"lead"},
    (Case, "close", "info_corrected"): {"agent", "lead", None},
    (Case, "close", "escalated"): {"lead"},
    (Approval, "approve", "pending"): {"lead"},
    (Approval, "reject", "pending"): {"lead"},
    (Approval, "expire", "pending"): {None},
    (Approval, "make_void", "pending"): {None},
    (Correction, "schedule", "requested"): {None},
    (Correction, "apply", "requested"): {"agent", "lead", None},
    (Correction, "apply", "scheduled"): {"agent", "lead", None},
    (Correction, "cancel", "requested"): {"agent", "lead", None},
    (Correction, "cancel", "scheduled"): {"agent", "lead", None},
    (Correction, "reject", "requested"): {None},
    (RightsRequest, "make_result", "received"): {"lead"},
    (RightsRequest, "give_answer", "received"): {"lead"},
    (RightsRequest, "refuse", "received"): {"lead"},
    (Driver, "suspend", "active"): {"lead"},
    (Driver, "reinstate", "suspended"): {"lead"},
    (Driver, "withdraw", "active"): {"lead"},
    (Driver, "withdraw", "suspended"): {"lead"},
}


def declared(model):
    return list(model(state=model.State.values[0]).get_all_state_transitions())


MATRIX = [
    pytest.param(model, move, state, id=f"{model.__name__}-{move}-from-{state}")
    for model in ARROWS
    for move in sorted(
        {each.name for each in declared(model)} | {name for name, _ in ARROWS[model]}
    )
    for state in model.State.values
]
PEOPLE = ["agent", "lead", "privacy_officer", "administrator", None]


@pytest.fixture
def made(request, make_case, make_driver, agent, other_agent):
    """made(Case, "escalated", "close"): a row in that state that meets every guard of the move."""

    def case():
        case = reach_escalation(make_case("start"))
        check_identity(case, {"name": "다른이름"}, call_back_answered=False, by=agent)
        said = {"name": "홍길동", "vehicle_no": "서울12바3456"}
        check_identity(case, said, call_back_answered=True, by=agent)
        correct(case.driver, "birthdate", date(1980, 3, 5), reason="통화", by=agent, case=case)
        Message.objects.filter(case=case).update(state=Message.State.DELIVERED)
        Approval.objects.create(case=case, kind="escalation", reason="확인", requested_by=agent)
        Approval.objects.filter(case=case).update(state=Approval.State.APPROVED)
        Case.objects.filter(pk=case.pk).update(department_answer="조치함", owner=None)
        return case

    def approval():
        case = make_case("start")
        return Approval.objects.create(
            case=case, kind="escalation", reason="확인", requested_by=other_agent
        )

    def correction():
        return Correction.objects.create(
            driver=make_driver(birthdate=date(1980, 3, 5)),
            field="birthdate",
            old_value="1980-05-03",
            new_value="1980-03-05",
            reason="통화",
            requested_by=other_agent,
        )

    def rights_request():
        return RightsRequest.objects.create(
            driver=make_driver(),
            kind="access",
            created_by=other_agent,
            checked_as="papers",
            checked_at=timezone.now(),
            copies=1,
        )

    makers = {
        Case: case,
        Approval: approval,
        Correction: correction,
        RightsRequest: rights_request,
        Driver: make_driver,
    }

    def make(model, state, move):
        row = makers[model]()
        if move == "ask_again":  # of all moves the only one that an approval keeps from being made
            row.approvals.update(state=Approval.State.EXPIRED)
        model.objects.filter(pk=row.pk).update(state=state)
        return model.objects.get(pk=row.pk)

    return make


def details_of(row, move):
    """What the move asks for, so that it is never refused for the lack of words."""
    reason = {"reason": "확인함"}
    ends = {"info_corrected": "corrected", "escalated": "answered"}
    return {
        "start": {},
        "correct_info": {},
        "expire": {},
        "claim": {},
        "hand_over": {"to": getattr(row, "created_by", None)},
        "close": {"resolution": ends.get(row.state, "guided")},
        "schedule": {"apply_at": timezone.now() + timedelta(hours=24)},
        "apply": {"driver": getattr(row, "driver", None)},
        "undo": reason | {"back": None},
        "check_requester": {"checked_as": "papers", "has_mandate": False},
    }.get(move, reason)


@pytest.mark.parametrize("model", ARROWS)
def test_the_declared_arrows_are_the_designed_ones(model):
    arrows = {(each.name, each.source): each.target or each.source for each in declared(model)}

    assert arrows == ARROWS[model]
    assert len(declared(model)) == len(ARROWS[model])


@pytest.mark.parametrize("model", ARROWS)
def test_every_move_asks_for_a_permission(model):
    assert [each.name for each in declared(model) if not each.permission] == []


@pytest.mark.parametrize(("model", "move", "state"), MATRIX)
def test_moves_along_the_arrows_and_nowhere_else(model, move, state, made, lead):
    """The designed arrows lead where they should; any other leaves the row as it was."""
    row = made(model, state, move)
    lines = row.changes.count()
    by = lead if "lead" in WHO.get((model, move, state), AGENT_AND_LEAD) else None
    target = ARROWS[model].get((move, state))

    if target:
        perform(row, move, by=by, **details_of(row, move))
    else:
        with pytest.raises(TransitionRefused):
            perform(row, move, by=by, **details_of(row, move))

    after = model.objects.get(pk=row.pk)
    assert after.state == (target or state)
    assert after.version == row.version + bool(target)
    assert row.changes.count() == lines + bool(target)


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize(
    ("model", "move", "state"), [(model, *arrow) for model in ARROWS for arrow in ARROWS[model]]
)
def test_each_arrow_is_open_to_those_who_may(model, move, state, who, made, request):
    row = made(model, state, move)
    by = request.getfixturevalue(who) if who else None
    may = who in WHO.get((model, move, state), AGENT_AND_LEAD)

    if may:
        perform(row, move, by=by, **details_of(row, move))
    else:
        with pytest.raises(TransitionRefused):
            perform(row, move, by=by, **details_of(row, move))

    after = model.objects.get(pk=row.pk)
    assert after.state == (ARROWS[model][move, state] if may else state)
    assert after.version == row.version + may
