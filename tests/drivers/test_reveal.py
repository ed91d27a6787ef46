"""One masked field of one driver is shown for a reason, for a minute, and written down."""

import re

import pytest

from backoffice.audit.models import AccessRecord
from backoffice.workflow.transitions import TransitionRefused
from drivers.erasing import erase_drivers
from drivers.reveal import reveal

FIELDS = {"name": "홍길동", "phone": "010-0000-1234", "vehicle_no": "서울12바3456"}
WHY = {"why": "call_back", "words": ""}
SCRIPT = {"Accept": "application/json"}


@pytest.fixture
def ask(client, driver):
    """ask(agent, "phone"): the form sent; ask(agent, "phone", headers=SCRIPT): by the script."""

    def post(person, field, typed=WHY, **options):
        client.force_login(person)
        client.cookies["django_language"] = "en"
        return client.post(f"/admin/drivers/driver/{driver.pk}/reveal/{field}/", typed, **options)

    return post


def reveals(action="reveal"):
    return list(AccessRecord.objects.filter(action=action))


@pytest.mark.parametrize("who", ["agent", "lead", "superuser"])
@pytest.mark.parametrize(("field", "value"), FIELDS.items())
def test_shows_one_field_and_records_it(ask, driver, who, field, value, request):
    person = request.getfixturevalue(who)

    response = ask(person, field)

    page = response.content.decode()
    assert value in page
    assert not any(other in page for name, other in FIELDS.items() if name != field)
    [record] = reveals()
    assert (record.by, record.driver, record.address) == (person, driver, "127.0.0.1")
    assert record.detail == {"field": field, "reason": "콜백/OB"}


@pytest.mark.parametrize(("field", "value"), FIELDS.items())
def test_a_script_gets_the_value_alone(ask, agent, field, value):
    response = ask(agent, field, headers=SCRIPT)

    assert response.json() == {"value": value, "seconds": 60}
    assert len(reveals()) == 1


@pytest.mark.parametrize("headers", [{}, SCRIPT])
@pytest.mark.parametrize("typed", [WHY, {}])
def test_no_answer_is_kept_by_a_browser(ask, agent, headers, typed):
    response = ask(agent, "phone", typed, headers=headers)

    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("who", ["privacy_officer", "administrator"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_who_takes_no_calls_is_shown_nothing(signed_in, driver, who, method, request):
    client = signed_in(request.getfixturevalue(who))

    response = getattr(client, method)(f"/admin/drivers/driver/{driver.pk}/reveal/phone/", WHY)

    assert response.status_code == 403
    assert reveals() == []


def test_who_is_not_signed_in_is_shown_nothing(client, driver):
    response = client.post(f"/admin/drivers/driver/{driver.pk}/reveal/phone/", WHY)

    assert response.status_code == 302
    assert reveals() == []


def test_asking_for_the_form_shows_nothing_yet(signed_in, agent, driver, shown_of_record):
    response = signed_in(agent).get(
        f"/admin/drivers/driver/{driver.pk}/reveal/phone/", {"why": "call_back"}
    )

    assert response.status_code == 200
    assert shown_of_record(response) == []
    assert reveals() == []


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"why": ""},
        {"why": "curiosity"},
        {"why": "other"},
        {"why": "other", "words": "   "},
        {"why": "other", "words": "인증번호 482913"},
        {"why": "call_back", "words": "482913"},
    ],
)
@pytest.mark.parametrize("headers", [{}, SCRIPT])
def test_without_a_reason_nothing_is_shown(ask, agent, typed, headers, shown_of_record):
    response = ask(agent, "phone", typed, headers=headers)

    assert response.status_code == 200
    assert shown_of_record(response) == []
    assert reveals() == []


def test_what_was_typed_is_kept_when_it_is_refused(ask, agent):
    page = ask(agent, "phone", {"why": "", "words": "야간 재통화"}).content.decode()

    assert 'value="야간 재통화"' in page
    assert "Say why; the reason goes into the access record." in page


def test_the_words_of_a_reason_are_recorded_without_personal_data(ask, agent):
    words = "홍길동 기사님 010-0000-1234 야간 재통화"

    ask(agent, "phone", {"why": "other", "words": words})

    [record] = reveals()
    assert record.detail["reason"] == "홍*동 기사님 010-****-1234 야간 재통화"


@pytest.mark.parametrize("who", ["agent", "lead", "superuser"])
@pytest.mark.parametrize("field", ["birthdate", "phone_digits", "pk", "code_read_at", "__class__"])
def test_rule_4_6_there_is_no_second_door_to_the_birthdate(ask, driver, who, field, request):
    person = request.getfixturevalue(who)

    assert ask(person, field).status_code == 404
    with pytest.raises(TransitionRefused):
        reveal(driver, field, why="call_back", by=person)
    assert reveals() == []


@pytest.mark.parametrize("headers", [{}, SCRIPT])
def test_what_cannot_be_recorded_is_not_shown(ask, agent, headers, monkeypatch):
    ask(agent, "phone")  # signed in, and all is well

    def broken(*args, **kwargs):
        raise RuntimeError("no access record")

    monkeypatch.setattr(AccessRecord, "save", broken)

    with pytest.raises(RuntimeError):
        ask(agent, "phone", headers=headers)
    assert len(reveals()) == 1


def test_what_is_not_on_record_has_no_reveal(signed_in, agent, make_driver):
    driver = make_driver(vehicle_no="")
    client = signed_in(agent)
    client.cookies["django_language"] = "en"
    page = f"/admin/drivers/driver/{driver.pk}/"

    assert f"{page}reveal/vehicle_no/" not in client.get(f"{page}change/").content.decode()
    response = client.post(f"{page}reveal/vehicle_no/", WHY)
    assert "Nothing is on record there." in response.content.decode()
    assert reveals() == []


def test_the_value_is_on_no_page_before_and_after(ask, client, agent, driver, shown_of_record):
    ask(agent, "phone")

    for page in (f"/admin/drivers/driver/{driver.pk}/change/", f"/admin/call/?driver={driver.pk}"):
        response = client.get(page)
        assert shown_of_record(response) == []
        assert re.search(r'href="[^"]+/reveal/phone/"[^>]* data-reveal', response.content.decode())


@pytest.mark.parametrize("field", FIELDS)
def test_of_a_driver_who_was_erased_nothing_is_shown(ask, signed_in, driver, agent, field):
    erase_drivers([driver.pk])

    page = signed_in(agent).get(f"/admin/drivers/driver/{driver.pk}/reveal/{field}/")
    answer = ask(agent, field)

    assert page.status_code == 200
    assert "Nothing is on record there." in answer.text
    assert reveals() == []
