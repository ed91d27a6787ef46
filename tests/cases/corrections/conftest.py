"""A caller whose birthdate on record is wrong, somewhere in the fourth question."""

from datetime import date

import pytest

from cases.models import Approval, Playbook, Walk
from cases.playbooks import engine
from cases.services import check_identity, correct_birthdate
from drivers.models import Correction, Driver
from drivers.verification import take_event
from tests.cases.rules.desk_call import Call

KNOWN = {"name": "홍길동", "vehicle_no": "서울12바3456"}
DATES = [
    *("1980-05-03", "19800503", "800503", "1980.5.3", "1980. 5. 3", "1980년 5월 3일"),
    *("1980-05-13", "19800513", "800513", "1980.5.13", "1980. 5. 13", "1980년 5월 13일"),
    *("1981-05-03", "19810503", "810503", "1981년 5월 3일"),
    *("May 3, 1980", "May 13, 1980", "May 3, 1981", "3 May 1980", "13 May 1980"),
]


@pytest.fixture
def identified(make_case, driver, agent):
    """identified(by=lead): a case under diagnosis whose caller is shown to be the driver."""

    def make(*, by=None, call_back=True, said=KNOWN, **fields):
        case = make_case("start", by=by or agent, driver=driver, **fields)
        if said:
            check_identity(case, said, call_back_answered=call_back, by=by or agent)
        return case

    return make


@pytest.fixture
def stand_at():
    """stand_at("next-time", case): the walk of the case stands at this step of Q4."""

    def stand(step, case):
        version = Playbook.objects.get(key="q4").published
        case.walks.all().delete()
        Walk.objects.create(case=case, version=version, step=version.steps.get(key=step))
        return case

    return stand


@pytest.fixture
def open_desk():
    """open_desk(agent, case): what the person sees of it; in the end no page had a date."""
    calls = []

    def look(person, case):
        calls.append(Call(person, case))
        return calls[-1].look()

    yield look
    assert [leak for each in calls for leak in each.leaks] == []


@pytest.fixture
def desk(identified, stand_at, open_desk, agent):
    """desk("change-scheduled", by=lead): the person at that step, the caller called back."""
    return lambda step, *, by=None, **fields: open_desk(
        by or agent, stand_at(step, identified(by=by, **fields))
    )


@pytest.fixture
def press(signed_in):
    """press(agent, case, reason="…"): answer the step at which the case stands; the response."""

    def post(person, case, **typed):
        walk = engine.open_walk(case)
        shown = {"step": walk.step.key, "last": engine.last_answer(walk)} if walk else {}
        return signed_in(person).post(f"/admin/cases/case/{case.pk}/desk/answer/", shown | typed)

    return post


@pytest.fixture
def scheduled(identified, stand_at, agent):
    """scheduled("next-time"): the change waits for the log-in, and the call stands there."""

    def make(step):
        case, real = stand_at(step, identified()), date(1980, 5, 13)
        return correct_birthdate(
            case, real, reason="빠른 로그인 요청", by=agent, after_log_in=True
        )

    return make


@pytest.fixture
def log_in(driver):
    """log_in(at): the login service reports that the driver logged in then."""

    def report(at):
        phone = Driver.objects.get(pk=driver.pk).phone
        take_event(event_id=f"{at}", kind="login.succeeded", phone=phone, occurred_at=at)

    return report


@pytest.fixture
def dates_in():
    """The dates of these tests that stand in a response, however written; empty is good."""
    return lambda response: [each for each in DATES if each in response.content.decode()]


@pytest.fixture
def asked(identified, signed_in, agent):
    """asked(): a birthdate with another year was asked for in a case; the approval."""

    def ask(*, by=None, birthdate="1981-05-03", **fields):
        case = identified(by=by, **fields)
        response = signed_in(by or agent).post(
            f"/admin/cases/case/{case.pk}/birthdate/",
            {"version": case.version, "birthdate": birthdate, "reason": "가입 시 잘못 입력"},
        )
        assert response.status_code == 302, response.context["form"].errors
        return Approval.objects.get()

    return ask


@pytest.fixture
def standing():
    """standing(): state of the correction, birthdate on record, texts queued."""

    def read():
        driver = Driver.objects.order_by("pk").first()
        correction = Correction.objects.filter(field="birthdate").latest("pk")
        return correction.state, driver.birthdate.isoformat(), driver.messages.count()

    return read
