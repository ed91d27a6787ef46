"""A case whose change was cancelled or undone: nothing is corrected in it, nor is it said so."""

from datetime import date

import pytest

from cases.approvals import decide
from cases.models import Case
from drivers.models import Correction
from drivers.services import cancel, correct, undo
from tests.cases.playbooks.walking import type_of

REAL = {"birthdate": "1980-05-13", "reason": "다시 확인"}


@pytest.fixture
def cancelled(scheduled, agent):
    """cancelled("next-time"): the change was scheduled, and then it was not wanted any more."""

    def make(step):
        case = scheduled(step)
        cancel(case.corrections.get(), by=agent, reason="기사가 원하지 않음")
        return case

    return make


@pytest.fixture
def on_page(client, stored):
    """on_page(agent, case, "birthdate", …): post a page of the case; the response, in English."""

    def post(person, case, page, **typed):
        client.force_login(person)
        client.cookies["django_language"] = "en"
        shown = {"version": stored(case).version}
        return client.post(f"/admin/cases/case/{case.pk}/{page}/", shown | typed, follow=True)

    return post


def test_rule_4_6_it_ends_without_a_call_and_not_as_corrected(cancelled, agent, on_page, stored):
    case = cancelled("next-time")

    on_page(agent, case, "move/close", resolution="corrected")
    assert stored(case).state == "info_corrected"

    on_page(agent, case, "move/close", resolution="guided")
    assert (stored(case).state, stored(case).resolution) == ("closed", "guided")


def test_rule_4_6_a_step_that_closes_does_not_call_it_corrected(
    cancelled, stand_at, press, agent, stored
):
    case = cancelled("next-time")

    press(agent, stand_at("end-corrected", case))
    assert stored(case).state == "info_corrected"

    press(agent, stand_at("end-guided", case))
    assert (stored(case).state, stored(case).resolution) == ("closed", "guided")


def test_rule_4_4_one_undone_is_told_before_it_ends(
    identified, agent, lead, on_page, stored, driver
):
    case = identified()
    on_page(agent, case, "birthdate", **REAL)
    undo(case.corrections.get(), by=lead, reason="다른 기사")
    case.messages.filter(template__key="birthdate_changed").update(state="delivered")

    on_page(agent, case, "move/close", resolution="guided")
    assert stored(case).state == "info_corrected"

    case.messages.update(state="delivered")
    on_page(agent, case, "move/close", resolution="corrected")
    assert stored(case).state == "info_corrected"
    on_page(agent, case, "move/close", resolution="guided")
    assert stored(case).state == "closed"


def test_rule_4_2_the_birthdate_can_be_corrected_anew(cancelled, agent, on_page, stored, standing):
    case = cancelled("next-time")
    case.walks.all().delete()
    Case.objects.update(consultation_type=type_of("q4"))

    response = on_page(agent, case, "desk/begin", playbook="q4")
    assert not list(response.context["messages"])
    assert case.walks.filter(ended_at=None).exists()

    on_page(agent, case, "birthdate", **REAL)
    assert standing() == ("applied", "1980-05-13", 1)
    assert case.changes.latest("pk").transition == "correct_info"

    response = on_page(agent, case, "birthdate", **REAL | {"birthdate": "1980-05-14"})
    assert response.context["form"].non_field_errors()
    assert Correction.objects.filter(state="applied").count() == 1


def test_a22_what_is_asked_for_anew_waits_and_is_not_called_done(
    cancelled, stand_at, press, agent, lead, stored
):
    case = stand_at("birthdate-corrected", cancelled("next-time"))

    press(agent, case, **REAL | {"birthdate": "1981-05-13"})

    assert case.walks.get().step.key == "lead-awaited"
    assert stored(case).state == "info_corrected"

    decide(case.approvals.get(), "approve", by=lead, reason="확인함")

    assert case.corrections.latest("pk").state == "applied"
    assert case.changes.latest("pk").transition == "correct_info"


@pytest.mark.parametrize("is_cancelled", [True, False])
def test_rule_4_2_the_pages_of_the_change_are_offered_while_nothing_is_corrected(
    scheduled, cancelled, agent, signed_in, is_cancelled
):
    case = (cancelled if is_cancelled else scheduled)("next-time")

    page = signed_in(agent).get(f"/admin/cases/case/{case.pk}/change/")

    names = {each["name"] for each in page.context["moves"]}
    assert ({"birthdate", "identity"} <= names) is is_cancelled


def test_rule_4_3_a_correction_on_the_drivers_page_is_not_the_cases(
    cancelled, agent, driver, on_page, stored
):
    case = cancelled("next-time")
    correct(driver, "birthdate", date(1980, 5, 13), reason="통화", by=agent)

    on_page(agent, case, "move/close", resolution="corrected")

    assert stored(case).state == "info_corrected"
