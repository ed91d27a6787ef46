"""A team lead lifts the lock of the comparisons, and nobody else."""

from datetime import date

import pytest
from django.conf import settings

from backoffice.workflow.transitions import TransitionRefused, perform
from cases.playbooks import engine
from cases.services import check_identity
from drivers.phones import parse_phone
from tests.cases.playbooks.walking import answer, back, book, type_of
from tests.cases.rules.desk_call import Call

LIMIT = settings.MISMATCHED_COMPARISONS
RIGHT = "1980-05-03"


def test_an_agent_lifts_nothing_and_a_lead_does(missed, agent, lead):
    made = Call(agent, missed(LIMIT)).look()

    made.move("lift_identity_lock", reason="직접 확인")
    assert made.case.identity_lifted_at is None
    assert made.compare(RIGHT).refusals

    Call(lead, made.case).move("lift_identity_lock", reason="직접 확인")
    assert not made.look().page.context["lock_sentence"]
    assert made.compare(RIGHT).way[-2] == ("birthdate-compared", "match")


@pytest.mark.parametrize("who", ["lead", "superuser"])
def test_nobody_lifts_what_he_compared_himself(missed, who, other_lead, request):
    """Else one person alone could try on and on."""
    case, person = missed(LIMIT - 1), request.getfixturevalue(who)
    answer(case, by=person, said=date(1991, 12, 28))
    back(case, by=person)

    page = Call(person, case).move("lift_identity_lock", reason="직접 확인")
    case.refresh_from_db()
    assert case.identity_lifted_at is None
    assert "다른 팀장이 해제해야 합니다" in page.content.decode()

    Call(other_lead, case).move("lift_identity_lock", reason="직접 확인")
    case.refresh_from_db()
    assert case.identity_lifted_at is not None


@pytest.mark.parametrize("kind", ["steps", "checks"])
def test_nor_in_another_case_of_the_driver(missed, make_case, lead, other_lead, kind):
    """What he compared locks that one as well, and opening it takes one click."""
    if kind == "steps":
        case = missed(LIMIT - 1)
        answer(case, by=lead, said=date(1991, 12, 28))
    else:
        case, wrong = make_case("start"), {"name": "김철수", "vehicle_no": "서울12바9999"}
        for _time in range(LIMIT // 2):
            check_identity(case, wrong, call_back_answered=True, by=lead)
    other = make_case("start", driver=case.driver)

    with pytest.raises(TransitionRefused):
        perform(other, "lift_identity_lock", by=lead, reason="직접 확인")
    perform(other, "lift_identity_lock", by=other_lead, reason="직접 확인")


def test_a_lifted_lock_locks_again_at_the_limit(missed, agent, lead):
    case = missed(LIMIT)
    case = perform(case, "lift_identity_lock", by=lead, reason="직접 확인")

    for _time in range(LIMIT):
        answer(case, by=agent, said=date(1991, 12, 28))
        back(case, by=agent)

    with pytest.raises(TransitionRefused):
        answer(case, by=agent, said=date(1980, 5, 3))


def test_a_lock_after_a_correction_is_lifted_too(corrected, agent, lead):
    case = corrected(consultation_type=type_of("q3"))
    engine.begin(case, book("q3"), by=agent)
    answer(case, "none", by=agent)
    answer(case, "yes", by=agent)
    for _time in range(LIMIT):
        answer(case, by=agent, said=parse_phone("01077778888"))
        back(case, by=agent)

    assert perform(case, "lift_identity_lock", by=lead, reason="직접 확인").identity_lifted_at


def test_where_nothing_missed_there_is_nothing_to_lift(missed, lead):
    with pytest.raises(TransitionRefused):
        perform(missed(0), "lift_identity_lock", by=lead, reason="직접 확인")

    case = missed(1)
    assert perform(case, "lift_identity_lock", by=lead, reason="확인").identity_lifted_at


def test_a_lead_is_offered_it_where_there_is_something_to_lift(make_case, missed, lead):
    def offered(case):
        return "lift_identity_lock" in [
            move["name"] for move in Call(lead, case).look().page.context["moves"]
        ]

    assert not offered(make_case("start"))
    assert offered(missed(1))
