"""A1 to A10: when codes are refused, who decides, and what anger is worth."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cases.playbooks.facts import FACTS

DIFFICULT = "안타깝게도, 인증번호는 당사에서 정확한 확인이 어렵습니다."


def left(made):
    return FACTS["mismatches_left"].read(made.case)


@pytest.mark.parametrize(("times", "expected"), [(9, "some"), (10, "none"), (11, "none")])
def test_reading_a1_the_tenth_mismatch_is_the_last(call, happened, times, expected):
    happened("code.mismatch", timezone.now() - timedelta(minutes=1), times=times)

    made = call("q1")

    assert left(made) == expected
    assert made.page.context["mismatches"] == min(times, 10)  # what is refused counts no more


def test_reading_a1_only_mismatches_count(call, happened):
    for kind in ("code.sent", "login.failed"):
        happened(kind, timezone.now() - timedelta(minutes=1), times=10)

    assert call("q1").page.context["mismatches"] == 0


@pytest.mark.parametrize(
    ("later", "stands_at"),
    [
        (timedelta(hours=23, minutes=59), "locked-told"),
        (timedelta(hours=24, minutes=1), "phone-number-right"),
    ],
)
def test_reading_a2_a_further_try_does_not_extend_the_lock(
    call, clock, happened, lock_driver, later, stands_at
):
    tenth = timezone.now()
    happened("code.mismatch", tenth, times=10)
    lock_driver(tenth + timedelta(hours=24))
    happened("code.mismatch", tenth + timedelta(hours=5))
    clock.shift(later)

    assert call("q1").stands_at == stands_at


@pytest.mark.parametrize("success", ["code.match", "login.succeeded"])
def test_reading_a3_a_success_begins_the_count_anew(call, clock, happened, success):
    now = timezone.now()
    happened("code.mismatch", now - timedelta(hours=2), times=9)
    happened(success, now - timedelta(hours=1))
    happened("code.mismatch", now - timedelta(minutes=1))

    assert call("q1").page.context["mismatches"] == 1


def test_reading_a3_an_unlock_begins_the_count_anew(call, clock, happened, lock_driver):
    now = timezone.now()
    happened("code.mismatch", now - timedelta(hours=25), times=10)
    lock_driver(now - timedelta(hours=1))
    happened("code.mismatch", now - timedelta(minutes=1))

    made = call("q1")

    assert (made.page.context["mismatches"], left(made)) == (1, "some")


@pytest.fixture
def escalated_call(call):
    def make():
        made = call("q2").answer("yes", "same", "persists", "next")
        return made.do(reason="팝업 지속")

    return make


def test_reading_a4_a_team_lead_decides_what_an_agent_asks(escalated_call, signed_in, lead):
    approval = escalated_call().case.latest_approval

    signed_in(lead).post(
        f"/admin/cases/approval/{approval.pk}/move/approve/",
        {"version": approval.version, "reason": "담당부서 확인"},
    )

    approval.refresh_from_db()
    assert (approval.state, approval.decided_by) == ("approved", lead)


@pytest.mark.parametrize("who", ["agent", "other_agent", "privacy_officer", "administrator"])
def test_reading_a4_nobody_else_decides(escalated_call, signed_in, who, request):
    approval = escalated_call().case.latest_approval

    signed_in(request.getfixturevalue(who)).post(
        f"/admin/cases/approval/{approval.pk}/move/approve/",
        {"version": approval.version, "reason": "담당부서 확인"},
    )

    approval.refresh_from_db()
    assert approval.state == "pending"


def test_reading_a5_the_answer_is_that_it_cannot_be_confirmed(call, all_checked):
    made = call("q1").quickly(*all_checked, "asked")

    assert made.says(DIFFICULT)
    assert made.choices == {"next"}


def test_reading_a5_and_so_it_is_where_no_code_comes_at_all(unanswered):
    made = unanswered().answer("next").identify().answer("yes", "not_possible")

    assert made.says(DIFFICULT)
    assert made.choices == {"next"}


def test_reading_a5_and_so_it_is_where_a_lead_does_not_agree(asked_lead, decide):
    made = asked_lead()
    decide(made, "reject")

    made.look().answer("again")

    assert made.says(DIFFICULT)
    assert made.choices == {"department", "guided"}


def test_reading_a6_an_angry_first_call_is_a_first_call(call, all_checked):
    made = call("q1", note="강성 항의, 고성, 팀장 요구").answer(*all_checked, "asked")

    assert made.stands_at == "not-confirmed"
    made.forge(step="identity", value="verified", name="홍길동", vehicle_no="서울12바3456")
    assert made.refusals
    assert not made.case.identity_checks.exists()


@pytest.mark.parametrize("note", ["", "강성 항의, 고성, 팀장 요구"])
def test_reading_a6_the_second_call_goes_on_calm_or_angry(unanswered, note):
    made = unanswered(note=note)

    assert made.stands_at == "persistent"
    assert made.answer("next").identify(name="김철수").stands_at == "identity-again"


def test_reading_a7_a_locked_driver_gets_no_further(call, clock, lock_driver, all_checked):
    call("q1").quickly(*all_checked, "not_yet", "next", {})
    lock_driver(timezone.now() + timedelta(hours=5))

    made = call("q1")

    assert made.case.recontact_no == 1
    assert made.choices == {"wait", "call_back"}
    made.forge(step="identity", name="홍길동", vehicle_no="서울12바3456")
    assert made.refusals
    assert not made.case.identity_checks.exists()


def test_reading_a8_how_many_items_have_to_match_is_a_setting(unanswered, settings):
    settings.IDENTITY_ITEMS = 3
    made = unanswered().answer("next").identify()
    assert made.stands_at == "identity-again"

    made.answer("again").identify(name="홍길동", birthdate="19800503", vehicle_no="서울12바3456")

    assert made.stands_at == "operable"


@pytest.mark.parametrize("who", ["privacy_officer", "administrator"])
def test_reading_a8_nobody_else_compares(call, signed_in, who, request):
    made = call("q4")
    url = f"/admin/cases/case/{made.pk}/identity/"

    typed = {"version": made.case.version, "name": "홍길동", "vehicle_no": "서울12바3456"}
    response = signed_in(request.getfixturevalue(who)).post(url, typed)

    assert response.status_code == 403
    assert not made.case.identity_checks.exists()


def test_reading_a10_the_second_question_tells_no_code(call):
    made = call("q2").answer("yes", "differs")

    made.forge(step="identity", name="홍길동", vehicle_no="서울12바3456")

    assert made.refusals
    assert not made.case.identity_checks.exists()
    actions = made.case.walks.get().version.steps.values_list("action", flat=True)
    assert set(actions) - {""} == {"call_back", "close", "escalate"}
