"""4.1 to 4.3: the birthdate on record is wrong, and is corrected."""

from datetime import date

import pytest

from backoffice.audit.models import AccessRecord
from backoffice.sms.models import Message
from drivers.models import Correction, Driver

RIGHT, REAL = "1980-05-03", "1980-05-13"


def birthdate():
    return Driver.objects.get().birthdate


def test_rule_4_1_the_real_birthdate_is_asked_when_the_caller_is_the_driver(differing):
    made = differing().identify()

    assert made.says("기사님의 실제 생년월일이 어떻게 되십니까?")
    assert made.case.identity_checks.get().is_verified


def test_rule_4_1_not_of_somebody_who_could_not_be_identified(differing):
    made = differing().identify(name="김철수")

    assert made.stands_at == "identity-again"
    made.forge(step="birthdate-corrected", birthdate=REAL, reason="통화")
    assert made.refusals
    assert not Correction.objects.exists()


def test_rule_4_1_a_hand_typed_correction_needs_the_identity_as_well(differing):
    made = differing()

    url = f"/admin/cases/case/{made.pk}/birthdate/"
    typed = {"version": made.case.version, "birthdate": REAL, "reason": "통화"}
    response = made.client.post(url, typed)

    assert response.context["form"].non_field_errors()
    assert birthdate() == date(1980, 5, 3)


def test_rule_4_1_the_birthdate_itself_does_not_identify(differing):
    made = differing().identify(name="홍길동", birthdate=RIGHT)

    assert made.stands_at == "identity-again"


def test_rule_4_1_the_birthdate_on_record_is_right_after_all(differing):
    made = differing().identify().compare(RIGHT)

    assert made.stands_at == "login-with-real-date"
    assert made.answer("works").do().case.resolution == "guided"
    assert not Message.objects.exists()


def test_rule_4_2_the_change_is_offered_in_the_manuals_words(offered):
    assert offered().says(
        "기사님께서 가입 시 등록해주신 생년월일과 실제 생년월일이 상이하여 "
        "로그인이 되지 않은 것 같습니다.",
        "말씀해주신 생년월일로 변경을 도와드리겠으며,",
    )


@pytest.mark.parametrize("typed", ["2090-01-01", "1850-01-01", "1980-02-30", "700101", ""])
def test_rule_4_2_an_implausible_date_or_century_changes_nothing(offered, typed):
    made = offered().answer("agreed").do(birthdate=typed, reason="통화")

    assert made.refusals
    assert birthdate() == date(1980, 5, 3)
    assert not Correction.objects.exists()
    assert not Message.objects.exists()


def test_rule_4_2_one_open_request_a_driver(offered, driver, agent):
    made = offered().answer("agreed")
    Correction.objects.create(
        **{"driver": driver, "field": "birthdate", "requested_by": agent, "reason": "예약"},
        **{"old_value": "1980-05-03", "new_value": "1980-03-06"},
    )

    made.do(birthdate=REAL, reason="통화")

    assert made.refusals
    assert birthdate() == date(1980, 5, 3)


def test_rule_4_3_change_text_history_and_access_record_are_there(offered, driver):
    made = offered().answer("agreed").do(birthdate=REAL, reason="가입 시 잘못 입력")

    correction, message = made.case.corrections.get(), made.case.messages.get()
    assert (birthdate(), made.case.state) == (date(1980, 5, 13), "info_corrected")
    assert (correction.state, correction.reason) == ("applied", "가입 시 잘못 입력")
    assert (message.to, message.template.key) == ("01000001234", "birthdate_changed")
    assert message.correction == correction
    assert made.case.changes.latest("pk").transition == "correct_info"
    assert AccessRecord.objects.get(action="edit").driver == driver


def test_rule_4_3_the_text_is_announced(corrected_call):
    made = corrected_call()

    assert made.stands_at == "text-announced"
    assert made.says(
        "변경 완료이 완료된 후, SMS를 수신하시면 '기존 사용자 로그인'을 통해",
        "앱 이용을 부탁 드립니다.",
    )


def test_rule_4_3_a_second_click_changes_and_sends_nothing(offered):
    made = offered().answer("agreed")
    last = made.page.context["last"]
    made.do(birthdate=REAL, reason="통화")

    made.forge(step="birthdate-corrected", last=last, birthdate=REAL, reason="통화")

    assert made.refusals
    assert (Correction.objects.count(), Message.objects.count()) == (1, 1)


def test_rule_4_3_a_correction_is_not_taken_back_by_going_back(corrected_call):
    made = corrected_call().back()

    assert made.refusals
    assert birthdate() == date(1980, 5, 13)
