"""4.6: the change is scheduled at the desk, for whom the centre has called back."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from backoffice.outbox.dispatch import dispatch_due
from cases.models import Case
from cases.services import check_identity
from drivers.models import Correction

NOON = datetime(2026, 3, 2, 3, tzinfo=UTC)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
REAL = {"birthdate": "1980-05-13", "reason": "빠른 로그인 요청"}
BEFORE_THE_WALK = {"name": "홍길동", "birthdate": datetime(1980, 5, 3).date()}


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOON, tick=False) as travelled:
        yield travelled


def test_rule_4_6_from_the_objection_to_the_schedule(desk, standing, sent):
    made = desk("change-offered", call_back=False).answer("objected", "ask")
    assert made.stands_at == "schedule-identity"

    made.identify(call_back=True).do(**REAL)

    correction = Correction.objects.get()
    dispatch_due()
    assert standing() == ("scheduled", "1980-05-03", 0)
    assert (correction.case, correction.apply_at) == (made.case, NOON + 24 * HOUR)
    assert (made.stands_at, made.case.state) == ("registered-date-wanted", "info_corrected")
    assert sent == []


def test_rule_4_6_the_hours_are_a_setting(desk, settings):
    settings.SCHEDULED_HOURS = 3

    desk("change-scheduled").do(**REAL)

    assert Correction.objects.get().apply_at == NOON + 3 * HOUR


@pytest.fixture
def refused(press, agent):
    """refused(case): the agent schedules; the page says why not, and nothing is changed."""

    def schedule(case, *, by=None, **typed):
        before = Case.objects.get(pk=case.pk).state
        response = press(by or agent, case, **REAL | typed)
        assert response.context["form"].errors
        assert not Correction.objects.exists()
        assert Case.objects.get(pk=case.pk).state == before

    return schedule


@pytest.fixture
def at_schedule(identified, stand_at):
    """at_schedule(call_back=False): the call stands where the change is scheduled."""
    return lambda **more: stand_at("change-scheduled", identified(**more))


@pytest.mark.parametrize("who", ["agent", "lead", "superuser"])
def test_rule_4_6_not_for_a_caller_whom_nobody_called_back(at_schedule, refused, who, request):
    """However well the presented number fits."""
    person = request.getfixturevalue(who)

    refused(at_schedule(by=person, call_back=False), by=person)


def test_rule_4_6_after_the_call_back_it_goes_on(desk, standing):
    made = desk("change-scheduled", call_back=False).do(**REAL)
    typed = {"name": "홍길동", "vehicle_no": "서울12바3456", "call_back_answered": "on"}
    page = f"/admin/cases/case/{made.pk}/identity/"

    made.client.post(page, typed | {"version": made.case.version})

    assert made.look().do(**REAL).stands_at == "registered-date-wanted"
    assert standing()[0] == "scheduled"


@pytest.mark.parametrize(
    "said",
    [BEFORE_THE_WALK, {"name": "홍길동"}, {"name": "고길동", "vehicle_no": "서울12바3456"}, {}],
)
@pytest.mark.parametrize("who", ["agent", "superuser"])
def test_rule_4_6_not_without_two_items_beside_the_birthdate(
    at_schedule, refused, said, who, request
):
    person = request.getfixturevalue(who)

    refused(at_schedule(by=person, said=said), by=person)


def test_rule_4_6_the_latest_check_counts(at_schedule, refused, agent):
    case = at_schedule()
    check_identity(case, {"name": "고길동"}, call_back_answered=True, by=agent)

    refused(case)


def test_rule_4_6_not_after_the_check_has_expired(at_schedule, refused, clock):
    case = at_schedule()
    clock.shift(15 * MINUTE)

    refused(case)


@pytest.mark.parametrize(
    "typed",
    [
        {"birthdate": ""},
        {"birthdate": "800514"},
        {"birthdate": "1980-05-03"},
        {"birthdate": "1980-02-30"},
        {"birthdate": "2015-05-13"},
        {"reason": " "},
        {"reason": "인증번호 4821"},
    ],
)
def test_rule_4_2_what_cannot_be_is_not_scheduled(at_schedule, refused, typed):
    refused(at_schedule(), **typed)


def test_rule_4_6_a_double_click_schedules_once(at_schedule, press, agent):
    case = at_schedule()
    press(agent, case, **REAL)

    again = press(agent, case, step="change-scheduled", last=0, **REAL)

    assert again.status_code == 200
    assert list(again.context["messages"])
    assert Correction.objects.count() == 1


@pytest.mark.parametrize("state", ["new", "escalated", "closed"])
def test_rule_4_6_not_in_a_case_that_is_not_diagnosed(at_schedule, refused, state):
    case = at_schedule()
    Case.objects.update(state=state)

    refused(case)


@pytest.mark.parametrize("who", ["privacy_officer", "administrator"])
def test_rule_4_6_who_does_not_work_on_cases_schedules_nothing(at_schedule, press, who, request):
    response = press(request.getfixturevalue(who), at_schedule(), **REAL)

    assert response.status_code == 403
    assert not Correction.objects.exists()


@pytest.mark.parametrize("door", ["desk", "birthdate"])
def test_rule_4_2_no_other_correction_meanwhile_from_another_case(
    scheduled, identified, stand_at, press, agent, client, door
):
    first = scheduled("next-time")
    case = stand_at("birthdate-corrected", identified())
    again = {"birthdate": "1980-05-14", "reason": "다시"}

    if door == "desk":
        response = press(agent, case, **again)
    else:
        client.force_login(agent)
        page = f"/admin/cases/case/{case.pk}/birthdate/"
        response = client.post(page, again | {"version": case.version})

    assert response.context["form"].non_field_errors()
    assert Correction.objects.get().case == first
    assert Case.objects.get(pk=case.pk).state == "diagnosing"
