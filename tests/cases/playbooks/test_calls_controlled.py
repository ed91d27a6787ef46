"""That the random calls reach what is rare, and that a breach there would be seen."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cases.models import Answer, Approval, Case, Walk
from drivers import services
from drivers.models import Correction, VerificationEvent
from tests.cases.playbooks.calls import Call
from tests.cases.playbooks.dice import DATES, OWN, an_answer
from tests.cases.playbooks.history import breaches
from tests.cases.playbooks.walking import all_texts, book, here

OTHER_YEAR = DATES[3]
APPROVE = {"verdict": "approve", "who": "lead", "fits": True}


@pytest.fixture
def far(world):
    """far("q1", 11): a call that went so many steps on the way."""

    def go(key, steps):
        return Call(
            world,
            **{"key": key, "channel": "phone", "presented": OWN, "lock": None, "again": 1},
            **{"mismatches": 9, "limit": 6, "ahead": [0] * steps},
        )

    return go


def on(call, **how):
    return call.move("answer", an_answer(**how))


def test_rule_1_12_a_call_may_end_with_a_code_read_out(far):
    call = far("q1", 11)
    assert here(call.case) == "lead-awaited"

    refused = [call.move("decide", APPROVE), call.move("read", "lead"), on(call)]
    assert (refused, here(call.case)) == (["", "", ""], "code-told")
    assert breaches(call.case) == []
    refused = [call.move("text", "delivered"), on(call), on(call)]

    assert refused == ["", "", ""]
    assert Case.objects.get(pk=call.case.pk).resolution == "code_read_out"
    assert breaches(call.case) == []
    assert len(call.codes) == 1
    assert call.codes[0] not in all_texts()


BROKEN = {  # of a call in which a code may be read now
    "G1": lambda case: Case.objects.update(presented_phone=""),
    "G2": lambda case: case.identity_checks.update(call_back_answered=False),
    "G3 a check": lambda case: case.answers.filter(step__record="spam").update(
        taken_back_at=timezone.now()
    ),
    "G3 the carrier": lambda case: case.answers.filter(step__record="carrier_asked").update(
        value="not_yet"
    ),
    "G3 the re-contact": lambda case: Case.objects.update(recontact_no=0),
    "G4": lambda case: _one_more_mismatch(case),
    "G5 the USIM": lambda case: _answered(case, "q2", "usim", "differs"),
    "G5 the device": lambda case: _answered(case, "q3", "questions", "device"),
    "G6": lambda case: VerificationEvent.objects.filter(kind="code.sent").delete(),
    "G7": lambda case: case.identity_checks.update(expires_at=timezone.now()),
    "G11": lambda case: Approval.objects.create(
        driver=case.driver,
        kind="code_read_out",
        state="approved",
        requested_by=case.owner,
        used_at=timezone.now() - timedelta(hours=23),
    ),
}


def _one_more_mismatch(case):
    VerificationEvent.objects.create(
        event_id="tenth",
        kind="code.mismatch",
        phone=case.driver.phone,
        driver=case.driver,
        occurred_at=timezone.now(),
    )


def _answered(case, key, step, value):
    version = book(key).published
    walk = Walk.objects.create(case=case, version=version, ended_at=timezone.now())
    step = version.steps.get(key=step)
    Answer.objects.create(walk=walk, case=case, step=step, value=value, by=case.owner)


@pytest.mark.parametrize("guard", BROKEN)
def test_rule_1_12_without_its_guard_the_read_out_would_be_seen(far, monkeypatch, guard):
    call = far("q1", 11)
    call.move("decide", APPROVE)
    BROKEN[guard](Case.objects.get(pk=call.case.pk))
    assert call.move("read", "lead").startswith(guard.split()[0])
    before = breaches(call.case)

    monkeypatch.setattr("cases.readout.services.refuse_unguarded", lambda *args, **more: None)
    call.move("read", "lead")

    seen = set(breaches(call.case)) - set(before)
    assert [each for each in seen if f"'{guard.split()[0]}'" in each]


def test_reading_a22_without_its_guard_the_change_would_be_seen(far, monkeypatch):
    monkeypatch.setattr(services, "needs_second_person", lambda *args: False)
    call = far("q4", 7)
    assert here(call.case) == "birthdate-corrected"

    on(call, day=OTHER_YEAR)

    assert Correction.objects.get().state == "applied"
    assert any("without a second person" in each for each in breaches(call.case))


def test_reading_a22_with_it_a_lead_decides(far):
    call = far("q4", 7)

    refused = [on(call, day=OTHER_YEAR), call.move("decide", APPROVE)]

    assert (refused, Correction.objects.get().state) == (["", ""], "applied")
    assert breaches(call.case) == []


@pytest.mark.parametrize("who", ["agent", "other"])
def test_a_decision_of_somebody_who_may_not_would_be_seen(far, monkeypatch, who):
    call = far("q4", 7)
    on(call, day=OTHER_YEAR)
    assert call.move("decide", APPROVE | {"who": who})
    assert breaches(call.case) == []

    monkeypatch.setattr(Approval, "may_decide", lambda self, user: True)
    for each in Approval.approve._django_fsm.transitions.values():
        monkeypatch.setattr(each, "permission", lambda self, user: True)
    call.move("decide", APPROVE | {"who": who})

    assert call.case.approvals.get().state == "approved"
    assert any("decided by" in each for each in breaches(call.case))


def test_rule_4_6_a_scheduled_change_that_comes_too_early_would_be_seen(far):
    call = far("q4", 6)
    for how in ({"turn": 1}, {}, {}):  # quick, ask, schedule
        on(call, **how)
    assert Correction.objects.get().state == "scheduled"
    assert breaches(call.case) == []

    services.apply_scheduled(Correction.objects.get())

    assert any("before the log-in" in each for each in breaches(call.case))
