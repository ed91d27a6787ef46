"""E1 to E4: who is speaking, before anything is said about a code."""

import pytest

from backoffice.audit.models import AccessRecord

THIRD = "010-0000-9999"
STRANGERS = ["privacy_officer", "administrator"]


def test_rule_e1_the_drivers_own_number_leads_on(call):
    made = call("q1")

    assert ("presented-number", "matches") in made.way
    assert made.stands_at == "phone-number-right"
    assert made.says(
        "1) 전화 인입 - 발신자 전화번호와 가입을 원하는 전화번호 일치 여부 반드시 확인"
    )
    assert made.case.changes.filter(transition="start").count() == 1


def test_rule_e1_another_number_than_the_one_wanted_is_a_third_number(call):
    made = call("q1").answer("other_number")

    assert made.stands_at == "third-number"


@pytest.mark.parametrize("who", STRANGERS)
def test_rule_e1_a_call_is_for_those_who_work_on_cases(call, signed_in, who, request):
    made = call("q1")
    client = signed_in(request.getfixturevalue(who))
    url = f"/admin/cases/case/{made.pk}/desk/"
    typed = {"step": made.stands_at, "last": "0", "value": "yes", "playbook": "q1"}

    answers = [client.post(f"{url}{page}/", typed) for page in ("begin", "answer", "back")]

    assert {each.status_code for each in [client.get(url), *answers]} == {403}
    assert made.look().stands_at == "phone-number-right"


def test_rule_e1_each_look_at_the_desk_is_recorded(call, driver, agent):
    made = call("q1")
    before = AccessRecord.objects.count()

    made.look()

    assert AccessRecord.objects.count() == before + 1
    latest = AccessRecord.objects.latest("pk")
    assert (latest.by, latest.driver, latest.detail["page"]) == (agent, driver, "desk")


def test_rule_e2_a_mail_is_called_back_first(call):
    made = call("q1", channel="mail")

    assert made.stands_at == "mail-call-back"
    assert made.says("기재되어 있는 전화번호로 OB → 문의한 손님 본인이 전화 받는지 반드시 확인")


@pytest.mark.parametrize("playbook", ["q1", "q2", "q3", "q4"])
def test_rule_e2_a_mail_that_somebody_else_answers_ends_refused(call, playbook):
    made = call(playbook, channel="mail").answer("other")
    if made.stands_at == "third-number":
        made.answer("stop")

    made.do()

    assert (made.case.state, made.case.resolution) == ("closed", "refused_identity")


def test_rule_e2_the_inquirer_who_is_not_there_is_called_again(call):
    made = call("q1", channel="mail").answer("absent").call_later()

    assert made.stands_at == "mail-call-back"
    assert made.case.follow_up_at is not None
    assert made.case.state == "diagnosing"


def test_rule_e2_the_inquirer_who_never_answers_ends_the_case(call):
    made = call("q1", channel="mail").answer("gave_up").do()

    assert (made.case.state, made.case.resolution) == ("closed", "no_response")


def test_rule_e2_the_number_of_the_mail_has_to_be_the_drivers(call):
    made = call("q1", channel="mail", presented=THIRD).answer("answered")

    assert made.stands_at == "third-number"


@pytest.mark.parametrize("ending", ["guide", "stop"])
def test_rule_e3_a_third_number_gets_no_code_but_guidance(call, ending):
    made = call("q1", presented=THIRD)

    assert made.stands_at == "third-number"
    assert made.says(
        "* 제 3의 전화번호로 인증번호 수신 요청 시 도용 위험성 있어 인증번호 안내 불가!"
    )
    assert made.choices == {"guide", "stop"}
    made.answer(ending, *(["next"] if ending == "guide" else [])).do()
    assert made.case.state == "closed"
    assert made.case.resolution == {"guide": "guided", "stop": "refused_identity"}[ending]
    assert not made.case.approvals.exists()


@pytest.mark.parametrize(
    ("step", "value"),
    [
        ("third-number", "yes"),
        ("phone-number-right", "yes"),
        ("identity", ""),
        ("to-department", ""),
        ("third-number", "matches"),
    ],
)
def test_rule_e3_no_hand_typed_answer_steps_around_a_third_number(call, step, value):
    made = call("q1", presented=THIRD)

    made.forge(step=step, value=value, name="홍길동", vehicle_no="서울12바3456", reason="급함")

    assert made.refusals
    assert made.look().stands_at == "third-number"
    assert not made.case.identity_checks.exists()


def test_rule_e3_what_the_system_found_cannot_be_taken_back(call):
    made = call("q1", presented=THIRD).back()

    assert made.refusals
    assert made.look().stands_at == "third-number"


def test_rule_e3_the_third_number_is_shown_masked(call):
    made = call("q1", presented=THIRD)

    assert "010-****-9999" in made.text
    assert "010-0000-9999" not in made.text
    assert "01000009999" not in made.text


def test_rule_e3_a_third_number_identifies_nobody(call):
    made = call("q4", presented=THIRD).answer("none", "yes")
    made.compare("010-0000-1234").compare("1980-05-13").identify()

    assert made.stands_at == "identity-again"
    assert made.choices == {"again", "later", "stop"}
    made.answer("stop").do()
    assert made.case.resolution == "refused_identity"


def test_rule_e4_a_withheld_number_is_called_back(call):
    made = call("q1", presented="")

    assert ("presented-number", "withheld") in made.way
    assert made.stands_at == "withheld-call-back"
    assert made.answer("answered").stands_at == "phone-number-right"


@pytest.mark.parametrize(
    ("answer", "stands_at"),
    [("absent", "withheld-call-later"), ("other", "third-number"), ("gave_up", "end-no-response")],
)
def test_rule_e4_without_the_call_back_it_is_no_match(call, answer, stands_at):
    assert call("q1", presented="").answer(answer).stands_at == stands_at


def test_rule_e4_a_withheld_number_alone_identifies_nobody(call):
    made = call("q4", presented="").answer("none", "yes")
    made.compare("010-0000-1234").compare("1980-05-13").identify()

    assert made.stands_at == "identity-again"
    assert made.answer("again").identify(call_back=True).stands_at == "real-birthdate"
