"""3.1 to 3.6: the log-in fails, and what the driver says is what is on record."""

import pytest

from backoffice.audit.models import AccessRecord

OWN, ANOTHER = "010-0000-1234", "010-0000-5678"
RIGHT, WRONG = "1980-05-03", "1980-05-13"
QUESTIONS = [
    "(1) 전화번호를 변경 하셨나요?",
    "(2) 기기를 변경하셨나요?",
    "(3) 전화번호와 기기를 모두 변경하셨나요?",
    "(4) (1)~(3)이 아니라면, SMS 인증이 안되시나요?",
]


def test_rule_3_1_what_has_changed(call):
    made = call("q3")

    assert made.says(*QUESTIONS)
    assert made.choices == {"phone", "device", "both", "sms", "none"}
    assert made.answer("none").way[-1] == ("questions", "none")


@pytest.mark.parametrize(
    ("answer", "stands_at"),
    [("phone", "phone-changed"), ("both", "phone-changed"), ("device", "new-device")],
)
def test_rule_3_1_both_is_a_changed_phone_too(call, answer, stands_at):
    assert call("q3").answer(answer).stands_at == stands_at


def test_rule_3_2_no_code_is_the_first_question(call):
    made = call("q3").answer("sms").do()

    assert made.stands_at == "phone-number-right"
    assert made.case.walks.get(ended_at=None).version.playbook.key == "q1"
    assert made.case.state == "diagnosing"


def test_rule_3_2_the_consultation_type_becomes_that_of_the_first_question(call):
    made = call("q3").answer("sms").do()

    assert made.case.consultation_type.path == "택시_기사 ▶ 오류 ▶ 기타 ▶ 블루파트너스"


def test_rule_3_3_phone_and_birthdate_are_compared_blindly(call, driver):
    made = call("q3").answer("none")
    assert made.says("(1) 재설치 후 로그인하셨나요?")
    made.answer("yes")
    assert made.says("(2) 로그인 하실 때 입력하신 전화번호/생년월일 말씀해주시겠습니까?")

    made.compare(OWN).compare(RIGHT)

    answers = dict(made.way)
    assert (answers["phone-compared"], answers["birthdate-compared"]) == ("match", "match")
    records = AccessRecord.objects.filter(driver=driver, action="view")
    compared = [each.detail["compared"] for each in records if "compared" in each.detail]
    assert sorted(compared) == [["birthdate"], ["phone"]]


@pytest.mark.parametrize("said", ["80", "1980-13-45", "", "오팔년"])
def test_rule_3_3_what_is_no_birthdate_compares_with_nothing(call, said):
    made = call("q3").answer("none", "yes").compare(OWN).compare(said)

    assert made.refusals
    assert made.stands_at == "birthdate-compared"
    assert made.case.answers.latest("pk").step.key == "phone-compared"


def test_rule_3_3_what_was_said_is_not_kept(call):
    made = call("q3").answer("none", "yes").compare(OWN).compare("1971-01-01")

    assert "1971" not in made.text
    assert set(made.case.answers.values_list("value", flat=True)) >= {"match", "mismatch"}


def test_rule_3_4_all_equal_and_reinstalled_goes_to_agit(call):
    made = call("q3").answer("none", "yes").compare(OWN).compare(RIGHT)
    assert made.says(
        "말씀해주신 내용으로 확인해보았습니다만,",
        "관련 내용은 담당자 확인이 필요할 것으로 보입니다.",
        "다소 시간 소요될 수 있는 점 양해 부탁 드립니다.",
    )

    made.answer("next").do(reason="모두 일치, 재설치함")

    assert made.case.state == "escalated"
    assert made.case.changes.latest("pk").transition == "escalate"
    assert made.case.latest_approval.reason == "모두 일치, 재설치함"


def test_rule_3_4_not_before_the_reinstall_and_both_comparisons(call):
    made = call("q3")

    made.move("escalate", reason="바로")

    assert made.case.state == "diagnosing"
    assert not made.case.approvals.exists()


def test_rule_3_5_a_differing_birthdate_is_the_fourth_question(call):
    made = call("q3").answer("none", "yes").compare(OWN).compare(WRONG)
    before = made.case.consultation_type

    made.do()

    assert made.case.walks.get(ended_at=None).version.playbook.key == "q4"
    assert made.case.consultation_type == before
    assert made.stands_at == "identity"


def test_rule_3_5_the_page_names_the_typical_slip_and_not_the_date(call):
    made = call("q3").answer("none", "yes").compare(OWN).compare(WRONG)

    assert made.case.answers.latest("pk").slip == "digit"


@pytest.mark.parametrize("playbook", ["q3", "q4"])
def test_rule_3_6_not_reinstalled_yet_reinstalls_first(call, playbook):
    made = call(playbook).answer("none", "no").compare(OWN).compare(RIGHT)
    assert made.stands_at == "reinstall-first"

    made.answer("next").do()

    assert (made.case.state, made.case.resolution) == ("closed", "guided")
    assert not made.case.approvals.exists()


def test_rule_3_3_a_mismatch_of_the_phone_never_reaches_the_birthdate(call):
    made = call("q3").answer("none", "yes").compare(ANOTHER)

    assert made.stands_at == "phone-changed"
