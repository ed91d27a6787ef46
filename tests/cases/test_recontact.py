"""Who calls again about the same thing: case numbers, links and counts."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from backoffice.workflow.transitions import perform
from cases.models import Case, ConsultationType
from cases.services import open_case

MONDAY = datetime(2026, 3, 2, 1, tzinfo=UTC)


@pytest.fixture
def call_at(driver, agent, make_case):
    """call_at(moment): the case of a call at that moment, opened as the page opens it."""

    def call(moment, **fields):
        with time_machine.travel(moment, tick=False):
            return make_case(driver=driver, **fields)

    return call


@pytest.mark.parametrize(
    ("later", "is_recontact"),
    [
        (timedelta(minutes=1), True),
        (timedelta(days=6, hours=23), True),
        (timedelta(days=7), True),
        (timedelta(days=7, minutes=1), False),
        (timedelta(days=30), False),
    ],
)
def test_counts_within_seven_days(call_at, later, is_recontact):
    first = call_at(MONDAY)

    again = call_at(MONDAY + later)

    assert again.previous_case == (first if is_recontact else None)
    assert again.recontact_no == is_recontact


def test_the_window_is_a_setting(call_at, settings):
    settings.RECONTACT_DAYS = 2
    call_at(MONDAY)

    assert call_at(MONDAY + timedelta(days=3)).previous_case is None


def test_each_call_counts_on_from_the_last(call_at):
    calls = [call_at(MONDAY + timedelta(days=5 * place)) for place in range(4)]

    assert [each.recontact_no for each in calls] == [0, 1, 2, 3]
    assert [each.previous_case for each in calls] == [None, *calls[:3]]


def test_a_closed_case_counts_and_stays_closed(call_at, agent):
    first = call_at(MONDAY)
    with time_machine.travel(MONDAY):
        perform(first, "start", by=agent)
        perform(first, "close", by=agent, resolution="guided")

    again = call_at(MONDAY + timedelta(days=1))

    assert (again.state, again.previous_case, again.recontact_no) == ("new", first, 1)
    assert Case.objects.get(pk=first.pk).state == "closed"


def counted(*cases):
    return [(each.previous_case, each.recontact_no) for each in map(stored, cases)]


def stored(case):
    return Case.objects.get(pk=case.pk)


def test_a_duplicate_counts_no_more_for_those_after_it(call_at, agent):
    """Closed as what it is when the driver was served in another one already."""
    first, again, third = [call_at(MONDAY + timedelta(minutes=place)) for place in range(3)]
    assert counted(again, third) == [(first, 1), (again, 2)]

    with time_machine.travel(MONDAY + timedelta(hours=1)):
        perform(perform(first, "start", by=agent), "close", by=agent, resolution="duplicate")

    assert counted(again, third) == [(None, 0), (again, 1)]
    line = stored(third).changes.latest("pk")
    assert (line.transition, line.by, line.note) == ("edit", None, "재인입")


def test_what_is_closed_stays_as_it_was_counted(call_at, agent):
    first, again = call_at(MONDAY), call_at(MONDAY + timedelta(minutes=1))
    with time_machine.travel(MONDAY + timedelta(hours=1)):
        for case, end in ((again, "guided"), (first, "duplicate")):
            perform(perform(case, "start", by=agent), "close", by=agent, resolution=end)

    assert counted(again) == [(first, 1)]


@pytest.mark.parametrize("edited", ["driver", "consultation_type"])
def test_a_case_that_turns_out_to_be_about_something_else_counts_no_more(
    call_at, make_driver, agent, client, edited
):
    first, again = call_at(MONDAY), call_at(MONDAY + timedelta(minutes=1))
    other = ConsultationType.objects.filter(is_leaf=True).last()
    typed = {"driver": first.driver_id, "consultation_type": first.consultation_type_id}
    typed[edited] = make_driver().pk if edited == "driver" else other.pk
    client.force_login(agent)

    with time_machine.travel(MONDAY + timedelta(hours=1)):
        typed |= {"version": first.version, "channel": "phone", "presented_phone": "", "note": ""}
        client.post(f"/admin/cases/case/{first.pk}/change/", typed)

    assert getattr(stored(first), f"{edited}_id") == int(typed[edited])
    assert counted(again) == [(None, 0)]


def test_another_consultation_type_is_another_matter(call_at):
    here, other = ConsultationType.objects.filter(is_leaf=True)[:2]
    call_at(MONDAY, consultation_type=here)

    again = call_at(MONDAY, consultation_type=other)

    assert (again.previous_case, again.recontact_no) == (None, 0)


def test_another_driver_is_another_matter(call_at, make_driver, make_case):
    call_at(MONDAY)

    with time_machine.travel(MONDAY):
        case = make_case(driver=make_driver())

    assert case.previous_case is None


def test_callers_who_are_not_known_are_not_linked_to_each_other(agent):
    leaf = ConsultationType.objects.filter(is_leaf=True).first()

    cases = [open_case(Case(consultation_type=leaf), by=agent) for _ in range(2)]

    assert [each.previous_case for each in cases] == [None, None]


def test_a_recontact_is_linked_on_the_page(client, driver, agent, make_case):
    first = make_case(driver=driver)
    client.force_login(agent)

    client.post(
        "/admin/cases/case/add/",
        {
            "driver": driver.pk,
            "channel": "phone",
            "presented_phone": "",
            "consultation_type": first.consultation_type_id,
            "note": "",
            # What a hand-made post may try to say about itself.
            "recontact_no": 9,
            "number": "C-1999-000001",
            "state": "closed",
        },
    )

    again = Case.objects.latest("pk")
    assert (again.previous_case, again.recontact_no, again.state) == (first, 1, "new")
    assert again.number != "C-1999-000001"


def test_numbers_have_one_form_and_are_unique(make_case):
    numbers = [make_case().number for _ in range(5)]

    assert all(re.fullmatch(r"C-\d{4}-\d{6}", number) for number in numbers)
    assert len(set(numbers)) == 5
    assert numbers == sorted(numbers)


def test_numbers_begin_anew_with_the_korean_year(call_at):
    """Midnight is Seoul's: fifteen o'clock UTC."""
    old = call_at(datetime(2026, 12, 31, 14, 59, tzinfo=UTC))
    new = call_at(datetime(2026, 12, 31, 15, 0, tzinfo=UTC))

    assert (old.number, new.number) == ("C-2026-000001", "C-2027-000001")


def test_a_number_cannot_be_given_twice(make_case):
    first, second = make_case(), make_case()

    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=second.pk).update(number=first.number)
