"""Taking a correction back through its page: by a second person only."""

from datetime import date

import pytest

from backoffice.sms.models import Message
from drivers import services
from drivers.models import Correction
from drivers.phones import parse_phone
from drivers.services import correct

OLD, NEW = date(1980, 5, 3), date(1980, 3, 5)


@pytest.fixture
def correction(driver, agent):
    return correct(driver, "birthdate", NEW, reason="통화로 확인", by=agent)


@pytest.fixture
def undo(client, stored):
    def post(person, correction, **typed):
        client.force_login(person)
        client.cookies["django_language"] = "en"
        typed = {"version": stored(correction).version, "reason": "다른 기사였음"} | typed
        return client.post(f"/admin/drivers/correction/{correction.pk}/move/undo/", typed)

    return post


@pytest.mark.parametrize("who", ["other_agent", "lead", "superuser"])
def test_a_second_person_puts_the_old_value_back(correction, driver, who, undo, stored, request):
    response = undo(request.getfixturevalue(who), correction)

    back = Correction.objects.get(undoes=correction)
    assert response.status_code == 302
    assert (stored(correction).state, stored(driver).birthdate) == ("undone", OLD)
    assert (back.state, back.old_value, back.new_value) == (
        "applied",
        "1980-03-05",
        "1980-05-03",
    )
    assert Message.objects.get(correction=back).to == "01000001234"
    assert correction.changes.latest("pk").note == "다른 기사였음"


def test_the_same_person_does_not(correction, driver, agent, undo, stored):
    response = undo(agent, correction)

    assert "somebody else has to undo it" in response.context["form"].non_field_errors()[0]
    assert response.context["form"]["reason"].value() == "다른 기사였음"
    assert (stored(correction).state, stored(driver).birthdate) == ("applied", NEW)
    assert Message.objects.count() == 1


def test_a_superuser_does_not_undo_his_own(driver, superuser, undo, stored):
    correction = correct(driver, "birthdate", NEW, reason="통화", by=superuser)

    undo(superuser, correction)

    assert (stored(correction).state, stored(driver).birthdate) == ("applied", NEW)


@pytest.mark.parametrize("who", ["privacy_officer", "administrator"])
def test_who_does_not_work_on_cases_does_not(correction, who, undo, stored, request):
    response = undo(request.getfixturevalue(who), correction)

    assert response.status_code == 403
    assert stored(correction).state == "applied"


def test_the_button_is_shown_to_the_second_person_alone(correction, agent, other_agent, signed_in):
    page = f"/admin/drivers/correction/{correction.pk}/change/"
    url = f"/admin/drivers/correction/{correction.pk}/move/undo/"

    assert url not in signed_in(agent).get(page).content.decode()
    assert url in signed_in(other_agent).get(page).content.decode()


def test_a_double_click_undoes_once(correction, other_agent, undo, stored):
    seen = stored(correction).version
    undo(other_agent, correction, version=seen)

    response = undo(other_agent, correction, version=seen)

    assert "You already did this" in response.context["form"].non_field_errors()[0]
    assert Correction.objects.count() == Message.objects.count() == 2


def test_a_value_that_was_changed_again_is_not_overwritten(
    correction, driver, agent, other_agent, lead, decide_page, undo, stored
):
    correct(driver, "birthdate", date(1980, 3, 6), reason="다시", by=agent)
    decide_page(lead, driver, "approve")

    response = undo(other_agent, correction)

    assert response.context["form"].non_field_errors()
    assert stored(driver).birthdate == date(1980, 3, 6)
    assert stored(correction).state == "applied"


def test_a_change_that_waits_for_a_lead_keeps_the_old_one_from_being_undone(
    correction, driver, agent, other_agent, undo, stored
):
    """Two open corrections of one field would contradict each other (rule 4.2)."""
    correct(driver, "birthdate", date(1980, 3, 6), reason="다시", by=agent)

    response = undo(other_agent, correction)

    assert response.context["form"].non_field_errors()
    assert (stored(correction).state, stored(driver).birthdate) == ("applied", NEW)
    assert Correction.objects.count() == 2


def test_without_a_reason_nothing_is_undone(correction, other_agent, undo, stored):
    response = undo(other_agent, correction, reason="  ")

    assert list(response.context["form"].errors) == ["reason"]
    assert stored(correction).state == "applied"


def test_an_undo_can_itself_be_undone(correction, driver, agent, other_agent, undo, stored):
    undo(other_agent, correction)
    back = Correction.objects.get(undoes=correction)

    undo(agent, back)

    assert (stored(back).state, stored(driver).birthdate) == ("undone", NEW)


def test_a_phone_goes_back_too(driver, lead, agent, undo, stored):
    """An agent may put back a phone that he may not change by himself."""
    correction = correct(driver, "phone", parse_phone("01000009999"), reason="서류", by=lead)

    undo(agent, correction)

    assert stored(driver).phone_digits == "01000001234"
    assert not Message.objects.exists()


def test_a_number_that_another_driver_has_by_now_is_a_sentence(
    driver, make_driver, lead, agent, undo, stored
):
    correction = correct(driver, "phone", parse_phone("01000009999"), reason="서류", by=lead)
    make_driver(phone="+821000001234")

    response = undo(agent, correction)

    assert response.context["form"].non_field_errors()
    assert stored(driver).phone_digits == "01000009999"


def test_a_number_that_somebody_takes_at_that_moment_is_a_sentence(
    driver, make_driver, lead, agent, undo, stored, monkeypatch
):
    correction = correct(driver, "phone", parse_phone("01000009999"), reason="서류", by=lead)
    other, look = make_driver(), services._refuse_new_phone

    def somebody_is_faster(*asked):
        look(*asked)
        type(other).objects.filter(pk=other.pk).update(phone="+821000001234")

    monkeypatch.setattr(services, "_refuse_new_phone", somebody_is_faster)

    response = undo(agent, correction)

    errors = response.context["form"].non_field_errors()
    assert errors == ["Another driver already has this number."]
    assert (stored(driver).phone_digits, stored(correction).state) == ("01000009999", "applied")


@pytest.mark.parametrize(
    ("field", "new", "sentence"),
    [
        ("birthdate", NEW, "기사님께 문자가 발송됩니다."),
        ("phone", parse_phone("010-0000-7777"), "변경 전 값으로 돌아갑니다."),
    ],
)
def test_says_beforehand_what_an_undo_brings_about(
    field, new, sentence, driver, lead, superuser, signed_in
):
    correction = correct(driver, field, new, reason="통화로 확인", by=lead)

    page = signed_in(superuser).get(f"/admin/drivers/correction/{correction.pk}/move/undo/")

    assert sentence in page.context["hint"]
    assert page.context["hint"] in page.content.decode()
    assert str(correction) in page.content.decode()
