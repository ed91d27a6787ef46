"""A11 to A26: what is compared, what is said, and what the text holds."""

from datetime import date, timedelta

import pytest
from django.test import Client

from backoffice.sms.models import Message
from cases.models import ConsultationType
from drivers.models import Correction, Driver

OWN, ANOTHER = "010-0000-1234", "010-0000-5678"
REAL = "1980-05-13"


def test_reading_a11_three_names_of_one_app_stay_as_they_are_said(call):
    made = call("q2").answer("yes", "differs")

    assert made.says("카카오 T 택시 기사용 앱 인증 시", "카카오 T 앱 인증단계에서 보이는 번호가")


def test_reading_a12_compares_with_the_number_the_app_shows(call):
    made = call("q2").answer("yes")

    assert "앱 인증 단계에 나타나는 번호와 비교" in made.text


@pytest.mark.parametrize(
    ("about", "later", "number"),
    [
        ("기타", timedelta(days=6, hours=23), 1),
        ("기타", timedelta(days=7, minutes=1), 0),
        ("출근/대기/수락/완료", timedelta(days=1), 0),
    ],
)
def test_reading_a13_again_is_the_same_driver_and_type_within_a_week(
    call, clock, about, later, number
):
    call("q2").answer("yes", "same", "later").do()
    clock.shift(later)

    assert call(about=about).case.recontact_no == number


def test_reading_a13_another_driver_is_another_matter(call, clock, make_driver):
    call("q2").answer("yes", "same", "later").do()
    clock.shift(timedelta(days=1))

    made = call("q2", driver=make_driver(phone="+821000007777").pk)

    assert made.case.previous_case is None


@pytest.mark.parametrize("playbook", ["q3", "q4"])
@pytest.mark.parametrize(
    ("answer", "stands_at"), [("phone", "phone-changed"), ("device", "new-device")]
)
def test_reading_a14_a_changed_phone_and_a_changed_device(call, playbook, answer, stands_at):
    made = call(playbook).answer(answer)

    assert made.stands_at == stands_at
    assert answer == "phone" or made.answer("fails").stands_at == "reinstalled"


def test_reading_a15_phone_and_birthdate_are_what_is_compared(call):
    made = call("q3").answer("none", "yes").compare(OWN).compare("1980-05-03")

    steps = made.case.walks.get().version.steps.filter(kind="compare")
    assert set(steps.values_list("item", flat=True)) == {"phone", "birthdate"}
    assert made.stands_at == "department-told"


@pytest.mark.parametrize("playbook", ["q3", "q4"])
def test_reading_a16_a_phone_that_differs_is_for_the_department(call, playbook):
    made = call(playbook).answer("none", "yes").compare(ANOTHER)

    made.answer("next").do(reason="번호 불일치")

    assert made.case.state == "escalated"
    assert not Correction.objects.exists()


@pytest.mark.parametrize("who", ["agent", "lead", "superuser"])
def test_reading_a17_the_registered_date_is_told_to_nobody(
    call, corrected_call, at_desk, who, request
):
    made = corrected_call()
    page = at_desk(request.getfixturevalue(who), made)

    pages = [
        page.client.get(f"/admin/cases/case/{made.pk}/{each}/") for each in ("change", "desk")
    ]

    told = "".join(each.content.decode() for each in pages)
    assert [each for each in ("1980-05-03", "19800503", "800503", REAL) if each in told] == []
    assert page.leaks == []


@pytest.mark.parametrize("who", ["privacy_officer", "administrator"])
def test_reading_a17_others_do_not_even_see_the_case(corrected_call, signed_in, who, request):
    made = corrected_call()
    client = signed_in(request.getfixturevalue(who))

    seen = [client.get(f"/admin/cases/case/{made.pk}/{each}/") for each in ("change", "desk")]

    assert {each.status_code for each in seen} == {403}


def test_reading_a18_the_date_that_works_is_the_one_that_is_told(offered):
    """While the old date is promised it stays, and the new one is scheduled."""
    made = offered().answer("quick")
    assert "현재 등록되어있는 생년월일을 입력" in made.text

    made.answer("knows", "next").identify(call_back=True).do(birthdate=REAL, reason="빠른 로그인")

    assert Driver.objects.get().birthdate == date(1980, 5, 3)
    assert Correction.objects.get().state == "scheduled"


def test_reading_a18_nothing_promises_the_old_date_where_it_is_changed_at_once(offered):
    made = offered().answer("agreed").do(birthdate=REAL, reason="통화")

    assert Driver.objects.get().birthdate == date(1980, 5, 13)
    assert "현재 등록되어있는 생년월일을 입력" not in made.text
    made.answer("next", "works", "phone")
    assert made.says("차후 로그인 시에는 변경된 생년월일로 로그인 및 이용 부탁 드립니다.")


def test_reading_a19_what_is_said_means_that_the_change_is_done(corrected_call):
    """The words stay the manual's, its slip of the pen included; the change is made by then."""
    made = corrected_call()

    assert made.says("변경 완료이 완료된 후, SMS를 수신하시면")
    assert Correction.objects.get().state == "applied"


def test_reading_a20_the_agent_says_what_the_text_says(corrected_call):
    made = corrected_call()

    assert "앱을 삭제하고 다시 설치하도록 함께 안내합니다." in made.text
    assert "앱 삭제 및 재설치 후" in Message.objects.get().body


def test_reading_a21_a_post_to_agit_is_the_escalation(call):
    made = call("q3").answer("none", "yes").compare(OWN).compare("1980-05-03").answer("next")

    assert made.says("아지트 이관")
    made.do(reason="모두 일치")
    assert made.case.state == "escalated"


def test_reading_a22_a_change_is_undone_by_a_second_person_only(
    corrected_call, agent, other_agent
):
    corrected_call()
    correction = Correction.objects.get()
    url = f"/admin/drivers/correction/{correction.pk}/move/undo/"

    seen = []
    for person in (agent, other_agent):
        client = Client()
        client.force_login(person)
        client.post(url, {"version": correction.version, "reason": "증빙 없음"})
        seen.append(Correction.objects.get(pk=correction.pk).state)

    assert seen == ["applied", "undone"]


@pytest.mark.parametrize("playbook", ["q1", "q2", "q3", "q4"])
def test_reading_a23_the_heading_is_the_questions_full_text(call, playbook):
    made = call(playbook)

    assert made.says(str(made.case.walks.get().version.playbook))


def test_reading_a24_the_leaf_keeps_its_odd_name(call):
    made = call("q3")

    page = made.client.get(f"/admin/cases/case/{made.pk}/change/").content.decode()

    assert "택시_기사 ▶ 오류 ▶ 출근/대기/수락/완료 ▶ 블루파트너스" in page
    assert ConsultationType.objects.filter(is_leaf=True).count() == 14


def test_reading_a25_the_text_holds_no_personal_datum(corrected_call):
    corrected_call()

    body = Message.objects.get().body
    data = ["홍길동", "1980", "5월", "1234", "3456", "한빛운수"]
    assert [each for each in data if each in body] == []


def test_reading_a26_the_link_is_a_setting(corrected_call, settings):
    settings.APP_LINK = "https://example.com/app"

    corrected_call()

    assert "https://example.com/app" in Message.objects.get().body
    assert "play.google.com" not in Message.objects.get().body
