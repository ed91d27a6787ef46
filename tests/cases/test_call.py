"""The screen pop of a softphone: /admin/call/?phone=…"""

import pytest

from backoffice.audit.models import AccessRecord
from cases.models import Case

CALL = "/admin/call/"


@pytest.mark.parametrize("typed", ["01000001234", "010-0000-1234", "+82 10-0000-1234"])
def test_shows_the_driver_with_open_and_past_cases(typed, driver, make_case, agent, signed_in):
    is_open, past = make_case("start", driver=driver), make_case(driver=driver)
    Case.objects.filter(pk=past.pk).update(state="closed")

    response = signed_in(agent).get(CALL, {"phone": typed}, follow=True)

    assert response.context["driver"] == driver
    assert response.context["open_cases"] == [is_open]
    assert response.context["past_cases"] == [past]
    assert (
        f"{past.consultation_type.parent.name} › {past.consultation_type.name} ·"
        in response.content.decode()
    )
    assert AccessRecord.objects.get(action="view").driver == driver
    for secret in ("홍길동", "01000001234", "1980-05-03"):
        assert secret not in response.content.decode().replace(f"phone={typed}", "")


def test_an_open_case_is_shown_however_many_were_closed_since(driver, make_case, agent, signed_in):
    is_open = make_case("start", driver=driver)
    past = [make_case(driver=driver).pk for _call in range(11)]
    Case.objects.filter(pk__in=past).update(state="closed")

    response = signed_in(agent).get(CALL, {"driver": driver.pk})

    assert response.context["open_cases"] == [is_open]
    assert [each.pk for each in response.context["past_cases"]] == past[:0:-1]


def test_one_click_opens_the_case_and_stands_at_the_first_words(driver, agent, signed_in):
    response = signed_in(agent).post(f"{CALL}?phone=01000001234", {"playbook": "q4"}, follow=True)

    case = Case.objects.get()
    assert (case.driver, case.presented_phone, case.owner) == (driver, driver.phone, agent)
    assert case.state == "diagnosing"
    assert case.consultation_type.path == "택시_기사 ▶ 오류 ▶ 출근/대기/수락/완료 ▶ 블루파트너스"
    assert response.context["step"].script


@pytest.mark.parametrize(
    ("phone", "opened"),
    [("010-0000-9999", 1), ("0212345678", 1), ("", 0), ("nonsense", 0), ("9" * 40, 0)],
)
def test_a_case_without_a_driver_has_at_least_a_number(phone, opened, driver, agent, signed_in):
    client = signed_in(agent)

    page = client.get(CALL, {"phone": phone}, follow=True)
    client.post(f"{CALL}?phone={phone}", {"playbook": "q2"})

    assert page.context["driver"] is None
    assert bool(page.context.get("playbooks")) is bool(opened)
    assert Case.objects.filter(driver=None).count() == opened


@pytest.mark.parametrize("who", ["privacy_officer", "administrator"])
def test_is_for_those_who_work_on_cases(who, driver, signed_in, request):
    client = signed_in(request.getfixturevalue(who))

    assert client.get(CALL, {"phone": "01000001234"}, follow=True).status_code == 403
    assert client.post(f"{CALL}?phone=01000001234", {"playbook": "q1"}).status_code == 403
    assert not Case.objects.exists()


@pytest.mark.parametrize("typed", ["01000001234", "+82 10-0000-1234", "nonsense 0000-1234"])
def test_the_number_does_not_stay_in_the_address(typed, driver, agent, signed_in):
    """The page says under which address it goes on; its script puts that into the history."""
    response = signed_in(agent).get(CALL, {"phone": typed})

    address = response.context["address"]
    assert f'data-address="{address}"' in response.content.decode()
    assert "1234" not in address
    assert "phone" not in address


@pytest.mark.django_db
def test_nor_in_that_of_the_sign_in(client):
    response = client.get(CALL, {"phone": "01000001234"}, follow=True)

    addresses = [url for url, _status in response.redirect_chain]
    assert addresses[-1].startswith("/admin/login/")
    assert not [each for each in addresses if "1234" in each]


def test_the_sealed_number_opens_the_case_as_the_number_does(driver, agent, signed_in):
    client = signed_in(agent)
    address = client.get(CALL, {"phone": "01000001234"}).context["address"]

    client.post(address, {"playbook": "q4"})

    case = Case.objects.get()
    assert (case.driver, case.presented_phone) == (driver, driver.phone)


@pytest.mark.parametrize("caller", ["", "made-up", "gAAAAAB" + "x" * 93, "한글"])
def test_a_made_up_seal_is_no_number(caller, driver, agent, signed_in):
    response = signed_in(agent).get(CALL, {"caller": caller})

    assert response.status_code == 200
    assert response.context["driver"] is None
    assert "playbooks" not in response.context
