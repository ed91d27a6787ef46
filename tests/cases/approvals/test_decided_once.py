"""A request is decided once and never changed after; a page that is older says so."""

import re

import pytest
from django.utils.translation import gettext, override

from backoffice.workflow.transitions import perform
from cases.models import AgitPost
from drivers.models import Driver
from tests.cases.approvals.conftest import KINDS

CHANGED = "%(who)s changed this at %(at)s, after you opened the page. "
NO_VERSION = ["", "abc", "-1", "99", "１", "0.0", "9" * 40, None]


def sentence(english):
    """The words before the first value, in Korean."""
    with override("ko"):
        return gettext(english).split("%(")[0]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("first", "second"), [("approve", "reject"), ("reject", "approve")])
def test_the_second_decision_is_none(
    waiting, decide, stored, lead, other_lead, kind, first, second
):
    approval = waiting(kind)
    decide(lead, approval, first)
    before = stored(approval)
    posts, changed = AgitPost.objects.count(), Driver.objects.get(pk=approval.driver_id).version

    response = decide(other_lead, before, second, reason="다르게 봄")

    assert [str(each) for each in response.context["messages"]]
    approval = stored(approval)
    assert (approval.state, approval.decided_by, approval.decision, approval.decided_at) == (
        before.state,
        lead,
        "확인함",
        before.decided_at,
    )
    assert approval.changes.count() == 1
    assert AgitPost.objects.count() == posts
    assert Driver.objects.get(pk=approval.driver_id).version == changed


@pytest.mark.parametrize("door", ["queue", "move"])
def test_a_double_click_is_one_decision(waiting, decide, stored, lead, door):
    approval = waiting()

    decide(lead, approval, "approve", door=door)
    response = decide(lead, approval, "approve", door=door)

    assert sentence("You already did this at %(at)s. It was not done twice.") in (
        response.content.decode()
    )
    assert stored(approval).changes.count() == 1
    assert AgitPost.objects.count() == 1


def test_the_slower_lead_reads_who_was_faster(waiting, decide, lead, other_lead):
    approval = waiting()

    decide(lead, approval, "approve")
    response = decide(other_lead, approval, "approve")

    assert "박팀장" in response.content.decode()
    assert response.status_code == 200


def by_page(approval, verdict, version, door):
    """Where to post, and what, with just this version."""
    url = f"/admin/cases/approval/{approval.pk}/"
    page = {"reason": "확인함"} | ({} if version is None else {"version": version})
    if door == "move":
        return f"{url}move/{verdict}/", page
    return f"{url}decide/", page | {"verdict": verdict}


@pytest.mark.parametrize("version", NO_VERSION)
def test_a_page_without_the_right_version_decides_nothing(
    waiting, signed_in, stored, lead, version
):
    approval = waiting()

    response = signed_in(lead).post(*by_page(approval, "approve", version, "queue"))

    assert response.status_code == 200
    assert "확인함" in response.content.decode()
    assert stored(approval).state == "pending"


@pytest.mark.parametrize("door", ["queue", "move"])
@pytest.mark.parametrize(
    ("kind", "verdict"),
    [
        ("escalation", "approve"),
        ("code_read_out", "reject"),
        ("sensitive_correction", "reject"),
        ("escalation", "reject"),
    ],
)
def test_no_verdict_is_taken_from_a_page_that_is_none(
    waiting, signed_in, stored, lead, kind, verdict, door
):
    approval = waiting(kind)

    signed_in(lead).post(*by_page(approval, verdict, None, door))

    assert stored(approval).state == "pending"


@pytest.mark.parametrize("verdict", ["", "expire", "make_void", "save", "APPROVE", None])
def test_a_verdict_that_is_none_is_not_found(waiting, signed_in, stored, lead, verdict):
    approval = waiting()
    page = {"version": approval.version, "reason": "확인함"}

    response = signed_in(lead).post(
        f"/admin/cases/approval/{approval.pk}/decide/",
        page | ({} if verdict is None else {"verdict": verdict}),
    )

    assert response.status_code == 404
    assert stored(approval).state == "pending"


@pytest.mark.parametrize("name", ["expire", "make_void"])
def test_how_it_ends_by_itself_is_no_move_of_a_person(waiting, decide, stored, superuser, name):
    approval = waiting()

    decide(superuser, approval, name, door="move")

    assert stored(approval).state == "pending"


def test_a_link_decides_nothing(waiting, signed_in, stored, lead):
    approval = waiting()
    url = f"/admin/cases/approval/{approval.pk}/decide/"

    response = signed_in(lead).get(f"{url}?verdict=approve&reason=x&version={approval.version}")

    assert response.status_code == 404
    assert stored(approval).state == "pending"


@pytest.mark.parametrize("pk", [0, 999999, "9" * 30])
def test_what_nobody_asked_for_is_not_found(signed_in, lead, pk):
    page = {"version": 0, "verdict": "approve", "reason": "확인함"}

    assert signed_in(lead).post(f"/admin/cases/approval/{pk}/decide/", page).status_code == 404


def test_the_facts_stay_as_they_were_when_it_was_asked(waiting, decide, stored, lead, agent):
    approval = waiting()
    frozen = dict(approval.facts)
    assert frozen["usim"] == "not_asked"

    decide(lead, approval, "approve")
    driver = Driver.objects.get(pk=approval.driver_id)
    driver.company = "새한운수"
    driver.save()

    approval = stored(approval)
    assert (approval.state, approval.facts) == ("approved", frozen)


def test_a_case_that_is_returned_later_leaves_the_decision(waiting, decide, stored, lead):
    approval = waiting()
    decide(lead, approval, "approve")

    perform(approval.case, "return_to_agent", by=lead, reason="다시 확인")

    assert stored(approval).state == "approved"


@pytest.mark.parametrize("kind", KINDS)
def test_no_fact_is_a_personal_datum(waiting, kind):
    facts = dict(waiting(kind).facts)

    assert re.fullmatch("[0-9a-f]{16}", facts.pop("driver_record"))
    assert facts
    assert all(each.replace("_", "").isalpha() and each.isascii() for each in facts.values())
