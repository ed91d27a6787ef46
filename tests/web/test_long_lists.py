"""Lists are counted, leafed and sorted no further than anybody reads: size costs nothing."""

import re

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backoffice.long_lists import LatestPaginator
from drivers.models import Driver

LIST = "/admin/drivers/driver/"


@pytest.fixture
def short(monkeypatch):
    monkeypatch.setattr(LatestPaginator, "MOST", 3)
    monkeypatch.setattr("drivers.admin.DriverAdmin.list_per_page", 2)


def test_a_cut_list_says_so_and_how_to_find_the_rest(short, make_driver, signed_in, lead):
    drivers = [make_driver() for _each in range(5)]

    page = signed_in(lead).get(f"{LIST}?p=2")

    assert list(page.context["cl"].result_list) == [drivers[2]]
    assert "3건까지" in page.content.decode()


def test_what_a_search_finds_is_counted_no_further_than_one_leafs_for_it(
    make_driver, signed_in, lead, monkeypatch
):
    monkeypatch.setattr(LatestPaginator, "SEARCHED", 2)
    for _each in range(3):
        make_driver(name="홍길동")
    client = signed_in(lead)

    found, everybody = (client.get(f"{LIST}{query}") for query in ("?q=길동", ""))

    assert found.context["cl"].result_count == 2
    assert "2건까지" in found.content.decode()
    assert everybody.context["cl"].result_count == 3


@pytest.mark.parametrize("order", ["", "&o=2", "&o=-2.1"])
def test_leafed_through_it_shows_each_row_once_and_in_order(
    order, make_driver, signed_in, lead, monkeypatch
):
    monkeypatch.setattr("drivers.admin.DriverAdmin.list_per_page", 2)
    for name in "나다가라마":
        make_driver(name=f"{name}길동")
    client = signed_in(lead)
    whole = client.get(f"{LIST}?all={order}").context["cl"].result_list

    pages = [client.get(f"{LIST}?p={number}{order}") for number in (1, 2, 3)]

    leafed = [row for page in pages for row in page.context["cl"].result_list]
    assert len(leafed) == 5
    assert leafed == list(whole)


def test_sorted_is_what_the_list_holds_and_not_the_whole_table(
    short, make_driver, signed_in, lead
):
    """Which rows are listed does not depend on the heading they are sorted by."""
    first, *latest = [make_driver(service_type=service) for service in ("가", "라", "나", "다")]
    client = signed_in(lead)

    with CaptureQueriesContext(connection) as captured:
        pages = [client.get(f"{LIST}?o=2&p={page}") for page in (1, 2)]

    listed = [row for page in pages for row in page.context["cl"].result_list]
    assert first not in listed
    assert listed == sorted(latest, key=lambda each: each.service_type)
    read = [each["sql"] for each in captured if '."service_type" ASC' in each["sql"]]
    assert read
    assert all("LIMIT 3)" in sql for sql in read)  # of those to be sorted
    # Sorted are keys, and only those of the page get their rows.
    columns = [sql.partition(" FROM ")[0].count('"drivers_driver".') for sql in read]
    assert [min(each, 2) for each in columns] == [1, 2] * 2


def test_sorted_a_list_is_searched_and_filtered_as_well(make_driver, signed_in, lead):
    for service in ("나", "가"):
        make_driver(name="홍길동", service_type=service)
    make_driver(name="김철수")
    make_driver(name="홍길동", state=Driver.State.SUSPENDED)

    page = signed_in(lead).get(f"{LIST}?q=홍길동&state__exact=active&o=2")

    assert [each.service_type for each in page.context["cl"].result_list] == ["가", "나"]


def test_no_list_offers_to_count_each_choice_of_its_filters(make_driver, signed_in, lead):
    make_driver()

    page = signed_in(lead).get(f"{LIST}?_facets=True").content.decode()

    assert "_facets" not in signed_in(lead).get(LIST).content.decode()
    assert "(1)" not in page


def test_the_gap_between_the_numbers_of_pages_is_no_link(
    make_driver, signed_in, lead, monkeypatch
):
    monkeypatch.setattr("drivers.admin.DriverAdmin.list_per_page", 1)
    for _each in range(12):
        make_driver()

    page = signed_in(lead).get(f"{LIST}?p=2&state__exact=active").content.decode()

    assert f'<div class="page-link">{LatestPaginator.ELLIPSIS}</div>' in page
    assert 'aria-current="page">2</span>' in page
    leads_to = re.findall(r'<a href="\?([^"]*\bp=[^"]*)">(\d+)</a>', page)
    assert [number for _query, number in leads_to] == ["1", "3", "4", "5", "11", "12"]
    assert all(f"p={number}" in query for query, number in leads_to)
    assert all("state__exact=active" in query for query, _number in leads_to)


def test_a_list_that_is_whole_says_nothing(short, make_driver, signed_in, lead):
    make_driver()
    make_driver()
    assert "건까지" not in signed_in(lead).get(LIST).content.decode()


@pytest.mark.parametrize(
    "page", [LIST, "/admin/cases/case/", "/admin/drivers/correction/", "/admin/sms/message/"]
)
def test_no_list_counts_a_whole_table(page, make_case, signed_in, lead):
    make_case()
    client = signed_in(lead)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(page).status_code == 200
    counts = [each["sql"] for each in captured if "COUNT(*)" in each["sql"]]
    assert counts
    assert all("LIMIT" in sql for sql in counts)


def test_owners_to_choose_from_are_those_who_have_cases(make_case, signed_in, agent, other_agent):
    make_case("start", by=agent)

    with CaptureQueriesContext(connection) as captured:
        page = signed_in(agent).get("/admin/cases/case/")

    [choices] = [
        [each["display"] for each in spec.choices(page.context["cl"])]
        for spec in page.context["cl"].filter_specs
        if getattr(spec, "field_path", "") == "owner"
    ]
    assert str(agent) in map(str, choices)
    assert str(other_agent) not in map(str, choices)
    assert not any("DISTINCT" in each["sql"] for each in captured)


def test_a_callers_number_is_looked_up_by_index(make_case, signed_in, agent):
    case = make_case("start")

    with CaptureQueriesContext(connection) as captured:
        page = signed_in(agent).get(f"/admin/cases/case/?q={case.driver.phone_digits}")

    assert list(page.context["cl"].result_list) == [case]
    found = [
        each["sql"] for each in captured if "presented_phone" in each["sql"].split("WHERE")[-1]
    ]
    assert found
    for sql in found:
        assert "case_presented_phone" in plan_of(sql)
        assert "case_of_driver" in plan_of(sql)


def plan_of(sql):
    """Return the database's plan; small tables must not talk PostgreSQL out of its indexes."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_indexscan = off")  # by the key, with a filter
            cursor.execute(f"EXPLAIN {sql}")
        else:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        return str(cursor.fetchall())


def test_a_list_that_would_show_a_row_twice_is_sorted_too(signed_in, make_user, administrator):
    """People stand in several groups; a list that is filtered by them leaves doubles out."""
    for name in ("b", "a"):
        make_user("agent", name).groups.add(*Group.objects.all())
    query = f"groups__id__exact={Group.objects.first().pk}&o=1"

    with CaptureQueriesContext(connection) as asked:
        page = signed_in(administrator).get(f"/admin/staff/user/?{query}")

    assert any("DISTINCT" in each["sql"] for each in asked)
    shown = [each.username for each in page.context["cl"].result_list]
    assert [each for each in shown if each in "ab"] == ["a", "b"]
