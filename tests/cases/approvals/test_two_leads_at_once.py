"""Several people decide at the same moment, on the real database of the run: one of them does."""

from collections import Counter

import pytest
from django.test import Client

from cases import approvals
from cases.models import AgitPost, Approval, ApprovalChange
from drivers.models import Driver
from tests.together import together

pytestmark = pytest.mark.django_db(transaction=True)


def press(person, approval, verdict):
    client = Client(raise_request_exception=False)
    client.force_login(person)
    page = {"version": approval.version, "verdict": verdict, "reason": f"{person}의 판단"}
    return lambda: client.post(f"/admin/cases/approval/{approval.pk}/decide/", page)


@pytest.mark.parametrize("verdicts", [("approve", "approve"), ("approve", "reject")])
def test_of_two_leads_one_decides_and_the_other_reads_a_sentence(
    waiting, lead, other_lead, verdicts
):
    approval = waiting()

    answers = together(
        press(lead, approval, verdicts[0]), press(other_lead, approval, verdicts[1])
    )

    assert Counter(each.status_code for each in answers) == {302: 1, 200: 1}
    line = ApprovalChange.objects.get(approval=approval)
    approval = Approval.objects.get(pk=approval.pk)
    assert approval.decided_by == line.by
    assert approval.decision == line.note == f"{line.by}의 판단"
    assert AgitPost.objects.count() == (approval.state == "approved")
    lost = next(each for each in answers if each.status_code == 200)
    assert 'role="alert"' in lost.content.decode() or list(lost.context["messages"])


def test_a_decision_and_a_change_of_the_driver_do_not_both_happen(waiting, lead):
    """Approved on what was so, or void; never approved on what is not so any more."""
    approval = waiting()
    driver = Driver.objects.get(pk=approval.driver_id)

    together(press(lead, approval, "approve"), driver.save)

    approval = Approval.objects.get(pk=approval.pk)
    assert approval.state in {"approved", "void"}
    assert AgitPost.objects.count() == (approval.state == "approved")
    assert approval.changes.count() == 1


def test_two_sweeps_and_a_decision_end_a_request_once(waiting, lead):
    approval = waiting()
    Approval.objects.update(expires_at=approval.requested_at)

    together(approvals.sweep, approvals.sweep, press(lead, approval, "approve"))

    approval = Approval.objects.get(pk=approval.pk)
    assert (approval.state, approval.changes.count()) == ("expired", 1)
    assert not AgitPost.objects.exists()
