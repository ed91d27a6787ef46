"""Two people decide about one post at the same moment: one of them wins."""

import threading

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.utils.translation import gettext, override

from backoffice.outbox.dispatch import dispatch_due
from cases.models import AgitPost

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE = 30  # seconds


def together(*acts):
    """Do all ``acts`` at the same moment, each in a thread; return what they said."""
    start, said = threading.Barrier(len(acts), timeout=PATIENCE), []

    def run(act):
        try:
            start.wait()
            response = act()
            said.extend(str(each) for each in get_messages(response.wsgi_request))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    return said


def pressing(person, post, page, **typed):
    """Return what presses the button, for a person who has the page open."""
    client = Client()
    client.force_login(person)
    url = f"/admin/cases/agitpost/{post.pk}/{page}/"
    return lambda: client.post(url, {"reason": "아지트를 살펴봄"} | typed)


@pytest.fixture
def noted():
    with override("ko"):
        return gettext("Noted.")


@pytest.mark.parametrize("state", ["failed", "unknown"])
def test_posted_again_by_both_it_leaves_once(
    make_post, lead, other_lead, agit, noted, state, deliver
):
    post = make_post(state)

    said = together(pressing(lead, post, "again"), pressing(other_lead, post, "again"))

    assert (len(said), said.count(noted)) == (2, 1)
    assert AgitPost.objects.filter(resend_of=post).count() == 1
    assert post.changes.filter(transition="send_again").count() == 1
    deliver()
    assert agit.calls == 1


def test_there_for_one_and_missing_for_the_other_one_decision_holds(
    make_post, lead, other_lead, agit, noted, deliver
):
    post = make_post("unknown")

    said = together(
        pressing(lead, post, "settle", post_id="77"), pressing(other_lead, post, "again")
    )
    deliver()

    post.refresh_from_db()
    is_again = AgitPost.objects.filter(resend_of=post).exists()
    assert (len(said), said.count(noted)) == (2, 1)
    assert (post.state == "accepted") is not is_again
    assert agit.calls == int(is_again)


def test_settled_by_both_it_has_one_number(make_post, lead, other_lead, noted):
    post = make_post("unknown")

    said = together(
        pressing(lead, post, "settle", post_id="77"),
        pressing(other_lead, post, "settle", post_id="88"),
    )

    assert (len(said), said.count(noted)) == (2, 1)
    line = post.changes.get(transition="settle")
    post.refresh_from_db()
    assert post.provider_id == {lead: "77", other_lead: "88"}[line.by]


def test_two_workers_post_it_once(make_post, agit):
    post = make_post()

    def work():
        dispatch_due()
        return Client().get("/healthz")

    together(*[work] * 4)

    post.refresh_from_db()
    assert (post.state, agit.calls) == ("accepted", 1)


def test_two_leads_approve_one_request_and_it_is_posted_once(
    make_case, escalate, lead, other_lead
):
    approval = escalate(make_case("start")).approvals.get()
    url = f"/admin/cases/approval/{approval.pk}/decide/"
    typed = {"verdict": "approve", "reason": "확인", "version": approval.version}

    def deciding(person):
        client = Client()
        client.force_login(person)
        return lambda: client.post(url, typed)

    together(deciding(lead), deciding(other_lead))

    approval.refresh_from_db()
    assert approval.state == "approved"
    assert AgitPost.objects.get().case == approval.case
