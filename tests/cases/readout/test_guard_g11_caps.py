"""G11: one code a driver and a day, and so many an agent and a lead."""

from datetime import timedelta

import pytest
from django.utils import timezone

from backoffice.audit.models import AccessRecord
from cases.models import Approval
from tests.cases.readout.conftest import CODE

DAY = timedelta(hours=24)

pytestmark = pytest.mark.usefixtures("login_service")


@pytest.fixture
def was_read(make_case, agent, lead):
    """was_read(ago=…): a code was read out then, to some driver; who asked and who read."""

    def make(*, ago=timedelta(hours=1), asker=None, reader=None, of=None):
        case = make_case(**({"driver": of} if of else {}))
        at = timezone.now() - ago
        return Approval.objects.create(
            case=case,
            driver=case.driver,
            kind="code_read_out",
            state="approved",
            reason="지속 미수신",
            requested_by=asker or agent,
            decided_by=reader or lead,
            decided_at=at,
            used_at=at,
        )

    return make


def refusal(response):
    form = response.context and response.context.get("form")
    return str(form.non_field_errors()[0]) if form else ""


@pytest.mark.parametrize(
    ("ago", "is_asked"),
    [(DAY - timedelta(seconds=1), False), (DAY, False), (DAY + timedelta(seconds=1), True)],
)
def test_guard_g11_one_code_a_driver_within_24_hours(
    clock, ready, ask, agent, driver, other_agent, other_lead, was_read, ago, is_asked
):
    was_read(of=driver, ago=ago, asker=other_agent, reader=other_lead)

    response = ask(agent, ready())

    assert Approval.objects.filter(state="pending").exists() is is_asked
    assert refusal(response).startswith("" if is_asked else "G11: ")


def test_guard_g11_a_code_that_was_approved_but_never_read_does_not_count(
    ready, ask, agent, driver, was_read
):
    approval = was_read(of=driver)
    Approval.objects.filter(pk=approval.pk).update(used_at=None)

    ask(agent, ready())

    assert Approval.objects.filter(state="pending").exists()


def test_guard_g11_at_the_reading_another_case_of_the_driver_counts(
    approved, read, lead, other_agent, driver, was_read, login_service
):
    approval = approved()
    was_read(of=driver, asker=other_agent, ago=timedelta(seconds=5))

    response = read(lead, approval)

    assert response.context["sentence"].startswith("G11: ")
    assert login_service.asked == []
    assert AccessRecord.objects.get(action="refused").detail["guard"] == "G11"


@pytest.mark.parametrize(("before", "is_asked"), [(1, True), (2, False), (3, False)])
def test_guard_g11_an_agent_has_so_many_a_day(
    ready, ask, agent, was_read, settings, before, is_asked
):
    settings.READ_OUTS_PER_AGENT = 2
    for _each in range(before):
        was_read()

    response = ask(agent, ready())

    assert Approval.objects.filter(state="pending").exists() is is_asked
    assert refusal(response).startswith("" if is_asked else "G11: ")


def test_guard_g11_what_others_asked_for_is_not_on_my_account(
    ready, ask, agent, other_agent, was_read, settings
):
    settings.READ_OUTS_PER_AGENT = 1
    was_read(asker=other_agent)
    was_read(ago=DAY + timedelta(minutes=1))

    assert ask(agent, ready()).status_code == 302


def test_guard_g11_the_agents_number_holds_at_the_reading_too(
    approved, read, lead, other_lead, was_read, settings
):
    settings.READ_OUTS_PER_AGENT = 1
    approval = approved()
    was_read(reader=other_lead)

    response = read(lead, approval)

    assert response.context["sentence"].startswith("G11: ")
    assert CODE not in response.content.decode()


@pytest.mark.parametrize(("before", "is_read"), [(1, True), (2, False)])
@pytest.mark.parametrize("who", ["lead", "superuser"])
def test_guard_g11_a_lead_has_so_many_a_day(
    approved, read, other_agent, was_read, settings, before, is_read, who, request
):
    settings.READ_OUTS_PER_LEAD = 2
    person = request.getfixturevalue(who)
    approval = approved(by=person)
    for _each in range(before):
        was_read(asker=other_agent, reader=person)

    response = read(person, approval)

    assert (CODE in response.content.decode()) is is_read
    assert AccessRecord.objects.filter(action="refused").exists() is not is_read


def test_guard_g11_a_leads_number_does_not_stop_another_lead(
    approved, read, lead, other_lead, other_agent, was_read, settings
):
    settings.READ_OUTS_PER_LEAD = 1
    was_read(asker=other_agent, reader=lead)
    approval = approved(by=other_lead)

    assert CODE in read(other_lead, approval).content.decode()


def test_guard_g11_two_approvals_for_one_driver_are_one_code(
    approved, read, lead, other_lead, other_agent, driver
):
    first, second = approved(), approved(asker=other_agent, by=other_lead)
    assert first.driver == second.driver == driver

    shown = read(lead, first)
    refused = read(other_lead, second)

    assert CODE in shown.content.decode()
    assert refused.context["sentence"].startswith("G11: ")
    assert CODE not in refused.content.decode()
