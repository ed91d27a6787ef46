"""What a caller says may miss the record a few times a day; then a team lead has to look."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from backoffice.audit.models import AccessRecord
from backoffice.workflow.transitions import perform
from cases.models import Case
from tests.cases.playbooks.walking import answer, back
from tests.cases.rules.desk_call import Call

LIMIT = 6
RIGHT, WRONG = "1980-05-03", "1991-12-28"
KNOWN = {"name": "홍길동", "vehicle_no": "서울12바3456"}
DAY = timedelta(days=1)


@pytest.fixture
def desk(at, driver, agent):
    """desk("birthdate-compared"): a case of the driver at that step, on the agent's screen."""

    def show(step, key="q3", **fields):
        return Call(agent, at(key, step, **{"driver": driver} | fields)).look()

    return show


def sentence(made):
    return made.page.context.get("lock_sentence", "")


def test_guessing_a_birthdate_is_stopped_at_the_limit(desk):
    made = desk("birthdate-compared")
    for day in range(10, 10 + LIMIT):
        assert not sentence(made)
        assert made.compare(f"1980-05-{day}").stands_at == "to-q4"
        made.back()
    acts = AccessRecord.objects.exclude(detail__page="desk")
    count, before = made.case.answers.count(), acts.count()
    assert sentence(made)
    assert sentence(made) in made.text

    for said in (RIGHT, WRONG, "1980-05-04"):
        made.compare(said)
        assert made.refusals == [sentence(made)]
        assert made.stands_at == "birthdate-compared"

    assert made.case.answers.count() == count == LIMIT
    assert AccessRecord.objects.filter(detail__has_key="compared").count() == LIMIT
    assert acts.count() == before
    assert made.leaks == []


def test_what_matches_does_not_count(at, driver, agent):
    case = at("q3", "birthdate-compared", driver=driver)
    for _time in range(LIMIT + 2):
        answer(case, by=agent, said=driver.birthdate)
        back(case, by=agent)

    assert case.answers.filter(value="match").count() == LIMIT + 2


@pytest.mark.parametrize("is_closed", [False, True], ids=["open", "closed"])
def test_the_drivers_other_cases_count(desk, missed, agent, is_closed):
    for _case in range(2):
        case = missed(LIMIT // 2)
        if is_closed:
            perform(case, "close", by=agent, resolution="no_response")

    made = desk("birthdate-compared")

    assert sentence(made)
    assert made.compare(RIGHT).refusals == [sentence(made)]


def test_another_drivers_do_not_count(desk, missed, make_driver):
    missed(LIMIT, driver=make_driver())

    made = desk("birthdate-compared")

    assert not sentence(made)
    assert not made.compare(RIGHT).refusals


@pytest.mark.parametrize(
    ("ago", "is_locked"), [(DAY - timedelta(minutes=1), True), (DAY + timedelta(minutes=1), False)]
)
def test_what_is_older_than_a_day_does_not_count(desk, missed, ago, is_locked):
    with time_machine.travel(timezone.now() - ago):
        missed(LIMIT)

    made = desk("birthdate-compared")

    assert bool(sentence(made)) == is_locked
    assert bool(made.compare(RIGHT).refusals) == is_locked


def test_the_limit_is_a_setting(desk, missed, settings):
    settings.MISMATCHED_COMPARISONS = 2
    missed(1)
    assert not sentence(desk("birthdate-compared"))

    missed(1)

    assert "2" in sentence(desk("birthdate-compared"))


def test_the_limit_is_six_where_nothing_is_said(settings):
    assert settings.MISMATCHED_COMPARISONS == LIMIT


@pytest.mark.parametrize(("key", "step"), [("q3", "phone-compared"), ("q4", "identity")])
def test_the_other_comparisons_are_locked_too_and_say_so_before(desk, missed, key, step):
    missed(LIMIT)

    made = desk(step, key=key)

    assert sentence(made) in made.text
    made.do(said="010-0000-1234", **KNOWN)
    assert made.refusals == [sentence(made)]
    assert made.stands_at == step
    assert not made.case.identity_checks.exists()


def test_the_identity_page_of_the_case_is_locked_too(desk, missed, agent, on_page):
    case = Case.objects.get(pk=missed(LIMIT).pk)

    response = on_page(agent, case, "identity", **KNOWN)

    assert response.context["form"].non_field_errors()
    assert not case.identity_checks.exists()


@pytest.mark.parametrize(("key", "step"), [("q3", "birthdate-compared"), ("q4", "identity")])
def test_three_failed_identity_checks_lock_likewise(desk, agent, lead, on_page, key, step):
    made = desk(step, key=key)
    for _time in range(3):
        assert not sentence(made.look())
        on_page(agent, made.case, "identity", name="김철수")

    assert sentence(made.look()) in made.text
    made.do(said=RIGHT, **KNOWN)
    assert made.refusals == [sentence(made)]

    Call(lead, made.case).move("lift_identity_lock", reason="직접 확인")
    assert not made.look().do(said=RIGHT, **KNOWN).refusals


def test_a_step_that_compares_nothing_says_nothing_of_the_lock(desk, missed):
    missed(LIMIT)

    assert not sentence(desk("questions"))
