"""What is on record never reaches the browser, and every look at it is written down."""

import pytest

from backoffice.audit.models import AccessRecord
from drivers.models import Correction
from drivers.services import correct

PAGES = [
    "/admin/drivers/driver/",
    "/admin/drivers/driver/?q=ㅎㄱㄷ",
    "/admin/drivers/driver/{driver}/change/",
    "/admin/drivers/driver/{driver}/move/suspend/",
    "/admin/drivers/correction/",
    "/admin/drivers/correction/{correction}/change/",
    "/admin/drivers/correction/{correction}/move/undo/",
    "/admin/cases/case/",
    "/admin/cases/case/add/?driver={driver}",
    "/admin/cases/case/{case}/change/",
    "/admin/cases/case/{case}/identity/",
    "/admin/cases/case/{case}/birthdate/",
    "/admin/sms/message/",
    "/admin/sms/message/{message}/change/",
    "/admin/sms/message/way/?driver={driver}",
    "/admin/autocomplete/?app_label=cases&model_name=case&field_name=driver&term=1234",
]


@pytest.fixture
def looks(driver, agent, lead, make_case, save_page, client):
    """looks("/…{driver}…"): the page as a team lead sees it after all that can leave a trace."""
    case = make_case("start", driver=driver)
    correction = correct(
        driver, "birthdate", driver.birthdate.replace(day=4), reason="통화", by=agent, case=case
    )
    correct(driver, "birthdate", driver.birthdate, reason="다시", by=agent, case=case)
    save_page(agent, driver, company="새길택시")
    keys = {
        "driver": driver.pk,
        "case": case.pk,
        "correction": correction.pk,
        "message": driver.messages.first().pk,
    }

    def look(url):
        client.force_login(lead)
        return client.get(url.format(**keys))

    return look


@pytest.mark.parametrize("url", PAGES)
def test_the_record_is_on_no_page(looks, url, shown_of_record):
    response = looks(url)

    assert response.status_code == 200
    assert shown_of_record(response) == []


def test_the_record_is_not_in_a_refused_form(driver, agent, save_page, shown_of_record):
    response = save_page(agent, driver, birthdate="19801331", reason="")

    assert response.status_code == 200
    assert shown_of_record(response) == []


@pytest.mark.parametrize("term", ["01000001234", "홍길동"])
def test_a_search_does_not_write_what_was_typed_into_the_record(driver, agent, signed_in, term):
    signed_in(agent).get("/admin/drivers/driver/", {"q": term})

    record = AccessRecord.objects.get(action="search")
    assert term not in str(record.detail)
    assert record.detail["drivers"] == [driver.pk]


def records(action=None):
    found = AccessRecord.objects.exclude(action="sign_in")
    return found.filter(action=action) if action else found


@pytest.mark.parametrize(
    ("url", "action"),
    [
        ("/admin/drivers/driver/{driver}/change/", "view"),
        ("/admin/cases/case/{case}/change/", "view"),
        ("/admin/drivers/driver/", "list"),
        ("/admin/drivers/driver/?q=1234", "search"),
        ("/admin/drivers/driver/?q=nobody", "search"),
        ("/admin/drivers/correction/{correction}/change/", "view"),
    ],
)
def test_each_look_is_one_record(looks, lead, url, action):
    before = records().count()

    looks(url)

    record = records(action).latest("pk")
    assert records().count() == before + 1
    assert (record.by, record.account, record.address) == (lead, "team_lead", "127.0.0.1")


def test_the_record_of_a_view_names_the_driver(driver, agent, signed_in, page_of):
    signed_in(agent).get(page_of(driver))

    assert records("view").get().driver == driver


def test_the_record_of_a_list_names_who_was_shown(make_driver, agent, signed_in):
    drivers = [make_driver() for _ in range(3)]

    signed_in(agent).get("/admin/drivers/driver/")

    assert sorted(records("list").get().detail["drivers"]) == [each.pk for each in drivers]


def test_the_choice_of_a_driver_for_a_case_is_a_search_as_well(driver, agent, signed_in):
    signed_in(agent).get(
        "/admin/autocomplete/",
        {"app_label": "cases", "model_name": "case", "field_name": "driver", "term": "1234"},
    )

    record = records("search").get()
    assert record.detail["terms"] == ["last4"]
    assert "1234" not in str(record.detail)


@pytest.mark.parametrize("who", ["privacy_officer", "administrator"])
@pytest.mark.parametrize("page", ["", "{pk}/change/", "{pk}/history/", "{pk}/move/suspend/"])
def test_who_does_not_work_on_cases_opens_no_driver(driver, who, page, signed_in, request):
    client = signed_in(request.getfixturevalue(who))

    response = client.get(f"/admin/drivers/driver/{page.format(pk=driver.pk)}")

    assert response.status_code == 403
    assert [each.action for each in records()] == ["refused"]


@pytest.mark.parametrize("who", ["privacy_officer", "administrator"])
def test_a_correction_that_was_refused_to_be_shown_is_no_view(
    driver, agent, who, signed_in, request
):
    correction = Correction.objects.create(
        driver=driver,
        field="birthdate",
        old_value="1980-05-03",
        new_value="1980-03-05",
        reason="통화",
        requested_by=agent,
    )
    client = signed_in(request.getfixturevalue(who))

    response = client.get(f"/admin/drivers/correction/{correction.pk}/change/")

    assert response.status_code == 403
    assert [each.action for each in records()] == ["refused"]


def test_a_page_whose_record_cannot_be_written_is_not_shown(
    driver, agent, signed_in, page_of, monkeypatch
):
    client = signed_in(agent)

    def broken(self, *args, **kwargs):
        raise RuntimeError("no access record")

    monkeypatch.setattr(AccessRecord, "save", broken)

    for url in (page_of(driver), "/admin/drivers/driver/", "/admin/drivers/driver/?q=1234"):
        with pytest.raises(RuntimeError):
            client.get(url)


@pytest.mark.parametrize(
    ("name", "words", "private"),
    [
        ("홍길동", "9876-5432로 번호 변경, 본인 통화", ["9876"]),
        ("홍길동", "등록 5월 3일, 실제 5월 4일", ["5월 3일", "5월 4일"]),
        ("홍 길동", "홍길동 기사 본인 확인", ["홍길동"]),
        ("JOHN SMITH", "John Smith 본인 확인", ["John", "Smith"]),
    ],
)
def test_a_reason_shows_no_more_than_the_card(
    make_driver, lead, save_page, client, page_of, name, words, private
):
    driver = make_driver(name=name)
    save_page(lead, driver, phone="010-9876-5432", reason=words)

    page = client.get(page_of(driver)).content.decode()

    assert Correction.objects.get().reason == words
    assert driver.masked_name in page
    assert [each for each in private if each in page] == []
