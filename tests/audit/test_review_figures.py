"""The monthly review says who did much, at night, with whose data, and why."""

from datetime import date

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test.utils import CaptureQueriesContext

from backoffice.audit import chain, tallies
from backoffice.audit.models import LookTally, PersonMonth


@pytest.fixture
def figures_in(review_page):
    """The figures as the page has them."""
    return lambda month="2025-10": review_page(month).context["figures"]


def person(found, user):
    (row,) = [each for each in found["people"] if each["person"] == user.pk]
    return row


def test_uses_are_counted_by_person_and_day(written_at, agent, lead, driver, figures_in):
    written_at("2025-10-05 10:00", "view", times=2, by=agent, driver=driver)
    written_at("2025-10-06 10:00", "list", by=agent, drivers=[driver.pk, driver.pk + 1])
    written_at("2025-10-06 10:00", "edit", by=lead, driver=driver)
    written_at("2025-09-30 23:59", "view", by=agent, driver=driver)
    written_at("2025-11-01 00:00", "view", by=agent, driver=driver)

    found = figures_in()

    row = person(found, agent)
    assert (row["uses"], row["days"], row["drivers"], row["role"]) == (3, 2, 4, "상담원")
    assert person(found, lead)["uses"] == 1
    assert [each["uses"] for each in found["days"][:7]] == [0, 0, 0, 0, 2, 2, 0]
    assert len(found["days"]) == 31


def test_signing_in_is_no_use_of_personal_data(written_at, agent, figures_in):
    written_at("2025-10-05 10:00", "sign_in", by=agent)

    found = figures_in()

    assert found["people"] == []
    assert found["days"] == []  # nothing is drawn where there is nothing


@pytest.mark.parametrize(
    ("clock", "off"), [("06:59", 1), ("07:00", 0), ("21:59", 0), ("22:00", 1), ("00:00", 1)]
)
def test_what_is_done_outside_of_office_hours_is_named(
    written_at, agent, driver, figures_in, clock, off
):
    written_at(f"2025-10-05 {clock}", "view", by=agent, driver=driver)

    found = figures_in()

    assert person(found, agent)["off_hours"] == off
    assert found["days"][4]["off_hours"] == off


def test_a_day_far_above_the_usual_is_named(written_at, agent, driver, figures_in):
    for day in range(1, 8):
        written_at(f"2025-10-0{day} 10:00", "view", times=20, by=agent, driver=driver)
    written_at("2025-10-09 10:00", "view", times=61, by=agent, driver=driver)

    row = person(figures_in(), agent)

    assert row["own_usual"] == 20
    assert row["unusual"] == [["2025-10-09", 61]]


def test_three_times_the_usual_is_not_yet_unusual(written_at, agent, driver, figures_in):
    for day in range(1, 8):
        written_at(f"2025-10-0{day} 10:00", "view", times=20, by=agent, driver=driver)
    written_at("2025-10-09 10:00", "view", times=60, by=agent, driver=driver)

    assert person(figures_in(), agent)["unusual"] == []


def test_who_always_does_much_is_held_against_the_others(
    written_at, agent, other_agent, make_user, driver, figures_in
):
    """Whose own usual is high looks usual to himself, though not beside his group."""
    quiet = [other_agent, make_user("agent", "third")]
    for day in range(1, 4):
        written_at(f"2025-10-0{day} 10:00", "view", times=70, by=agent, driver=driver)
        for user in quiet:
            written_at(f"2025-10-0{day} 10:00", "view", times=5, by=user, driver=driver)

    found = figures_in()

    assert len(person(found, agent)["unusual"]) == 3
    assert person(found, agent)["group_usual"] == 5
    assert found["people"][0]["person"] == agent.pk


def test_the_months_before_make_the_usual(written_at, agent, driver, figures_in):
    for day in range(1, 6):
        written_at(f"2025-09-0{day} 10:00", "view", times=2, by=agent, driver=driver)
        written_at(f"2025-06-0{day} 10:00", "view", times=40, by=agent, driver=driver)
    written_at("2025-10-09 10:00", "view", times=51, by=agent, driver=driver)

    row = person(figures_in(), agent)

    assert (row["own_usual"], row["unusual"]) == (2, [["2025-10-09", 51]])


def test_a_driver_opened_by_many_is_named(written_at, make_user, make_driver, figures_in):
    people = [make_user("agent", f"agent {number}") for number in range(tallies.MANY)]
    watched, other = make_driver(), make_driver()
    for user in people:
        written_at("2025-10-05 10:00", "view", by=user, driver=watched)
    for user in people[1:]:
        written_at("2025-10-05 10:00", "view", times=3, by=user, driver=other)

    found = figures_in()

    assert found["drivers"] == [{"driver": watched.pk, "people": 5, "times": 5}]


def test_who_look_at_a_driver_in_different_batches_are_counted_together(
    written_at, make_user, driver, figures_in, monkeypatch
):
    monkeypatch.setattr(chain, "BATCH", 2)
    people = [make_user("agent", f"agent {number}") for number in range(tallies.MANY + 1)]
    for user in people[:-1]:
        written_at("2025-10-05 10:00", "view", by=user, driver=driver)
    written_at("2025-09-30 10:00", "view", by=people[-1], driver=driver)  # a month of its own
    chain.seal()
    written_at("2025-10-06 10:00", "reveal", times=2, by=people[-1], driver=driver)

    assert figures_in()["drivers"] == [{"driver": driver.pk, "people": 6, "times": 7}]
    assert figures_in("2025-09")["drivers"] == []


def test_reveals_and_exports_come_with_their_reasons(
    written_at, agent, lead, driver, figures_in, review_page
):
    written_at("2025-10-05 10:00", "reveal", by=agent, driver=driver, reason="본인 요청")
    written_at("2025-10-06 11:00", "export", by=lead, drivers=3, reason="월말 보고")
    written_at("2025-10-07 11:00", "view", by=lead, driver=driver)

    found = figures_in()["reasoned"]

    assert found["count"] == 2
    assert [(row["account"], row["action"], row["reason"]) for row in found["rows"]] == [
        ("team_lead", "export", "월말 보고"),
        ("agent", "reveal", "본인 요청"),
    ]
    assert (person(figures_in(), lead)["drivers"], person(figures_in(), lead)["reveals"]) == (4, 0)
    assert person(figures_in(), agent)["reveals"] == 1
    assert "본인 요청" in review_page().content.decode()


def test_refused_attempts_failed_sign_ins_and_rights_are_named(
    written_at, agent, administrator, figures_in
):
    written_at("2025-10-05 10:00", "refused", times=2, by=agent, page="x")
    written_at("2025-10-05 10:00", "sign_in_failed", times=3, by=None, account="agent")
    written_at("2025-10-05 10:00", "rights", by=administrator, reason="입사")

    found = figures_in()

    assert found["refused"]["rows"] == [{"account": "agent", "address": "", "times": 2}]
    assert found["failed"] == {
        "count": 3,
        "rows": [{"account": "agent", "address": "", "times": 3}],
    }
    assert found["rights"]["rows"][0]["reason"] == "입사"


def test_what_is_sealed_in_many_batches_is_counted_once(
    written_at, agent, driver, figures_in, monkeypatch
):
    monkeypatch.setattr(chain, "BATCH", 3)
    written_at("2025-10-05 10:00", "view", times=8, by=agent, driver=driver)
    chain.seal()
    written_at("2025-10-05 23:00", "view", times=2, by=agent, driver=driver)

    row = person(figures_in(), agent)

    assert (row["uses"], row["off_hours"], row["drivers"]) == (10, 2, 10)
    assert LookTally.objects.get(person=agent.pk).times == 10
    assert PersonMonth.objects.get(person=agent.pk).uses[:6] == [0, 0, 0, 0, 10, 0]


def test_more_records_make_no_more_queries(written_at, make_user, make_driver, review_page):
    def queries_with(*names):
        for name in names:
            about = {"by": make_user("agent", name), "driver": make_driver(), "reason": "x"}
            written_at("2025-10-05 10:00", "reveal", times=3, **about)
        review_page()
        with CaptureQueriesContext(connection) as queries:
            review_page()
        return len(queries)

    assert queries_with("one") == queries_with("two", "three", "four", "five", "six")


@pytest.mark.django_db(transaction=True)
def test_what_was_counted_by_days_is_gathered_into_months():
    def migrate(name):
        executor = MigrationExecutor(connection)
        return executor.migrate([("audit", name)]).apps

    days = migrate("0001_squashed_0008_review_sums").get_model("audit", "DayTally").objects
    first, last, next_month = date(2025, 10, 1), date(2025, 10, 31), date(2025, 11, 1)
    for day, action, times in [
        *((first, "", 5), (first, "view", 3), (first, "reveal", 2)),
        *((last, "", 7), (last, "read_out", 7), (last, "sign_in", 1), (next_month, "", 1)),
    ]:
        days.create(day=day, person=1, action=action, times=times, off_hours=1, drivers=times)
    days.create(day=first, person=2, action="", times=9)

    migrate("0009_person_months")

    found = PersonMonth.objects.order_by("month", "person")
    assert [(each.month, each.person, each.drivers, each.reveals) for each in found] == [
        (first, 1, 12, 9),
        (first, 2, 0, 0),
        (next_month, 1, 1, 0),
    ]
    assert (found[0].uses, found[0].off_hours) == ([5, *[0] * 29, 7], [1, *[0] * 29, 1])
