"""The desk costs few queries, whatever has happened in the case."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cases.models import AgitPost, Answer, Approval, Case
from drivers.models import Correction
from drivers.services import correct

MOST = 15


@pytest.fixture
def lengthen(make_case, agent, lead):
    """lengthen(case, 40): an earlier case, a request that waits, and so much that is over."""

    def write(case, count):
        driver, walk = case.driver, case.walks.get()
        Case.objects.filter(pk=case.pk).update(previous_case=make_case("start", driver=driver))
        steps = list(walk.version.steps.filter(kind__in=["ask", "say"]))
        about = {"case": case, "driver": driver, "requested_by": agent, "reason": "통화"}
        values = {"field": "birthdate", "old_value": "1980-05-03", "new_value": "1981-05-03"}
        decided = {"state": "approved", "decided_by": lead, "decided_at": timezone.now()}
        checked = {"number_matches": True, "call_back_answered": True, "is_verified": True}
        for place in range(count):
            step = steps[place % len(steps)]
            value = step.choices.first().value
            Answer.objects.create(walk=walk, case=case, step=step, value=value, by=agent)
            case.changes.create(
                transition="call_back", source="diagnosing", target="diagnosing", by=agent
            )
            correction = Correction.objects.create(**about, **values, state="undone")
            kind = "sensitive_correction"
            Approval.objects.create(**about, **decided, kind=kind, correction=correction)
            AgitPost.objects.create(case=case, intent=f"{case.pk}:{place}", state="unknown")
            case.identity_checks.create(
                **checked, driver=driver, items={}, by=agent, expires_at=timezone.now()
            )
        for day in (date(1980, 3, 5), date(1981, 3, 5)):  # told, and asked of a lead
            correct(driver, "birthdate", day, reason="통화", by=agent, case=case)

    return write


def queries(client, case):
    url = f"/admin/cases/case/{case.pk}/desk/"
    client.get(url)  # what is fetched once a process
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return [each["sql"] for each in captured]


@pytest.mark.parametrize(
    ("key", "step"),
    [("q1", "wifi"), ("q3", "birthdate-compared"), ("q4", "identity"), ("q4", "lead-awaited")],
)
def test_the_queries_do_not_grow_with_the_history(signed_in, agent, at, lengthen, key, step):
    short, long = at(key, step), at(key, step)
    lengthen(short, 1)
    lengthen(long, 40)

    assert len(queries(signed_in(agent), long)) == len(queries(signed_in(agent), short))


@pytest.mark.parametrize("length", [1, 40])
def test_the_desk_asks_the_database_at_most_15_times(signed_in, agent, at, lengthen, length):
    case = at("q1", "wifi")
    lengthen(case, length)

    asked = queries(signed_in(agent), case)

    assert case.approvals.filter(state="pending", kind="sensitive_correction").exists()
    assert len(asked) <= MOST, "\n".join(sql[:150] for sql in asked)
