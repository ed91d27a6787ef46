"""4.6 with A17: to whom, and when, the registered date is not told, whoever asks for it."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from backoffice.audit.models import AccessRecord
from cases.models import Answer, Case
from cases.services import check_identity
from drivers.models import Correction
from drivers.services import cancel

NOON = datetime(2026, 3, 2, 3, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
TELLS = "registered-date-told"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOON, tick=False) as travelled:
        yield travelled


@pytest.fixture
def case(scheduled):
    """The change is scheduled, and the next thing is to tell the registered date."""
    return scheduled(TELLS)


@pytest.fixture
def refused(press, agent, dates_in):
    """refused(case): nothing is told to the agent, and nothing says that it was."""

    def ask(case, *, by=None, status=200, **typed):
        response = press(by or agent, case, **{"reason": "등록일을 모름"} | typed)
        assert response.status_code == status
        assert dates_in(response) == []
        assert not AccessRecord.objects.filter(action="reveal").exists()
        assert not Answer.objects.filter(step__key=TELLS).exists()

    return ask


@pytest.mark.parametrize("who", ["agent", "superuser"])
def test_rule_4_6_not_by_a_check_without_a_call_back(case, agent, refused, who, request):
    """However well the presented number fits."""
    known = {"name": "홍길동", "vehicle_no": "서울12바3456"}
    check_identity(case, known, call_back_answered=False, by=agent)

    refused(case, by=request.getfixturevalue(who))


@pytest.mark.parametrize("who", ["agent", "superuser"])
def test_rule_4_6_not_when_the_check_has_expired(case, clock, refused, who, request):
    clock.shift(15 * MINUTE)

    refused(case, by=request.getfixturevalue(who))


def test_rule_4_6_not_by_one_item_and_the_birthdate(case, agent, refused):
    said = {"name": "홍길동", "birthdate": date(1980, 5, 3)}
    check_identity(case, said, call_back_answered=True, by=agent)

    refused(case)


@pytest.mark.parametrize("became", ["requested", "rejected", "undone"])
def test_rule_4_6_not_when_the_change_is_not_scheduled(case, refused, superuser, became):
    Correction.objects.update(state=became)

    refused(case, by=superuser)


def test_rule_4_6_not_after_the_log_in_applied_it(case, refused, log_in, clock):
    clock.shift(MINUTE)
    log_in(NOON + MINUTE)

    refused(case)


def test_rule_4_6_not_after_it_was_cancelled(case, refused, other_agent):
    cancel(Correction.objects.get(), by=other_agent, reason="기사님이 취소 요청")

    refused(case)


@pytest.mark.parametrize("reason", ["", "   ", "인증번호 4821"])
def test_rule_4_6_not_without_a_reason_and_not_with_a_code_in_it(case, refused, reason):
    refused(case, reason=reason)


@pytest.mark.parametrize("who", ["privacy_officer", "administrator"])
def test_rule_4_6_not_to_who_does_not_work_on_cases(case, refused, who, request):
    refused(case, by=request.getfixturevalue(who), status=403)


def test_rule_4_6_not_to_who_is_not_signed_in(case, client, dates_in):
    typed = {"step": TELLS, "last": 0, "reason": "등록일을 모름"}

    response = client.post(f"/admin/cases/case/{case.pk}/desk/answer/", typed)

    assert response.status_code == 302
    assert not AccessRecord.objects.filter(action="reveal").exists()


@pytest.mark.parametrize("step", ["registered-date-wanted", "next-time", "change-scheduled"])
def test_rule_4_6_not_by_a_hand_made_post_from_elsewhere(scheduled, refused, superuser, step):
    refused(scheduled(step), by=superuser, step=TELLS)


def test_rule_4_6_not_by_an_answer_that_names_the_act(scheduled, refused):
    case = scheduled("registered-date-wanted")

    refused(case, value=TELLS, status=302)
    refused(case, value="disclose_birthdate", action="disclose_birthdate", status=302)


@pytest.mark.parametrize("last", ["", "7", "x", "9" * 30])
def test_rule_4_6_not_by_a_page_of_another_time(case, refused, last):
    refused(case, last=last)


def test_rule_4_6_not_in_another_case_of_the_driver(case, identified, stand_at, refused):
    refused(stand_at(TELLS, identified()))


def test_rule_4_6_not_in_a_case_that_is_closed(case, refused):
    Case.objects.update(state="closed")
    case.walks.update(ended_at=NOON)

    refused(case, step=TELLS, last=0)
