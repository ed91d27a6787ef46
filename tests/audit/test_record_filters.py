"""The officer finds records by person, action, driver, day and hour, in words he can read."""

import pytest

from backoffice.audit.models import AccessRecord
from backoffice.long_lists import LatestPaginator

LIST = "/admin/audit/accessrecord/"


@pytest.fixture
def listed(signed_in, privacy_officer):
    """listed("hours=off"): the accounts and days of the rows, newest first."""

    def get(query):
        page = signed_in(privacy_officer).get(f"{LIST}?{query}")
        assert page.status_code == 200
        return [
            each.detail["name"]
            for each in page.context["cl"].result_list
            if each.detail.get("name")
        ]

    return get


@pytest.fixture
def written(written_at, agent, lead, driver, make_driver):
    about = {"by": agent, "driver": driver}
    written_at("2025-10-05 00:00", "view", name="midnight", **about)
    written_at("2025-10-05 10:00", "edit", name="edit", **about)
    written_at("2025-10-05 23:59", "view", name="late", **about)
    written_at("2025-10-06 10:00", "view", name="other", by=lead, driver=make_driver())


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["other", "late", "edit", "midnight"]),
        ("by__id__exact={agent}", ["late", "edit", "midnight"]),
        ("action__exact=edit", ["edit"]),
        ("driver={driver}", ["late", "edit", "midnight"]),
        ("at_from=2025-10-05&at_to=2025-10-05", ["late", "edit", "midnight"]),
        ("at_from=2025-10-06", ["other"]),
        ("at_to=2025-10-05", ["late", "edit", "midnight"]),
        ("hours=off", ["late", "midnight"]),
        ("by__id__exact={agent}&hours=off&action__exact=view", ["late", "midnight"]),
        ("q=team_lead", ["other"]),
        ("q=010-0000-1234", ["late", "edit", "midnight"]),
        ("q=203.0.113.9", []),
    ],
)
def test_filters_narrow_the_list(written, agent, driver, listed, query, names):
    assert listed(query.format(agent=agent.pk, driver=driver.pk)) == names


@pytest.mark.parametrize(
    ("clock", "is_off"), [("06:59", True), ("07:00", False), ("21:59", False), ("22:00", True)]
)
def test_the_hours_of_the_office_are_those_of_its_own_clock(
    written_at, agent, driver, listed, clock, is_off
):
    written_at(f"2025-10-05 {clock}", "view", by=agent, driver=driver, name="one")

    assert listed("hours=off") == ["one"] * is_off


@pytest.mark.parametrize(
    "query",
    ["at_from=x", "at_from=2025-13-45", "driver=x", "driver=99999999999999999999", "hours=x"],
)
def test_a_strange_filter_is_no_crash(written, listed, query):
    assert len(listed(query)) == 4


@pytest.mark.parametrize("query", ["by__id__exact=x", "action__exact=x", "driver=0"])
def test_an_unknown_choice_narrows_nothing(written, listed, query):
    assert len(listed(query)) == 4


def test_what_was_searched_for_is_recorded_by_its_kind(written, listed, privacy_officer):
    listed("q=010-0000-1234")

    found = AccessRecord.objects.latest("pk")
    assert (found.action, found.by) == ("search", privacy_officer)
    assert found.detail["terms"] == ["phone"]
    assert "1234" not in str(found.detail)


def test_the_list_is_counted_no_further_than_it_is_leafed(written, listed, monkeypatch):
    monkeypatch.setattr(LatestPaginator, "MOST", 3)
    monkeypatch.setattr("backoffice.audit.admin.AccessRecordAdmin.list_per_page", 2)

    assert listed("p=1&at_to=2025-10-06") == ["other", "late"]
    assert listed("p=2&at_to=2025-10-06") == ["edit"]


@pytest.mark.parametrize(
    ("detail", "told"),
    [
        ({"page": "drivers.driver"}, "화면: 기사"),
        ({"page": "home", "drivers": [4, 5]}, "화면: 홈 · 조회된 기사 수: 2"),
        ({"terms": ["last4"]}, "검색 기준: 끝 네 자리"),
        ({"act": "requested"}, "단계: 요청"),
        ({"act": "confirmed"}, "단계: 반영 확정"),
        ({"method": "POST"}, "요청 방식: 처리"),
        ({"field": "birthdate", "reason": "본인 요청"}, "사유: 본인 요청"),
        ({"unheard_of": "x"}, "unheard_of: x"),
        ({"page": "no.such"}, "화면: no.such"),
    ],
)
def test_the_detail_is_in_words(written_at, agent, signed_in, privacy_officer, detail, told):
    written_at("2025-10-05 10:00", "view", by=agent, **detail)

    page = signed_in(privacy_officer).get(f"{LIST}?by__id__exact={agent.pk}").content.decode()

    assert told in page


def test_what_nobody_did_was_the_systems_doing(written_at, signed_in, privacy_officer):
    written_at("2025-10-05 10:00", "erase", by=None)

    page = signed_in(privacy_officer).get(LIST).content.decode()

    assert ">시스템<" in page
