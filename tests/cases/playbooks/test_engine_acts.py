"""What an act does, what a refused one leaves, and how a walk goes over and ends."""

from datetime import date, timedelta

import pytest
from django.apps import apps
from django.utils import timezone

from backoffice.sms.models import Message
from backoffice.workflow.transitions import TransitionRefused
from cases.models import Answer, Walk
from cases.playbooks import engine
from drivers.models import Correction
from tests.cases.playbooks.walking import all_rows, answer, book, here

KNOWN = {"name": "홍길동", "vehicle_no": "서울12바3456", "call_back_answered": True}
FUTURE = timezone.now() + timedelta(days=3)
PAST = timezone.now() - timedelta(days=3)
DATE = date(1980, 12, 28)


@pytest.fixture
def verified(at, agent):
    """A case at the correction, with a caller who is shown to be the driver."""

    def make():
        case = at("q4", "identity")
        answer(case, by=agent, details=KNOWN)
        Walk.objects.update(step=book("q4").published.steps.get(key="birthdate-corrected"))
        return case

    return make


DONE = {
    "identity verified": ("q4", "identity", KNOWN, "verified", "real-birthdate"),
    "identity not verified": (
        "q4",
        "identity",
        KNOWN | {"name": "고길동"},
        "not_verified",
        "identity-again",
    ),
    "call-back": (
        "q2",
        "operable-call-back",
        {"at": FUTURE, "reason": "재통화"},
        "done",
        "operable",
    ),
    "call-back made": (
        "q4",
        "record-call-back",
        {"reason": "본인 통화"},
        "done",
        "end-corrected",
    ),
    "escalate": ("q3", "to-department", {"reason": "확인"}, "escalated", None),
    "close": ("q3", "end-guided", {}, "closed", None),
    "switch": ("q3", "to-q1", {}, "switched", "phone-number-right"),
}


@pytest.mark.parametrize("name", DONE)
def test_an_act_and_its_outcome(at, agent, stored, name):
    key, step, details, outcome, next_step = DONE[name]
    case = at(key, step)
    if name == "call-back made":
        type(case).objects.update(state="info_corrected")

    answer(case, by=agent, details=details)

    row = case.answers.get(step__key=step)
    assert (row.value, row.by, here(case)) == (outcome, agent, next_step)
    if name == "call-back":
        assert (stored(case).follow_up_at, stored(case).follow_up_reason) == (FUTURE, "재통화")
    if name == "call-back made":
        assert case.changes.filter(transition="record_call_back").exists()
    if name == "escalate":
        assert (stored(case).state, case.approvals.get().requested_by) == ("escalated", agent)
    if name == "close":
        assert (stored(case).state, stored(case).resolution) == ("closed", "guided")


def test_rule_4_3_the_correction_and_its_text(verified, agent, stored):
    case = verified()

    answer(case, by=agent, details={"birthdate": DATE, "reason": "통화"})

    assert here(case) == "text-announced"
    assert (stored(case).state, stored(case.driver).birthdate) == ("info_corrected", DATE)
    assert (Correction.objects.get().case, Message.objects.get().case) == (case, case)


REFUSED = {
    "call-back in the past": ("q2", "operable-call-back", {"at": PAST, "reason": "재통화"}),
    "call-back without a reason": ("q2", "operable-call-back", {"at": FUTURE, "reason": " "}),
    "escalation without a reason": ("q3", "to-department", {"reason": " "}),
    "correction without identity": (
        "q4",
        "birthdate-corrected",
        {"birthdate": DATE, "reason": "통화"},
    ),
    "change scheduled without identity": (
        "q4",
        "change-scheduled",
        {"birthdate": DATE, "reason": "통화"},
    ),
    "told without a scheduled change": ("q4", "registered-date-told", {"reason": "통화"}),
    "read-out without what comes first": ("q1", "read-out-asked", {"reason": "미수신"}),
    "end as if a code had been told": ("q1", "end-code-read-out", {}),
    "corrected without a correction": ("q4", "end-corrected", {}),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_refused_act_leaves_everything_where_it_was(at, agent, stored, name):
    key, step, details = REFUSED[name]
    case = at(key, step)
    before = all_rows()

    with pytest.raises(TransitionRefused):
        answer(case, by=agent, details=details)

    assert all_rows() == before
    assert here(case) == step


@pytest.mark.parametrize("case_of", ["same date", "expired", "no reason", "no text template"])
def test_a_refused_correction_leaves_everything_where_it_was(verified, agent, stored, case_of):
    case = verified()
    details = {"birthdate": DATE, "reason": "통화"}
    if case_of == "same date":
        details["birthdate"] = case.driver.birthdate
    if case_of == "no reason":
        details["reason"] = ""
    if case_of == "expired":
        case.identity_checks.update(expires_at=timezone.now())
    if case_of == "no text template":
        apps.get_model("sms.Template").objects.update(body="#{이름}")
    before = all_rows()

    with pytest.raises(TransitionRefused):
        answer(case, by=agent, details=details)

    assert (all_rows(), here(case)) == (before, "birthdate-corrected")
    assert stored(case.driver).birthdate == case.driver.birthdate


def test_rule_3_2_going_over_stays_in_the_case(at, agent):
    case = at("q3", "to-q4")
    Answer.objects.create(
        walk=case.walks.get(),
        case=case,
        step=book("q3").published.steps.get(key="birthdate-compared"),
        value="mismatch",
        by=agent,
    )

    answer(case, by=agent)

    first, second = case.walks.order_by("pk")
    assert (first.ended_at is None, second.ended_at is None) == (False, True)
    assert second.version == book("q4").published
    assert here(case) == "identity"  # what was compared before is known there


def test_going_over_to_what_is_not_published_is_refused(at, agent):
    case = at("q3", "to-q4")
    book("q4").versions.update(state="retired")

    with pytest.raises(TransitionRefused):
        answer(case, by=agent)

    assert (here(case), case.walks.count()) == ("to-q4", 1)


def test_closing_beside_the_playbook_ends_the_walk(at, agent, on_page):
    case = at("q1", "wifi")

    on_page(agent, case, "move/close", resolution="no_response")

    assert engine.open_walk(case) is None
