"""Who calls is found out during the call: the case is linked to the driver's earlier one then."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from backoffice.workflow.transitions import perform
from cases.models import Case, ConsultationType
from cases.services import open_case

DAY = timedelta(days=1)


@pytest.fixture
def leaf(db):
    return ConsultationType.objects.filter(is_leaf=True).first()


@pytest.fixture
def unknown(agent, leaf):
    """unknown("start"): a case of somebody who is not known yet."""

    def make(*moves, ago=DAY * 0):
        with time_machine.travel(timezone.now() - ago):
            case = open_case(
                Case(consultation_type=leaf, presented_phone="+821099990000"), by=agent
            )
            for move in moves:
                case = perform(case, move, by=agent)
        return case

    return make


@pytest.fixture
def earlier(make_case, agent, driver, leaf):
    """earlier(10 * DAY, closed=DAY): a case of the driver, opened and closed so long ago."""

    def make(opened, closed=None, **fields):
        with time_machine.travel(timezone.now() - opened):
            case = make_case("start", **{"driver": driver, "consultation_type": leaf} | fields)
        if closed is not None:
            with time_machine.travel(timezone.now() - closed):
                case = perform(case, "close", by=agent, resolution="guided")
        return case

    return make


@pytest.fixture
def save(signed_in, agent, shown_case):
    """save(case, driver=…): the agent saves the case's page; the case as it is stored then."""

    def post(case, **typed):
        page = f"/admin/cases/case/{case.pk}/change/"
        response = signed_in(agent).post(page, shown_case(case) | typed)
        assert response.status_code == 302, response.context["errors"]
        return Case.objects.get(pk=case.pk)

    return post


def link(case):
    return case.previous_case, case.recontact_no


@pytest.mark.parametrize("moves", [(), ("start",)], ids=["new", "started"])
def test_recording_the_driver_links_the_case(unknown, earlier, save, driver, moves):
    first, case = earlier(2 * DAY), unknown(*moves)
    assert link(case) == (None, 0)

    case = save(case, driver=driver.pk)

    assert case.driver == driver
    assert link(case) == (first, 1)


def test_the_count_goes_on_from_the_earlier_case(unknown, earlier, save, driver):
    earlier(4 * DAY)
    second = earlier(2 * DAY)

    assert link(save(unknown("start"), driver=driver.pk)) == (second, 2)


@pytest.mark.parametrize(
    ("opened", "closed", "counts"),
    [
        (10 * DAY, DAY, True),
        (10 * DAY, 7 * DAY - DAY / 24, True),
        (10 * DAY, 7 * DAY + DAY / 24, False),
        (10 * DAY, None, False),
        (6 * DAY, None, True),
        (6 * DAY, DAY, True),
    ],
)
@pytest.mark.parametrize("is_known", [True, False], ids=["at once", "recorded later"])
def test_seven_days_count_from_opening_or_closing(
    unknown, earlier, save, driver, make_case, leaf, opened, closed, counts, is_known
):
    first = earlier(opened, closed)

    if is_known:
        case = make_case(driver=driver, consultation_type=leaf)
    else:
        case = save(unknown("start"), driver=driver.pk)

    assert link(case) == ((first, 1) if counts else (None, 0))


def test_another_drivers_case_is_another_matter(unknown, earlier, save, driver, make_driver):
    earlier(DAY, driver=make_driver())

    assert link(save(unknown("start"), driver=driver.pk)) == (None, 0)


def test_a_case_about_something_else_is_another_matter(unknown, earlier, save, driver):
    earlier(DAY, consultation_type=ConsultationType.objects.filter(is_leaf=True).last())

    assert link(save(unknown("start"), driver=driver.pk)) == (None, 0)


def test_a_later_case_is_not_the_earlier_one(unknown, earlier, save, driver):
    case = unknown("start", ago=DAY)
    earlier(DAY * 0)

    assert link(save(case, driver=driver.pk)) == (None, 0)


def test_a_changed_type_is_linked_anew(earlier, save):
    other = ConsultationType.objects.filter(is_leaf=True).last()
    earlier(3 * DAY)
    about_it, case = earlier(2 * DAY, consultation_type=other), earlier(DAY)

    assert link(save(case, consultation_type=other.pk)) == (about_it, 1)


def test_a_note_leaves_the_link_as_it_is(earlier, save):
    first, case = earlier(12 * DAY), earlier(9 * DAY)

    assert link(save(case, note="다시 확인")) == (first, 1)


def test_the_days_are_those_before_the_call_and_not_before_its_record(
    unknown, earlier, save, driver
):
    first, case = earlier(10 * DAY), unknown("start", ago=5 * DAY)

    assert link(save(case, driver=driver.pk)) == (first, 1)
