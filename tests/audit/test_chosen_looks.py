"""A form that names a driver shows him, masked, and the record says whom it named."""

import pytest

from backoffice.audit.models import AccessRecord

ADD = ["/admin/cases/case/add/", "/admin/drivers/rightsrequest/add/"]


@pytest.fixture
def looks(signed_in, agent):
    """looks("get", page, driver): whom the answer shows, and whom its records name."""

    def ask(method, page, driver, **typed):
        client = signed_in(agent)
        before = AccessRecord.objects.count()
        answer = getattr(client, method)(page, {"driver": driver.pk, **typed})
        assert answer.status_code == 200
        noted = AccessRecord.objects.order_by("pk")[before:]
        return str(driver) in answer.text, [(each.action, each.driver) for each in noted]

    return ask


@pytest.mark.parametrize("page", ADD)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_new_one_about_a_driver_is_a_look_at_him(page, method, looks, make_driver):
    """Or a row of keys could be walked along the addresses, and along posts that are refused."""
    for driver in (make_driver(name="김민수"), make_driver(name="이영희")):
        assert looks(method, page, driver) == (True, [("view", driver)])


@pytest.mark.parametrize("page", ADD)
def test_a_new_one_about_nobody_is_no_look(page, signed_in, agent):
    client = signed_in(agent)
    before = AccessRecord.objects.count()

    for typed in ({}, {"driver": ""}, {"driver": "abc"}, {"driver": "9" * 18}):
        assert client.get(page, typed).status_code == client.post(page, typed).status_code == 200

    assert AccessRecord.objects.count() == before


def test_another_driver_in_a_post_that_is_refused_is_looked_at(looks, make_case, make_driver):
    case, other = make_case(), make_driver(name="김민수")

    shown, noted = looks("post", f"/admin/cases/case/{case.pk}/change/", other, channel="x")

    assert shown
    assert noted == [("view", case.driver), ("view", other)]


def test_the_driver_of_the_case_is_looked_at_once(looks, make_case):
    case = make_case()

    shown, noted = looks("post", f"/admin/cases/case/{case.pk}/change/", case.driver, channel="x")

    assert (shown, noted) == (True, [("view", case.driver)])
