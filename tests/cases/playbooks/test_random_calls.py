"""Calls that go any way at all: whatever is answered, the rules hold and the call can end."""

from random import Random

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, note
from hypothesis import settings as at_most
from hypothesis import strategies as st

from backoffice.workflow.transitions import TransitionRefused
from cases import services
from cases.models import Case, Walk, guards
from drivers.models import Driver
from tests.cases.playbooks.calls import Call, detail
from tests.cases.playbooks.dice import DATES, some_call, some_move
from tests.cases.playbooks.finish import NEVER, finish
from tests.cases.playbooks.history import breaches, told
from tests.cases.playbooks.walking import all_texts, answer, back, book, here

pytestmark = pytest.mark.long

few = at_most(
    max_examples=36,
    deadline=None,
    database=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@few
@given(seed=st.integers(0, 2**32), length=st.integers(15, 35))
def test_any_call_keeps_the_rules_and_can_end(world, seed, length):
    dice = Random(seed)
    with transaction.atomic():
        call = Call(world, **some_call(dice))
        for _turn in range(length):
            what, how = some_move(dice, call.due())
            note(f"{what} {how}")
            if call.move(what, how):
                continue
            assert breaches(call.case) == []
            step = call.step()
            note(f"{step}")
            assert step is None or world.ranks[step.pk] < NEVER
            if Case.objects.get(pk=call.case.pk).is_closed:
                break
        assert not list(told(world.look(call.case), Driver.objects.get()))
        finish(call.case, world)
        assert breaches(call.case) == []
        if call.codes:
            assert not [code for code in call.codes if code in all_texts()]
        transaction.set_rollback(True)


def test_every_step_of_the_four_questions_has_a_way_out_whatever_is_read(world):
    stuck = [pk for pk, rank in world.ranks.items() if rank == NEVER]

    assert not stuck
    assert len(world.ranks) > 110


@pytest.mark.parametrize("step", ["birthdate-compared", "identity"])
def test_a_call_that_is_locked_can_end(world, at, step):
    world.settings.MISMATCHED_COMPARISONS = 2
    case = at("q4", "birthdate-compared", driver=world.driver)
    for _guess in range(2):
        answer(case, by=world.agent, said=DATES[1])
        back(case, by=world.agent)
    case.walks.update(step=case.walks.get().version.steps.get(key=step))

    finish(case, world)

    assert here(case) is None
    assert case.changes.filter(transition="lift_identity_lock", by=world.lead).exists()
    assert breaches(case) == []


GUARDS = ["the service", "the case"]


@pytest.mark.parametrize("left", [*GUARDS, "none"])
def test_rule_4_1_without_any_guard_the_breach_is_seen(world, monkeypatch, left):
    """The negative control: were a correction made without an identity, it would be found."""
    always = lambda case: True  # noqa: E731
    always.sentence = ""
    if left != "the service":
        monkeypatch.setattr(guards, "identity_is_verified", always)
        monkeypatch.setattr(services, "_refuse_birthdate_as_proof", lambda case: None)
    if left != "the case":
        move = Case.correct_info._django_fsm.transitions["diagnosing"]
        monkeypatch.setattr(move, "conditions", [guards.has_correction])
    case = world.make_case("start", driver=world.driver)
    version = book("q4").published
    step = version.steps.get(key="birthdate-corrected")
    Walk.objects.create(case=case, version=version, step=step)

    try:
        answer(case, by=world.agent, details=detail(step, 1, DATES[2]))
    except TransitionRefused:
        assert left != "none"

    assert bool(breaches(case)) == (left == "none")
