"""perform(): the one door through which a state changes."""

import pytest
from django.utils import translation

from backoffice.workflow.transitions import TransitionRefused, perform
from cases.models import Approval, Case, CaseChange
from drivers.models import Driver
from tests.walks import reach_escalation


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def stored(obj):
    return type(obj).objects.get(pk=obj.pk)


def test_moves_the_row_and_writes_one_line_of_history(driver, lead):
    perform(driver, "suspend", by=lead, reason="민원 접수")

    line = driver.changes.get()
    assert stored(driver).state == "suspended"
    assert (line.transition, line.source, line.target) == ("suspend", "active", "suspended")
    assert (line.by, line.note) == (lead, "민원 접수")


def test_raises_the_version_by_one(driver, lead):
    before = stored(driver).version

    moved = perform(driver, "suspend", by=lead, reason="민원 접수")

    assert moved.version == stored(driver).version == before + 1


def test_looks_at_the_stored_row_and_not_at_the_loaded_one(driver, lead):
    """Somebody who holds an old copy cannot repeat a move by it."""
    old_copy = stored(driver)
    perform(driver, "suspend", by=lead, reason="민원 접수")

    with pytest.raises(TransitionRefused, match="Not possible now"):
        perform(old_copy, "suspend", by=lead, reason="다시")

    assert driver.changes.count() == 1


@pytest.mark.parametrize("name", ["fly", "save", "delete", "state", "__init__"])
def test_refuses_what_is_no_move(driver, lead, name):
    with pytest.raises(TransitionRefused, match="There is no such move"):
        perform(driver, name, by=lead)

    assert stored(driver).version == 0
    assert not driver.changes.exists()


def test_an_unmet_guard_refuses_in_its_own_words(make_case, agent):
    case = make_case(presented_phone="")
    Case.objects.filter(pk=case.pk).update(driver=None)

    with pytest.raises(TransitionRefused) as refused:
        perform(case, "start", by=agent)

    assert str(refused.value) == "Record a driver or the presented number first."
    assert stored(case).state == "new"
    assert not case.changes.filter(transition="start").exists()


def test_every_unmet_guard_is_named(make_case, agent):
    case = make_case("start")

    with pytest.raises(TransitionRefused) as refused:
        perform(case, "correct_info", by=agent)

    assert "Check the caller's identity first" in str(refused.value)
    assert "Nothing has been corrected in this case yet." in str(refused.value)


def test_a_stale_page_is_told_who_was_faster(make_case, agent, other_agent):
    case = make_case()
    seen = stored(case).version
    perform(case, "start", by=other_agent)

    with pytest.raises(TransitionRefused, match=rf"^{other_agent} changed this at "):
        perform(
            reach_escalation(case), "escalate", by=agent, version=seen, reason="부서 확인 필요"
        )

    assert stored(case).state == "diagnosing"
    assert not Approval.objects.exists()


def test_a_double_click_is_told_that_it_was_done_already(make_case, agent):
    case = make_case()
    seen = stored(case).version
    perform(case, "start", by=agent, version=seen)

    with pytest.raises(TransitionRefused, match=r"^You already did this at "):
        perform(case, "start", by=agent, version=seen)

    assert case.changes.filter(transition="start").count() == 1


def test_the_same_click_by_somebody_else_is_no_double_click(make_case, agent, other_agent):
    case = make_case()
    seen = stored(case).version
    perform(case, "start", by=agent, version=seen)

    with pytest.raises(TransitionRefused, match=rf"^{agent} changed this at "):
        perform(case, "start", by=other_agent, version=seen)

    assert stored(case).owner == agent


def test_a_move_that_fails_half_way_leaves_nothing(make_case, agent, monkeypatch):
    """The approval that the move has written already goes with the rest."""
    case = make_case("start")
    before = stored(case).version
    lines = case.changes.count()

    def broken(self, *args, **kwargs):
        raise RuntimeError("the history cannot be written")

    monkeypatch.setattr(CaseChange, "save", broken)
    with pytest.raises(RuntimeError):
        perform(reach_escalation(case), "escalate", by=agent, reason="부서 확인 필요")

    assert (stored(case).state, stored(case).version) == ("diagnosing", before)
    assert case.changes.count() == lines
    assert not Approval.objects.exists()


def test_a_move_that_refuses_itself_leaves_nothing(make_case, agent):
    case = make_case("start")
    before = stored(case).version

    with pytest.raises(TransitionRefused, match="Say why"):
        perform(reach_escalation(case), "escalate", by=agent, reason="  ")

    assert (stored(case).state, stored(case).version) == ("diagnosing", before)
    assert not Approval.objects.exists()


def test_a_row_that_is_gone_is_a_sentence(make_driver, lead):
    driver = make_driver()
    Driver.objects.filter(pk=driver.pk).delete()

    with pytest.raises(TransitionRefused, match="no longer exists"):
        perform(driver, "suspend", by=lead, reason="민원 접수")
