"""One case from the first word to its end, page by page."""

from datetime import date

import pytest

from backoffice.sms.models import Message
from backoffice.workflow.transitions import TransitionRefused, perform
from cases.models import Case, ConsultationType
from drivers.models import Driver

ADD = "/admin/cases/case/add/"


def test_from_the_call_to_the_close(client, driver, agent, on_page, stored):
    """The whole way through HTTP: call, identity, birthdate, text, close."""
    client.force_login(agent)
    leaf = ConsultationType.objects.filter(is_leaf=True).first()
    client.post(
        ADD,
        {
            "driver": driver.pk,
            "channel": "phone",
            "presented_phone": "010 0000 1234",
            "consultation_type": leaf.pk,
            "note": "인증번호는 오는데 로그인이 안 됨",
        },
    )
    case = Case.objects.get()
    assert (case.state, case.driver, case.created_by) == ("new", driver, agent)

    on_page(agent, case, "move/start")
    assert (stored(case).state, stored(case).owner) == ("diagnosing", agent)

    on_page(agent, case, "identity", name="홍길동", vehicle_no="서울 12바 3456")
    assert case.identity_checks.get().is_verified

    on_page(agent, case, "birthdate", birthdate="1980-03-05", reason="주민등록과 다름")
    assert stored(case).state == "info_corrected"
    assert stored(driver).birthdate == date(1980, 3, 5)

    on_page(agent, case, "move/close", resolution="corrected")
    assert stored(case).state == "info_corrected"

    Message.objects.filter(case=case).update(state=Message.State.DELIVERED)
    on_page(agent, case, "move/close", resolution="corrected")
    assert (stored(case).state, stored(case).resolution) == ("closed", "corrected")
    assert stored(case).closed_at
    assert list(case.changes.order_by("pk").values_list("transition", flat=True)) == [
        "open",
        "start",
        "correct_info",
        "close",
    ]


def test_the_correction_and_its_text_belong_to_the_case(corrected):
    case = corrected()

    correction, message = case.corrections.get(), case.messages.get()
    assert (correction.state, correction.new_value) == ("applied", "1980-03-05")
    assert message.correction == correction


def test_rule_4_3_is_one_act_in_the_case_as_well(identified, agent, on_page, stored, monkeypatch):
    """Where the case cannot move on, neither the birthdate nor the text stays behind."""
    case = identified()

    def refused(*args, **kwargs):
        raise TransitionRefused("no")

    monkeypatch.setattr("cases.models.case.perform", refused)
    on_page(agent, case, "birthdate", birthdate="1980-03-05", reason="통화")

    assert stored(case.driver).birthdate == date(1980, 5, 3)
    assert not case.corrections.exists()
    assert not Message.objects.exists()


def test_the_birthdate_on_record_is_nothing_to_correct(identified, agent, on_page, stored):
    case = identified()

    response = on_page(agent, case, "birthdate", birthdate="1980-05-03", reason="통화")

    assert response.context["form"].non_field_errors()
    assert stored(case).state == "diagnosing"
    assert not Message.objects.exists()


def test_a_double_click_corrects_once(identified, agent, client):
    case = identified()
    client.force_login(agent)
    client.cookies["django_language"] = "en"
    url = f"/admin/cases/case/{case.pk}/birthdate/"
    typed = {"version": case.version, "birthdate": "1980-03-05", "reason": "통화"}
    client.post(url, typed)

    response = client.post(url, typed)

    assert "You already did this" in response.context["form"].non_field_errors()[0]
    assert Message.objects.count() == 1


def test_a_refused_birthdate_page_keeps_what_was_typed(make_case, agent, on_page):
    case = make_case("start")

    response = on_page(agent, case, "birthdate", birthdate="1980-03-05", reason="통화로 확인함")

    assert response.context["form"].non_field_errors()
    assert "1980-03-05" in response.content.decode()
    assert "통화로 확인함" in response.content.decode()


@pytest.mark.parametrize("page", ["identity", "birthdate"])
@pytest.mark.parametrize(
    ("who", "status"), [("agent", 200), ("privacy_officer", 403), ("administrator", 403)]
)
def test_the_pages_of_a_case_are_for_those_who_work_on_it(
    make_case, page, who, status, signed_in, request
):
    case = make_case("start")

    response = signed_in(request.getfixturevalue(who)).get(f"/admin/cases/case/{case.pk}/{page}/")

    assert response.status_code == status


def test_closed_is_final(make_case, agent, signed_in, stored):
    case = make_case("start")
    perform(case, "close", by=agent, resolution="guided")

    page = f"/admin/cases/case/{case.pk}/change/"
    response = signed_in(agent).post(page, {"version": stored(case).version, "note": "나중에"})

    assert response.status_code == 403
    assert signed_in(agent).get(page).status_code == 200
    assert stored(case).note == ""


def test_a_case_page_that_is_stale_keeps_what_was_typed(make_case, agent, other_agent, signed_in):
    case = make_case()
    stale = case.version
    perform(case, "start", by=other_agent)

    response = signed_in(agent).post(
        f"/admin/cases/case/{case.pk}/change/",
        {
            "version": stale,
            "driver": case.driver_id,
            "channel": "phone",
            "consultation_type": case.consultation_type_id,
            "note": "나중에 다시 전화",
        },
    )

    assert response.context["adminform"].form.non_field_errors()
    assert "나중에 다시 전화" in response.content.decode()
    assert Case.objects.get(pk=case.pk).note == ""


def test_a_withdrawn_driver_is_a_sentence(identified, agent, on_page, stored):
    case = identified()
    Driver.objects.filter(pk=case.driver_id).update(state="withdrawn")

    response = on_page(agent, case, "birthdate", birthdate="1980-03-05", reason="통화")

    assert response.context["form"].non_field_errors()
    assert stored(case).state == "diagnosing"
