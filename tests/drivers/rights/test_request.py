"""A request comes in, the requester is checked, and it is answered in time or shows as late."""

from datetime import timedelta

import pytest
from django.utils import timezone

from backoffice.audit.models import AccessRecord
from drivers.models import Correction, RightsRequest
from drivers.retention import WithdrawnDrivers
from drivers.services import correct

PAGE = "/admin/drivers/rightsrequest"


@pytest.fixture
def typed(driver):
    today = timezone.localdate()
    known = {"driver": driver.pk, "kind": "access", "requester": "driver", "note": "전부"}
    return known | {"received_on": today.isoformat()}


def test_an_agent_takes_a_request_and_it_has_a_last_day(typed, signed_in, agent, driver):
    response = signed_in(agent).post(f"{PAGE}/add/", typed)

    row = RightsRequest.objects.get()
    assert response.status_code == 302
    assert (row.driver, row.state, row.created_by) == (driver, "received", agent)
    assert row.due_on == timezone.localdate() + timedelta(days=10)
    assert [each.transition for each in row.changes.all()] == ["open"]


def test_the_last_day_is_a_setting(make_request, settings):
    settings.RIGHTS_DAYS = 5

    assert make_request(days_ago=1).due_on == timezone.localdate() + timedelta(days=4)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"driver": ""}, "필수 항목"),
        ({"received_on": "2999-01-01"}, "아직 오지 않은"),
        ({"note": "인증번호 482913"}, "인증번호"),
    ],
)
def test_what_makes_no_sense_is_said_beside_the_field(wrong, sentence, typed, signed_in, agent):
    response = signed_in(agent).post(f"{PAGE}/add/", typed | wrong)

    assert response.status_code == 200
    assert sentence in str(response.context["errors"])
    assert not RightsRequest.objects.exists()


@pytest.mark.parametrize("who", ["privacy_officer", "administrator"])
def test_who_works_on_no_cases_takes_none(who, typed, signed_in, request):
    client = signed_in(request.getfixturevalue(who))

    assert client.post(f"{PAGE}/add/", typed).status_code == 403
    assert client.get(f"{PAGE}/").status_code == 403


def test_a_proxy_needs_his_letter(make_request, move, agent):
    row = make_request(requester="proxy")

    refused = move(agent, row, "check_requester", checked_as="papers")
    row.refresh_from_db()
    assert "위임장" in refused.content.decode()
    assert row.checked_at is None

    move(agent, row, "check_requester", checked_as="papers", has_mandate="on")
    row.refresh_from_db()
    assert (row.checked_as, row.has_mandate) == ("papers", True)


@pytest.mark.parametrize(
    ("requester", "has_mandate", "words"),
    [
        ("driver", False, []),
        ("proxy", False, ["위임장 확인", "미확인"]),
        ("proxy", True, ["위임장 확인", "확인함"]),
    ],
)
def test_the_page_speaks_of_a_letter_where_one_is_needed(
    requester, has_mandate, words, make_request, agent, signed_in
):
    row = make_request(requester=requester, has_mandate=has_mandate)

    page = signed_in(agent).get(f"{PAGE}/{row.pk}/change/").content.decode()

    assert [word for word in ("위임장 확인", "미확인", "확인함") if word in page] == words


def test_nothing_is_answered_to_nobody_knows_whom(make_request, move, lead):
    row = make_request(kind="stop")

    move(lead, row, "give_answer", reason="교부함")

    row.refresh_from_db()
    assert row.state == "received"


@pytest.mark.parametrize(("who", "ends_as"), [("agent", "received"), ("lead", "answered")])
def test_a_lead_answers(who, ends_as, checked, move, request):
    row = checked(kind="stop")

    move(request.getfixturevalue(who), row, "give_answer", reason="등기 발송")

    row.refresh_from_db()
    assert row.state == ends_as
    assert (row.answered_at is not None, row.answer) == (
        (True, "등기 발송") if ends_as == "answered" else (False, "")
    )


@pytest.mark.parametrize(("who", "ends_as"), [("agent", "received"), ("lead", "refused")])
def test_a_lead_refuses_with_a_reason(who, ends_as, make_request, move, request):
    row = make_request()

    move(request.getfixturevalue(who), row, "refuse", reason="다른 사람의 정보")

    row.refresh_from_db()
    assert row.state == ends_as


def test_a_correction_is_not_answered_while_it_is_open(checked, move, lead, driver, agent):
    row = checked(kind="correction")
    correct(driver, "birthdate", driver.birthdate.replace(year=1981), reason="통화", by=agent)

    move(lead, row, "give_answer", reason="변경함")
    row.refresh_from_db()
    assert row.state == "received"

    Correction.objects.update(state="rejected")
    move(lead, row, "give_answer", reason="사유 안내")
    row.refresh_from_db()
    assert row.state == "answered"


def test_the_list_shows_the_overdue_first(make_request, signed_in, agent, lead, move):
    in_time, late, done = make_request(), make_request(days_ago=11), make_request(days_ago=20)
    move(lead, done, "refuse", reason="취하")
    last_day = make_request(days_ago=10)

    page = signed_in(agent).get(f"{PAGE}/")
    overdue = signed_in(agent).get(f"{PAGE}/", {"due": "overdue"})

    assert list(page.context["cl"].result_list) == [late, last_day, in_time, done]
    assert list(overdue.context["cl"].result_list) == [late]


def test_a_leads_home_page_shows_what_is_late(make_request, driver, agent, lead, signed_in):
    late = make_request(days_ago=11)
    correct(driver, "birthdate", driver.birthdate.replace(year=1981), reason="통화", by=agent)
    waits = Correction.objects.get()
    then = timezone.now() - timedelta(days=11)
    Correction.objects.update(requested_at=then)

    page = signed_in(lead).get("/admin/")

    assert list(page.context["rights"]) == [late]
    assert list(page.context["late_corrections"]) == [waits]
    assert "기한 경과" in page.content.decode()
    assert "rights" not in signed_in(agent).get("/admin/").context


def test_a_leads_home_page_names_the_driver_and_the_last_day(
    make_request, driver, lead, signed_in
):
    waits = make_request()

    page = signed_in(lead).get("/admin/").content.decode()

    assert f"기한 {waits.due_on:%Y-%m-%d}" in page
    assert str(driver) in page
    look = AccessRecord.objects.filter(action="list", by=lead).latest("pk")
    assert look.detail["drivers"] == [driver.pk]


@pytest.mark.parametrize(("days", "is_late"), [(10, False), (11, True)])
def test_a_correction_that_waits_too_long_is_found(days, is_late, driver, agent, lead, signed_in):
    correct(driver, "birthdate", driver.birthdate.replace(year=1981), reason="통화", by=agent)
    Correction.objects.update(requested_at=timezone.now() - timedelta(days=days))

    page = signed_in(lead).get("/admin/drivers/correction/", {"due": "overdue"})

    assert page.context["cl"].result_count == is_late


def test_an_applied_correction_is_never_late(driver, agent):
    correct(driver, "birthdate", driver.birthdate.replace(day=9), reason="통화", by=agent)
    Correction.objects.update(requested_at=timezone.now() - timedelta(days=100))

    assert not Correction.objects.overdue().exists()


def test_a_request_that_waits_keeps_a_withdrawn_driver(make_request, driver):
    make_request()
    type(driver).objects.update(state="withdrawn", withdrawn_at=timezone.now())

    later = timezone.now() + timedelta(days=1)
    assert not WithdrawnDrivers().due(later).exists()
    RightsRequest.objects.update(state="answered")
    assert WithdrawnDrivers().due(later).exists()
