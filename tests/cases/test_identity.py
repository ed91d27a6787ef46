"""Who counts as the driver: rules E1 to E4, compared blindly and for a few minutes."""

from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone

from cases.models import IdentityCheck
from drivers.models import Correction

TWO = {"name": "홍길동", "vehicle_no": "서울12바3456"}
ALL_FOUR = TWO | {"vehicle_no": "서울 12바 3456", "birthdate": "1980-05-03"}
THIRD = "+821000009999"
RECORDED = ["홍길동", "1980-05-03", "800503", "19800503", "3456", "한빛운수", "0000-0001"]


@pytest.fixture
def checked(make_case, agent, on_page):
    """checked(TWO, channel="mail"): the check that the page makes of what was said."""

    def check(said, *, call_back=False, **fields):
        case = make_case("start", **fields)
        answered = {"call_back_answered": "on"} if call_back else {}
        on_page(agent, case, "identity", **said, **answered)
        return case.identity_checks.latest("pk")

    return check


def test_rule_e1_the_drivers_own_number_and_two_items_are_enough(checked):
    check = checked(TWO)

    assert (check.number_matches, check.is_verified) == (True, True)
    assert check.items == {"name": True, "vehicle_no": True}


@pytest.mark.parametrize(
    "said",
    [
        {"name": "홍길동"},
        {"name": "홍길동", "vehicle_no": "부산34자7777"},
        {"name": "홍길순", "birthdate": "1971-01-01", "vehicle_no": "서울12바3456"},
        {},
    ],
)
def test_rule_e1_one_item_is_not_enough(checked, said):
    assert not checked(said).is_verified


def test_rule_e1_what_stands_on_the_page_proves_nothing(make_case, agent, on_page):
    """The company is shown to everybody, and an agent may even write it himself."""
    case = make_case("start")

    on_page(agent, case, "identity", name="홍길동", company="한빛운수", call_back_answered="on")

    check = IdentityCheck.objects.get()
    assert (check.items, check.is_verified) == ({"name": True}, False)


def test_rule_e1_how_many_items_is_a_setting(checked, settings):
    settings.IDENTITY_ITEMS = 3

    assert not checked(TWO).is_verified
    assert checked(ALL_FOUR).is_verified


@pytest.mark.parametrize(
    "said",
    [
        {"name": " 홍 길동 ", "vehicle_no": "서울12바3456"},
        {"name": "홍길동", "vehicle_no": "서울 12 바 3456"},
        {"name": "홍길동", "vehicle_no": "서울１２바３４５６"},
        {"name": "홍길동", "birthdate": "19800503"},
        {"name": "홍길동", "birthdate": "1980.5.3"},
    ],
)
def test_the_way_of_writing_does_not_matter(checked, said):
    assert checked(said).is_verified


@pytest.mark.parametrize(("call_back", "is_verified"), [(False, False), (True, True)])
def test_rule_e2_a_mail_needs_the_call_back(checked, call_back, is_verified):
    """Anybody can write a number into a mail, the driver's own included."""
    check = checked(ALL_FOUR, channel="mail", call_back=call_back)

    assert (check.number_matches, check.is_verified) == (True, is_verified)


def test_rule_e3_a_third_number_is_never_enough(checked):
    check = checked(ALL_FOUR, presented_phone=THIRD)

    assert (check.number_matches, check.is_verified) == (False, False)


@pytest.mark.parametrize(("call_back", "is_verified"), [(False, False), (True, True)])
def test_rule_e4_a_withheld_number_needs_the_call_back(checked, call_back, is_verified):
    assert checked(ALL_FOUR, presented_phone="", call_back=call_back).is_verified is is_verified


def test_a_call_back_does_not_stand_for_the_items(checked):
    assert not checked({"name": "홍길동"}, call_back=True).is_verified


def test_the_answer_never_contains_the_record(make_case, agent, on_page, client):
    case = make_case("start", presented_phone="")
    said = {"name": "김철수", "birthdate": "1971-01-01", "vehicle_no": "부산34자7777"}

    on_page(agent, case, "identity", **said)
    page = client.get(f"/admin/cases/case/{case.pk}/change/").content.decode()

    check = IdentityCheck.objects.get()
    assert set(check.items.values()) == {False}
    row = str(
        {name: getattr(check, name) for name in ("items", "is_verified", "call_back_answered")}
    )
    assert [each for each in RECORDED if each in page + row] == []


def test_what_was_said_is_not_kept(checked):
    check = checked({"name": "김철수", "birthdate": "1971-01-01"})

    assert check.items == {"name": False, "birthdate": False}


def test_the_form_of_a_check_does_not_show_the_record(make_case, agent, signed_in):
    case = make_case("start")

    page = signed_in(agent).get(f"/admin/cases/case/{case.pk}/identity/").content.decode()

    assert [each for each in RECORDED if each in page] == []


def test_a_two_digit_year_is_asked_back_and_not_compared(make_case, agent, on_page):
    case = make_case("start")

    response = on_page(agent, case, "identity", name="홍길동", birthdate="800503")

    assert response.context["form"].has_error("birthdate", "century")
    assert not IdentityCheck.objects.exists()


@pytest.mark.parametrize(
    ("later", "ends_as"), [(timedelta(minutes=14), "applied"), (timedelta(minutes=16), None)]
)
def test_a_check_holds_for_fifteen_minutes(identified, agent, on_page, later, ends_as):
    case = identified()

    with time_machine.travel(timezone.now() + later):
        on_page(agent, case, "birthdate", birthdate="1980-03-05", reason="통화")

    correction = Correction.objects.first()
    assert (correction and correction.state) == ends_as


def test_the_latest_check_counts(identified, agent, on_page):
    """A second caller who fails does not profit from the first."""
    case = identified()

    on_page(agent, case, "identity", name="김철수")
    response = on_page(agent, case, "birthdate", birthdate="1980-03-05", reason="통화")

    assert response.context["form"].non_field_errors()
    assert not Correction.objects.exists()


def test_a_check_of_another_driver_does_not_count(identified, agent, on_page, make_driver):
    case = identified()
    other = make_driver(name="김철수")
    type(case).objects.filter(pk=case.pk).update(driver=other)

    on_page(agent, case, "birthdate", birthdate="1980-03-05", reason="통화")

    other.refresh_from_db()
    assert other.birthdate == date(1980, 5, 3)
    assert not Correction.objects.exists()


@pytest.mark.parametrize("said", [None, {"name": "홍길동"}])
def test_no_correction_without_a_verified_identity(make_case, agent, on_page, said):
    case = make_case("start")
    if said:
        on_page(agent, case, "identity", **said)

    response = on_page(agent, case, "birthdate", birthdate="1980-03-05", reason="통화")

    assert response.context["form"].non_field_errors()
    assert not Correction.objects.exists()
