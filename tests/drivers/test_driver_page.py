"""Rule 4.3 on the driver's page: saving a birthdate there is a correction like any other."""

from datetime import date

import pytest
from django.contrib.admin.models import LogEntry

from backoffice.audit.models import AccessRecord
from backoffice.sms.models import Message, Template
from drivers.models import Correction, Driver

REAL = date(1980, 3, 5)


def form_of(response):
    return response.context["adminform"].form


def test_rule_4_3_a_birthdate_saved_on_the_page_is_a_correction(driver, agent, save_page, stored):
    response = save_page(agent, driver, birthdate="1980-03-05", reason="통화로 확인")

    correction, message = Correction.objects.get(), Message.objects.get()
    assert response.status_code == 302
    assert stored(driver).birthdate == REAL
    assert (correction.state, correction.old_value, correction.new_value) == (
        "applied",
        "1980-05-03",
        "1980-03-05",
    )
    assert (correction.requested_by, correction.reason) == (agent, "통화로 확인")
    assert (message.correction, message.to, message.state) == (correction, "01000001234", "queued")
    assert AccessRecord.objects.get(action="edit").detail == {
        "field": "birthdate",
        "correction": correction.pk,
    }


@pytest.mark.parametrize("reason", ["", "   "])
def test_without_a_reason_nothing_is_saved(driver, agent, save_page, stored, reason):
    response = save_page(agent, driver, birthdate="1980-03-05", reason=reason)

    assert list(form_of(response).errors) == ["reason"]
    assert 'value="1980-03-05"' in response.content.decode()
    assert stored(driver).birthdate == date(1980, 5, 3)
    assert not Correction.objects.exists()


@pytest.mark.parametrize("typed", ["", "  ", "1980-05-03", "19800503", "1980.5.3"])
def test_rule_4_3_nothing_is_sent_where_nothing_changed(driver, agent, save_page, stored, typed):
    response = save_page(agent, driver, birthdate=typed, company="새길택시", reason="확인")

    assert response.status_code == 302
    assert stored(driver).company == "새길택시"
    assert not Correction.objects.exists()
    assert not Message.objects.exists()


def test_rule_4_3_two_changes_send_two_texts(driver, agent, lead, save_page, decide_page, stored):
    """The second within the days set is a team lead's to decide (A22)."""
    save_page(agent, driver, birthdate="1980-03-05", reason="첫 번째")

    save_page(agent, driver, birthdate="1980-05-03", reason="두 번째")
    assert (stored(driver).birthdate, Message.objects.count()) == (REAL, 1)
    decide_page(lead, driver, "approve")

    assert stored(driver).birthdate == date(1980, 5, 3)
    assert Message.objects.count() == Correction.objects.count() == 2
    assert set(Correction.objects.values_list("state", flat=True)) == {"applied"}


def test_reading_a22_a_year_that_changes_sends_nothing_before_a_lead_agrees(
    driver, agent, lead, save_page, decide_page, stored
):
    response = save_page(agent, driver, birthdate="1981-05-03", reason="통화로 확인")

    correction = Correction.objects.get()
    assert (response.status_code, correction.state) == (302, "requested")
    assert stored(driver).birthdate == date(1980, 5, 3)
    assert not Message.objects.exists()
    assert not AccessRecord.objects.filter(action="edit").exists()

    decide_page(lead, driver, "approve")

    assert (stored(correction).state, stored(driver).birthdate) == ("applied", date(1981, 5, 3))
    assert Message.objects.get().correction == correction
    assert AccessRecord.objects.get(action="edit").detail["correction"] == correction.pk


def test_reading_a22_what_a_lead_rejects_is_not_changed_and_not_told(
    driver, agent, lead, save_page, decide_page, stored
):
    save_page(agent, driver, birthdate="1981-05-03", reason="통화로 확인")

    decide_page(lead, driver, "reject")

    assert Correction.objects.get().state == "rejected"
    assert stored(driver).birthdate == date(1980, 5, 3)
    assert not Message.objects.exists()


def test_two_digits_of_a_year_are_confirmed_by_saving_again(driver, agent, save_page, stored):
    response = save_page(agent, driver, birthdate="800305", reason="통화로 확인")

    assert form_of(response).has_error("birthdate", "century")
    assert 'value="1980-03-05"' in response.content.decode()
    assert "통화로 확인" in response.content.decode()
    assert stored(driver).birthdate == date(1980, 5, 3)

    confirmed = form_of(response)["birthdate"].value()
    save_page(agent, driver, birthdate=confirmed, reason="통화로 확인")
    assert stored(driver).birthdate == REAL


def test_a_stale_page_saves_nothing_and_keeps_what_was_typed(
    driver, agent, other_agent, save_page, stored
):
    stale = driver.version
    save_page(other_agent, driver, birthdate="1980-03-06", reason="먼저")

    response = save_page(
        agent, driver, birthdate="1980-03-05", reason="통화로 확인", version=stale
    )

    assert str(other_agent) in form_of(response).non_field_errors()[0]
    assert 'value="1980-03-05"' in response.content.decode()
    assert "통화로 확인" in response.content.decode()
    assert stored(driver).birthdate == date(1980, 3, 6)
    assert Correction.objects.count() == 1


@pytest.mark.parametrize("version", ["", "x", "-1"])
def test_a_post_that_has_seen_no_page_saves_nothing(driver, agent, save_page, stored, version):
    save_page(agent, driver, birthdate="1980-03-05", reason="통화", version=version)

    assert stored(driver).birthdate == date(1980, 5, 3)


def test_the_same_form_posted_twice_corrects_once(driver, agent, save_page):
    twice = {"birthdate": "1980-03-05", "reason": "통화로 확인", "version": driver.version}
    save_page(agent, driver, **twice)

    response = save_page(agent, driver, **twice)

    assert "You already did this" in form_of(response).non_field_errors()[0]
    assert Correction.objects.count() == Message.objects.count() == 1


def test_the_page_offers_an_agent_no_phone(driver, agent, signed_in, page_of):
    page = signed_in(agent).get(page_of(driver)).content.decode()

    assert 'name="birthdate"' in page
    assert 'name="phone"' not in page


def test_a_phone_that_an_agent_posts_by_hand_is_ignored(driver, agent, save_page, stored):
    response = save_page(agent, driver, phone="010-0000-9999", reason="통화", company="새길택시")

    assert response.status_code == 302
    assert stored(driver).phone_digits == "01000001234"
    assert stored(driver).company == "새길택시"
    assert not Correction.objects.exists()


def test_rule_4_8_a_lead_corrects_a_phone_without_a_text(driver, lead, save_page, stored):
    save_page(lead, driver, phone="010 0000 9999", reason="번호 변경 서류 확인")

    correction = Correction.objects.get()
    assert stored(driver).phone_digits == "01000009999"
    assert (correction.field, correction.old_value, correction.new_value) == (
        "phone",
        "01000001234",
        "01000009999",
    )
    assert not Message.objects.exists()


def test_birthdate_and_phone_in_one_save_are_two_corrections(driver, lead, save_page, stored):
    save_page(lead, driver, phone="010-0000-9999", birthdate="1980-03-05", reason="서류 확인")

    assert set(Correction.objects.values_list("field", flat=True)) == {"birthdate", "phone"}
    assert (stored(driver).birthdate, stored(driver).phone_digits) == (REAL, "01000009999")


@pytest.mark.parametrize("name", ["name", "state", "verification_state", "vehicle_no", "name_key"])
def test_what_the_page_does_not_offer_cannot_be_posted(driver, lead, save_page, stored, name):
    before = getattr(driver, name)

    save_page(lead, driver, **{name: "withdrawn"})

    assert getattr(stored(driver), name) == before


def test_a_withdrawn_driver_is_a_sentence_and_no_error_page(driver, agent, save_page, stored):
    Driver.objects.filter(pk=driver.pk).update(state="withdrawn")

    response = save_page(agent, driver, birthdate="1980-03-05", reason="통화")

    assert form_of(response).errors
    assert stored(driver).birthdate == date(1980, 5, 3)


def test_rule_4_2_an_open_correction_is_a_sentence_and_no_error_page(
    driver, agent, save_page, stored
):
    Correction.objects.create(
        driver=driver,
        field="birthdate",
        old_value="1980-05-03",
        new_value="1980-03-06",
        reason="예약",
        requested_by=agent,
    )

    response = save_page(agent, driver, birthdate="1980-03-05", reason="통화")

    assert form_of(response).errors
    assert stored(driver).birthdate == date(1980, 5, 3)


def test_a_text_that_cannot_be_sent_is_a_sentence_and_no_error_page(
    driver, agent, save_page, stored
):
    Template.objects.update(body="#{없는변수}")

    response = save_page(agent, driver, birthdate="1980-03-05", reason="통화")

    assert form_of(response).errors
    assert stored(driver).birthdate == date(1980, 5, 3)


def test_the_log_of_the_admin_names_fields_and_no_values(driver, agent, save_page):
    save_page(agent, driver, birthdate="1980-03-05", reason="통화로 확인")

    entry = LogEntry.objects.get()
    assert entry.object_repr == "홍*동 010-****-1234"
    assert "1980" not in entry.change_message


@pytest.mark.parametrize(
    ("who", "words"),
    [
        ("agent", "생년월일을 입력하면 사유도 입력하십시오."),
        ("lead", "생년월일이나 휴대폰 번호를 입력하면 사유도 입력하십시오."),
    ],
)
def test_a_reason_is_asked_for_what_the_person_may_correct(who, words, driver, signed_in, request):
    person = request.getfixturevalue(who)

    page = signed_in(person).get(f"/admin/drivers/driver/{driver.pk}/change/")

    assert words in page.content.decode()
