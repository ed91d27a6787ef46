"""Bad input: the error stands beside the right field, and what was typed is still there."""

import unicodedata
from datetime import date

import pytest

from drivers.models import Correction, Driver
from drivers.search import search

BAD_BIRTHDATES = {
    "19801331": "no_such_date",
    "800230": "no_such_date",
    "1980-02-30": "no_such_date",
    "20200101": "too_young",
    "2099-01-01": "too_young",
    "19000101": "too_old",
    "생일": "unreadable",
    "1980": "unreadable",
    "<b>1": "unreadable",
}
BAD_PHONES = {
    "02-123-4567": "not_mobile",
    "1644-8830": "not_mobile",
    "010-0000-123": "not_mobile",
    "010-5979-1234": "not_mobile",
    "+82 10-5979-1234": "not_mobile",
    "+1 415 555 0100": "foreign",
    "없음": None,
}


def form_of(response):
    return response.context["adminform"].form


@pytest.mark.parametrize("typed", BAD_BIRTHDATES)
def test_a_birthdate_that_cannot_be(driver, agent, save_page, stored, typed):
    response = save_page(agent, driver, birthdate=typed, reason="통화로 확인")

    form = form_of(response)
    assert list(form.errors) == ["birthdate"]
    assert form.has_error("birthdate", BAD_BIRTHDATES[typed])
    assert form["birthdate"].value() == typed
    assert (
        f'value="{typed.replace("<", "&lt;").replace(">", "&gt;")}"' in response.content.decode()
    )
    assert "통화로 확인" in response.content.decode()
    assert stored(driver).birthdate == date(1980, 5, 3)


@pytest.mark.parametrize("typed", BAD_PHONES)
def test_a_phone_that_cannot_be(driver, lead, save_page, stored, typed):
    response = save_page(lead, driver, phone=typed, reason="서류 확인")

    form = form_of(response)
    assert list(form.errors) == ["phone"]
    assert form.has_error("phone", BAD_PHONES[typed])
    assert f'value="{typed}"' in response.content.decode()
    assert stored(driver).phone_digits == "01000001234"


def test_the_phone_of_another_driver(driver, make_driver, lead, save_page, stored):
    make_driver(phone="+821000005678")

    response = save_page(lead, driver, phone="010-0000-5678", reason="서류 확인")

    assert list(form_of(response).errors) == ["phone"]
    assert 'value="010-0000-5678"' in response.content.decode()
    assert stored(driver).phone_digits == "01000001234"


def test_one_bad_field_keeps_the_good_one_from_being_saved(driver, lead, save_page, stored):
    response = save_page(
        lead, driver, birthdate="1980-03-05", phone="02-123-4567", reason="서류 확인"
    )

    assert 'value="1980-03-05"' in response.content.decode()
    assert stored(driver).birthdate == date(1980, 5, 3)
    assert not Correction.objects.exists()


def test_a_reason_that_is_too_long(driver, agent, save_page):
    response = save_page(agent, driver, birthdate="1980-03-05", reason="가" * 501)

    assert list(form_of(response).errors) == ["reason"]
    assert "가" * 501 in response.content.decode()


NEW = {
    "name": "백두산",
    "phone": "010 0000 7777",
    "birthdate": "1975-12-24",
    "service_type": "벤티",
    "affiliation": "company",
    "company": "한빛운수",
    "vehicle_no": "서울34사7890",
}


# A typing error of 1962 that was possible once, and a number from before texts went there.
WRONG = {"birthdate": date(1920, 5, 3), "phone": "+8225551234"}


def test_what_is_on_record_may_be_wrong_and_is_put_right(make_driver, lead, save_page, stored):
    driver = make_driver(**WRONG)
    typed = {"birthdate": "1920-05-04", "phone": "010-5555-1234", "reason": "서류 확인"}

    refused = save_page(lead, driver, **typed)
    saved = save_page(lead, driver, **typed | {"birthdate": "1962-05-03"})

    assert list(refused.context["adminform"].form.errors) == ["birthdate"]  # as it was typed
    assert saved.status_code == 302
    assert stored(driver).phone.as_e164 == "+821055551234"
    assert Correction.objects.get(field="birthdate").new_value == "1962-05-03"


def test_a_save_of_something_else_does_not_tell_what_is_wrong(
    make_driver, agent, lead, save_page, stored
):
    driver = make_driver(**WRONG)

    for person, company in ((agent, "한강운수"), (lead, "남산운수")):
        assert save_page(person, driver, company=company).status_code == 302
        assert stored(driver).company == company


def test_a_lead_enters_a_new_driver(signed_in, lead):
    response = signed_in(lead).post("/admin/drivers/driver/add/", NEW)

    driver = Driver.objects.get()
    assert response.status_code == 302
    assert (driver.phone_digits, driver.birthdate) == ("01000007777", date(1975, 12, 24))
    assert not Correction.objects.exists()


@pytest.mark.parametrize("who", ["agent", "privacy_officer", "administrator"])
def test_nobody_else_enters_a_new_driver(signed_in, who, request):
    person = request.getfixturevalue(who)

    assert signed_in(person).post("/admin/drivers/driver/add/", NEW).status_code == 403
    assert not Driver.objects.exists()


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("birthdate", "19801331"),
        ("birthdate", ""),
        ("birthdate", "751224"),
        ("phone", "02-123-4567"),
        ("phone", "010-5979-1234"),
        ("phone", "+1 415 555 0100"),
        ("phone", ""),
        ("name", ""),
        ("service_type", "배달"),
    ],
)
def test_a_new_driver_with_a_bad_field(signed_in, lead, field, typed):
    response = signed_in(lead).post("/admin/drivers/driver/add/", NEW | {field: typed})

    assert list(form_of(response).errors) == [field]
    assert not Driver.objects.exists()


def test_a_new_driver_with_the_number_of_another(signed_in, lead, driver):
    response = signed_in(lead).post("/admin/drivers/driver/add/", NEW | {"phone": "01000001234"})

    assert list(form_of(response).errors) == ["phone"]
    assert Driver.objects.count() == 1


def test_what_nobody_sees_is_not_stored(signed_in, lead, agent, save_page, stored):
    """As it comes along from a web page or a messenger: a gap of no width, a mark of order."""
    pasted = {"name": "\u200b백두\u200b산\u200b", "vehicle_no": "서울34사\ufeff7890"}

    signed_in(lead).post("/admin/drivers/driver/add/", NEW | pasted)

    driver = Driver.objects.get()
    assert (driver.name, driver.vehicle_no) == ("백두산", "서울34사7890")
    save_page(agent, driver, company="한강\u200e운수")
    assert stored(driver).company == "한강운수"
    assert list(search(Driver.objects.all(), "백두산")) == [driver]
    refused = signed_in(lead).post("/admin/drivers/driver/add/", NEW | {"name": "\u200b \u200b"})
    assert "name" in form_of(refused).errors


def test_what_is_typed_in_parts_is_stored_composed(signed_in, lead, agent, save_page, stored):
    """As some keyboards and some files write Korean: 홍 is three letters there."""
    said = {
        "name": "남궁 산들바람",
        "company": "한빛운수 가나다라마바",
        "vehicle_no": "서울34사7890",
    }
    typed = {name: unicodedata.normalize("NFD", text) for name, text in said.items()}

    signed_in(lead).post("/admin/drivers/driver/add/", NEW | typed)

    driver = Driver.objects.get()
    assert {name: getattr(driver, name) for name in said} == said

    save_page(agent, driver, company=unicodedata.normalize("NFD", "새길택시"))
    assert stored(driver).company == "새길택시"


@pytest.mark.parametrize(
    ("field", "typed", "found"),
    [
        ("vehicle_no", "서울12바3456 ㈜㈜㈜㈜㈜㈜", "3456"),
        ("vehicle_no", "㈜㈜㈜㈜㈜㈜ 서울12바3456", "서울12바3456"),
        ("name", "ﷺﷺﷺ", "ﷺ"),
        ("name", "ﬃ" * 40, "ﬃﬃ"),
    ],
)
def test_letters_that_are_several_in_a_key_are_stored(signed_in, lead, field, typed, found):
    response = signed_in(lead).post("/admin/drivers/driver/add/", NEW | {field: typed})

    driver = Driver.objects.get()
    assert (response.status_code, getattr(driver, field)) == (302, typed)
    assert search(Driver.objects.all(), found).get() == driver
    for key in ("name_key", "vehicle_key"):
        assert len(getattr(driver, key)) <= Driver._meta.get_field(key).max_length
