"""A form that was sent twice opens one case, and nobody has called again by it."""

import re
from uuid import uuid4

import pytest
from django.test import Client

from cases.models import Case, ConsultationType
from tests.together import together

CALL = "/admin/call/?phone=01000001234"
ADD = "/admin/cases/case/add/"


@pytest.fixture
def desk(driver, agent):
    """The browser of the agent; the driver is there."""
    client = Client()
    client.force_login(agent)
    return client


def key_of(client, page):
    """Return the key that the form of ``page`` carries."""
    shown = client.get(page, follow=True).content.decode()
    [field] = re.findall(r'<input[^>]*name="request_key"[^>]*>', shown)
    return re.search(r'value="([^"]+)"', field)[1]


def about(driver, **typed):
    leaf = ConsultationType.objects.filter(is_leaf=True).first().pk
    known = {"driver": driver.pk, "channel": "phone", "consultation_type": leaf, "note": ""}
    return known | typed


def said(response):
    return [str(message) for message in response.context["messages"]]


def test_a_press_that_was_sent_again_leads_to_the_case_it_opened(desk):
    press = {"playbook": "q1", "request_key": key_of(desk, CALL)}

    first, again = (desk.post(CALL, press, follow=True) for _each in range(2))

    case = Case.objects.get()
    assert first.redirect_chain == again.redirect_chain
    assert first.redirect_chain[-1][0] == f"/admin/cases/case/{case.pk}/desk/"
    assert (case.recontact_no, case.walks.count()) == (0, 1)
    assert (len(said(first)), len(said(again))) == (0, 1)


def test_a_page_that_was_loaded_anew_opens_another(desk):
    for _each in range(2):
        desk.post(CALL, {"playbook": "q1", "request_key": key_of(desk, CALL)})

    assert list(Case.objects.order_by("pk").values_list("recontact_no", flat=True)) == [0, 1]


@pytest.mark.parametrize("key", ["", "x", "1" * 400])
def test_a_post_by_hand_without_a_key_opens_one(desk, key):
    desk.post(CALL, {"playbook": "q1", "request_key": key})
    desk.post(CALL, {"playbook": "q1"})

    assert list(Case.objects.values_list("request_key", flat=True)) == [None, None]


def test_a_new_case_that_was_sent_again_is_the_one_that_is_there(desk, driver):
    typed = about(driver, request_key=key_of(desk, ADD))

    first, again = (desk.post(ADD, typed, follow=True) for _each in range(2))

    case = Case.objects.get()
    assert first.redirect_chain == again.redirect_chain
    assert again.redirect_chain[-1][0] == f"/admin/cases/case/{case.pk}/change/"
    assert said(first) != said(again)
    assert case.changes.count() == 1


def test_a_form_that_was_refused_keeps_its_key(desk, driver):
    key = str(uuid4())

    page = desk.post(ADD, about(driver, request_key=key, presented_phone="12"))

    assert key in page.content.decode()
    assert not Case.objects.exists()


def test_the_key_of_a_case_is_not_changed_by_its_form(desk, driver, make_case):
    case = make_case(driver=driver)

    desk.post(
        f"/admin/cases/case/{case.pk}/change/",
        about(driver, request_key=str(uuid4()), version=case.version, presented_phone=""),
    )

    assert Case.objects.get(pk=case.pk).request_key is None


def test_a_duplicate_is_no_earlier_contact(desk, driver, make_case):
    first = make_case(driver=driver)
    duplicate = make_case("start", driver=driver)
    close = {"version": duplicate.version, "resolution": "duplicate"}
    desk.post(f"/admin/cases/case/{duplicate.pk}/move/close/", close)

    desk.post(ADD, about(driver))

    again = Case.objects.latest("pk")
    assert (again.previous_case, again.recontact_no) == (first, 1)


def test_rule_1_9_who_was_counted_after_a_duplicate_is_counted_anew(desk, driver, make_case):
    """Opened twice by mistake, a first call is not one who calls again."""
    duplicate = make_case("start", driver=driver)
    case = make_case("start", driver=driver)
    assert case.recontact_no == 1

    close = {"version": duplicate.version, "resolution": "duplicate"}
    desk.post(f"/admin/cases/case/{duplicate.pk}/move/close/", close)

    case = Case.objects.get(pk=case.pk)
    assert (case.previous_case, case.recontact_no) == (None, 0)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("page", [CALL, ADD])
def test_sent_twice_at_the_same_moment_it_opens_one(page, driver, agent):
    typed = about(driver, playbook="q1", request_key=str(uuid4()))

    def press():
        client = Client()
        client.force_login(agent)
        return lambda: client.post(page, typed)

    answers = together(*[press() for _each in range(4)])

    case = Case.objects.get()
    led_to = "desk" if page == CALL else "change"
    assert {each["Location"] for each in answers} == {f"/admin/cases/case/{case.pk}/{led_to}/"}
    assert case.walks.count() == (page == CALL)
