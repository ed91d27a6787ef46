"""4.6 with A17: the registered date is shown once, and an access record says to whom and why."""

import pytest

from backoffice.audit.models import AccessRecord

REGISTERED, REASON = "1980-05-03", "기사님이 등록일을 모름"


@pytest.fixture
def case(scheduled):
    """The change is scheduled, and the next thing is to tell the registered date."""
    return scheduled("registered-date-told")


@pytest.fixture
def told(case, press, agent):
    """The answer to the agent's click."""
    return press(agent, case, reason=REASON)


def tellings():
    return AccessRecord.objects.filter(action="reveal")


def test_rule_4_6_the_page_shows_it_and_may_not_be_kept(told, dates_in):
    assert told.status_code == 200
    assert dates_in(told) == [REGISTERED]
    assert told.content.decode().count(REGISTERED) == 1
    assert "no-store" in told["Cache-Control"]
    assert "1980" not in str(told.headers) + str(told.cookies)


def test_rule_4_6_it_is_an_access_record_with_the_reason(told, case, agent, driver):
    record = tellings().get()

    assert (record.by, record.account, record.driver) == (agent, "agent", driver)
    assert record.address == "127.0.0.1"
    assert record.detail == {"field": "birthdate", "case": case.number, "reason": REASON}


def test_rule_4_6_the_desk_goes_on_and_shows_it_no_more(told, case, open_desk, agent):
    made = open_desk(agent, case)

    assert made.stands_at == "log-in-now"
    assert made.answer("next", "next").stands_at == "log-in-awaited"


def test_rule_4_6_the_same_click_again_shows_nothing(told, case, press, agent, dates_in):
    again = press(agent, case, step="registered-date-told", last=0, reason=REASON)

    assert dates_in(again) == []
    assert tellings().count() == 1


def test_rule_4_6_nor_does_the_address_by_itself(told, case, agent, signed_in):
    assert signed_in(agent).get(f"/admin/cases/case/{case.pk}/desk/answer/").status_code == 404


def test_rule_4_6_nor_is_it_taken_back_and_shown_anew(told, case, open_desk, agent):
    made = open_desk(agent, case).back()

    assert made.refusals
    assert made.stands_at == "log-in-now"


@pytest.mark.parametrize("who", ["other_agent", "lead"])
def test_rule_4_6_who_works_on_cases_may_tell_it(case, press, who, dates_in, request):
    person = request.getfixturevalue(who)

    response = press(person, case, reason=REASON)

    assert dates_in(response) == [REGISTERED]
    assert tellings().get().by == person
