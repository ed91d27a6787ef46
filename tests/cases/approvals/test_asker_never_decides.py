"""Nobody decides what he asked for himself, whatever he may otherwise, by no page at all."""

import pytest
from django.contrib.admin import site
from django.contrib.auth.models import Group
from django.urls import get_resolver

from backoffice.staff import roles
from cases.models import AgitPost, Approval
from drivers.models import Correction, Driver
from tests.cases.approvals.conftest import ANOTHER_YEAR, KINDS


@pytest.fixture
def agent_with_lead_rights(make_user):
    person = make_user(roles.AGENT, "both", name="두역할")
    person.groups.add(Group.objects.get(name=roles.TEAM_LEAD))
    return person


@pytest.fixture
def untouched(stored):
    """Whether a request waits as it did, and nothing of what it asks for has happened."""

    def look(approval):
        approval = stored(approval)
        decided = (approval.decided_by, approval.decided_at, approval.decision)
        assert (approval.state, *decided) == ("pending", None, None, "")
        assert not approval.changes.exists()
        assert not AgitPost.objects.exists()
        assert not Driver.objects.filter(birthdate=ANOTHER_YEAR).exists()
        assert set(Correction.objects.values_list("state", flat=True)) <= {"requested"}
        return True

    return look


@pytest.mark.parametrize("who", ["agent_with_lead_rights", "lead", "superuser"])
@pytest.mark.parametrize("door", ["queue", "move"])
@pytest.mark.parametrize("verdict", ["approve", "reject"])
def test_the_asker_does_not_decide(waiting, decide, untouched, who, door, verdict, request):
    person = request.getfixturevalue(who)
    approval = waiting(by=person)

    response = decide(person, approval, verdict, door=door)

    assert response.status_code == 200
    assert untouched(approval)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("verdict", ["approve", "reject"])
def test_whatever_he_asked_for(waiting, decide, untouched, lead, kind, verdict):
    approval = waiting(kind, by=lead)

    decide(lead, approval, verdict)

    assert untouched(approval)


@pytest.mark.parametrize("kind", KINDS)
def test_another_lead_decides_it_then(waiting, decide, stored, lead, other_lead, kind):
    approval = waiting(kind, by=lead)

    decide(other_lead, approval, "approve")

    approval = stored(approval)
    assert (approval.state, approval.decided_by) == ("approved", other_lead)


def test_a_correction_asked_for_on_the_drivers_page_is_decided_by_another(
    without_case, decide, stored, untouched, lead, other_lead
):
    approval = without_case(by=lead)

    decide(lead, approval, "approve")
    assert untouched(approval)
    decide(other_lead, approval, "approve")

    assert stored(approval).state == "approved"
    assert Driver.objects.get(pk=approval.driver_id).birthdate == ANOTHER_YEAR


@pytest.mark.parametrize("who", ["agent", "other_agent"])
@pytest.mark.parametrize(("door", "status"), [("queue", 403), ("move", 200)])
def test_who_is_no_lead_does_not_decide(waiting, decide, untouched, who, door, status, request):
    approval = waiting()

    response = decide(request.getfixturevalue(who), approval, "approve", door=door)

    assert response.status_code == status
    assert untouched(approval)


@pytest.mark.parametrize("who", ["privacy_officer", "administrator"])
@pytest.mark.parametrize("door", ["queue", "move"])
def test_who_works_on_no_cases_does_not_decide(waiting, decide, untouched, who, door, request):
    approval = waiting()

    response = decide(request.getfixturevalue(who), approval, "approve", door=door)

    assert response.status_code == 403
    assert untouched(approval)


def test_a_lead_who_was_sent_away_does_not_decide(waiting, decide, untouched, lead):
    approval = waiting()
    lead.is_active = False
    lead.save()

    response = decide(lead, approval, "approve")

    assert response.status_code == 302
    assert response.url.startswith("/admin/login/")
    assert untouched(approval)


@pytest.mark.parametrize("action", ["approve", "delete_selected"])
def test_no_bulk_action_decides(waiting, signed_in, untouched, superuser, action, rf):
    approval = waiting()
    page = {"action": action, "_selected_action": [approval.pk], "reason": "확인함", "index": 0}

    signed_in(superuser).post("/admin/cases/approval/", page)

    assert untouched(approval)
    request = rf.get("/admin/cases/approval/")
    request.user = superuser
    assert site.get_model_admin(Approval).get_actions(request) == {}


@pytest.mark.parametrize("page", ["change", "delete"])
def test_no_form_of_the_admin_decides(waiting, signed_in, untouched, page, superuser):
    approval = waiting()

    response = signed_in(superuser).post(
        f"/admin/cases/approval/{approval.pk}/{page}/",
        {"state": "approved", "decided_by": 1, "post": "yes", "version": 0},
    )

    assert response.status_code == 403
    assert untouched(approval)


def test_no_approval_is_written_by_hand(signed_in, superuser):
    response = signed_in(superuser).post("/admin/cases/approval/add/", {"state": "approved"})

    assert response.status_code == 403


def test_these_are_all_the_pages_of_an_approval():
    """A new one has to be tried here as well."""
    admin = get_resolver().namespace_dict["admin"][1].reverse_dict
    pages = {
        each for each in admin if isinstance(each, str) and each.startswith("cases_approval_")
    }

    assert {each.removeprefix("cases_approval_") for each in pages} == {
        *("queue", "live", "decide", "read_out", "move"),
        *("changelist", "find", "add", "history", "delete", "change"),
    }
