"""The search is served by indexes, and a longer list costs no more queries."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backoffice.sms.models import Message
from cases.models import Case
from drivers.models import Driver
from drivers.search import MOST_TERMS, search
from drivers.services import correct

TERMS = [
    "010-0000-1234",
    "1234",
    "홍길동",
    "길",
    "ㅎㄱㄷ",
    "서울12바3456",
    "12바 3456",
    "1234 홍",
    "3456 ㅎㄱ",
]


PASTED = pytest.mark.parametrize(
    "text",
    [
        pytest.param(" ".join(chr(ord("가") + place) for place in range(1200)), id="names"),
        pytest.param(" ".join(f"12가{place:04d}" for place in range(1200)), id="vehicles"),
    ],
)


def plans_of(read):
    """Return the plans of all that ``read()`` asks the database."""
    asked = []

    def note(execute, sql, params, many, context):
        asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        read()
    explain = {"sqlite": "EXPLAIN QUERY PLAN", "postgresql": "EXPLAIN"}[connection.vendor]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Small tables must not talk it out of its indexes.
            cursor.execute("SET LOCAL enable_seqscan = off")
        for sql, params in asked:
            cursor.execute(f"{explain} {sql}", params)
            yield "\n".join(str(row[-1]) for row in cursor.fetchall())


@pytest.mark.parametrize("text", TERMS)
def test_no_table_is_read_from_end_to_end(driver, text):
    plans = list(plans_of(lambda: list(search(Driver.objects.all(), text))))

    scanned = {
        "sqlite": ["SCAN drivers_driver", "SCAN U0", "SCAN drivers_drivername"],
        "postgresql": ["Seq Scan"],
    }[connection.vendor]
    assert [each for each in scanned for plan in plans if each in plan] == []
    by_index = {"sqlite": "SEARCH", "postgresql": "Index"}[connection.vendor]
    assert [plan for plan in plans if by_index not in plan] == []


def test_many_of_a_name_are_found_by_one_statement(driver, monkeypatch):
    monkeypatch.setattr("drivers.search.NAMED", 0)

    with CaptureQueriesContext(connection) as asked:
        found = list(search(Driver.objects.all(), "길"))

    assert found == [driver]
    assert len(asked) == 2  # how many there are, and who
    # Whose keys are not named. Not the plan: one name alone PostgreSQL reads by any index.
    assert '"drivers_drivername"' in asked[1]["sql"]


@PASTED
def test_a_pasted_text_asks_no_more_than_a_few_terms(text, driver):
    with CaptureQueriesContext(connection) as asked:
        list(search(Driver.objects.all(), text))

    assert len(asked) <= 2 * MOST_TERMS + 1


@PASTED
@pytest.mark.parametrize("url", ["/admin/drivers/driver/", "/admin/cases/case/"])
def test_a_page_is_not_broken_by_a_pasted_text(text, url, driver, agent, signed_in):
    with CaptureQueriesContext(connection) as asked:
        response = signed_in(agent).get(url, {"q": text})

    assert response.status_code == 200
    assert len(asked) < 100


@pytest.mark.parametrize("text", TERMS)
@pytest.mark.parametrize("named", [0, 2000])
def test_cases_are_found_by_their_driver(driver, make_driver, make_case, monkeypatch, text, named):
    monkeypatch.setattr("drivers.search.NAMED", named)
    case = make_case(driver=driver)
    make_case(driver=make_driver(name="김민수", vehicle_no="부산34사7788"))
    driver.vehicle_no = "서울12바3456"
    driver.save()

    plans = list(plans_of(lambda: list(search(Case.objects.all(), text, of="driver"))))

    assert list(search(Case.objects.all(), text, of="driver")) == [case]
    assert [plan for plan in plans if "case_of_driver" in plan]  # not case by case


def test_a_name_is_not_looked_up_by_way_of_the_drivers(driver, monkeypatch):
    """Of thousands who are called so, each would be looked up, and cases one by one."""
    monkeypatch.setattr("drivers.search.NAMED", 0)

    sql = str(search(Case.objects.all(), "길", of="driver").query)

    assert "drivers_drivername" in sql
    assert '"drivers_driver"' not in sql


def test_a_scan_would_be_noticed(driver):
    """The plan of a search that no index serves does contain what is looked for above."""
    [plan] = plans_of(lambda: list(Driver.objects.filter(company__contains="한빛")))

    assert {"sqlite": "SCAN drivers_driver", "postgresql": "Seq Scan"}[connection.vendor] in plan


@pytest.fixture
def queries_of(signed_in, agent):
    """queries_of("/admin/…"): how many queries the page makes."""

    def count(url):
        client = signed_in(agent)
        client.get(url)  # what is read once for each process is read now
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    return count


def grow(make_case, agent, count):
    for place in range(count):
        case = make_case("start", by=agent)
        correct(
            case.driver, "birthdate", date(1980, 1, 1 + place), reason="통화", by=agent, case=case
        )


@pytest.mark.parametrize(
    ("url", "model"),
    [
        ("/admin/drivers/driver/", Driver),
        ("/admin/drivers/driver/?q=홍", Driver),
        ("/admin/drivers/correction/", Driver),
        ("/admin/cases/case/", Case),
        ("/admin/sms/message/", Message),
    ],
)
def test_a_longer_list_makes_no_more_queries(url, model, make_case, agent, queries_of):
    grow(make_case, agent, 2)
    short = queries_of(url)
    grow(make_case, agent, 10)

    assert model.objects.count() == 12
    assert queries_of(url) == short
