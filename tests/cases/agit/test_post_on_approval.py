"""An approved escalation is one post, queued with the decision or not at all."""

from datetime import date

import pytest
from django.test import Client

from cases import agit as posting
from cases import approvals, services
from cases.models import AgitPost, Approval, Case


@pytest.fixture
def asked(make_case, escalate):
    """The pending request of an escalated case."""
    return escalate(make_case("start")).approvals.get()


def state_of(approval):
    return Approval.objects.get(pk=approval.pk).state


def test_approving_in_the_queue_queues_one_post(asked, lead, in_queue):
    response = in_queue(lead, asked, "approve", reason="확인함")

    post = AgitPost.objects.get()
    assert response.status_code == 302
    assert state_of(asked) == "approved"
    assert (post.case, post.state, post.parent) == (asked.case, "queued", None)


def test_approving_on_the_page_of_the_request_queues_one_post(asked, lead, signed_in):
    typed = {"version": asked.version, "reason": "확인함"}

    signed_in(lead).post(f"/admin/cases/approval/{asked.pk}/move/approve/", typed)

    assert state_of(asked) == "approved"
    assert AgitPost.objects.get().case == asked.case


def test_rejecting_queues_none(asked, lead, in_queue):
    in_queue(lead, asked, "reject", reason="재설치 먼저")

    assert state_of(asked) == "rejected"
    assert Case.objects.get().state == "diagnosing"
    assert not AgitPost.objects.exists()


def test_returning_the_case_queues_none(asked, lead, on_page):
    on_page(lead, asked.case, "move/return_to_agent", reason="재설치 먼저")

    assert state_of(asked) == "rejected"
    assert not AgitPost.objects.exists()


def test_the_worker_is_rung_for_at_the_commit(
    asked, lead, in_queue, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks() as bells:
        in_queue(lead, asked, "approve")

    assert len(bells) == 1


def test_a_post_that_cannot_be_queued_takes_the_approval_back(asked, lead, in_queue, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError("no words")

    monkeypatch.setattr(posting, "render_to_string", fail)

    with pytest.raises(RuntimeError, match="no words"):
        in_queue(lead, asked, "approve")

    assert state_of(asked) == "pending"
    assert not asked.changes.exists()
    assert not AgitPost.objects.exists()


def test_a_second_click_posts_nothing_more(asked, lead, in_queue):
    in_queue(lead, asked, "approve")

    answer = in_queue(lead, asked, "approve")

    assert answer.status_code == 200
    assert AgitPost.objects.count() == 1


@pytest.mark.parametrize("then", ["approve", "reject"])
def test_what_one_lead_decided_another_cannot_decide_again(
    asked, lead, other_lead, in_queue, then
):
    in_queue(lead, asked, "approve")

    in_queue(other_lead, Approval.objects.get(), then)

    assert (state_of(asked), Approval.objects.get().decided_by) == ("approved", lead)
    assert Case.objects.get().state == "escalated"
    assert AgitPost.objects.count() == 1


@pytest.mark.parametrize("who", ["agent", "other_agent", "privacy_officer", "administrator"])
def test_who_decides_nothing_posts_nothing(asked, in_queue, who, request):
    response = in_queue(request.getfixturevalue(who), asked, "approve")

    assert response.status_code == 403
    assert state_of(asked) == "pending"
    assert not AgitPost.objects.exists()


def test_nobody_signed_in_posts_nothing(asked):
    typed = {"verdict": "approve", "reason": "확인", "version": asked.version}

    response = Client().post(f"/admin/cases/approval/{asked.pk}/decide/", typed)

    assert response.status_code == 302
    assert "/login/" in response.url
    assert not AgitPost.objects.exists()


@pytest.mark.parametrize("who", ["lead", "superuser"])
def test_who_asked_posts_nothing_himself(make_case, escalated, in_queue, who, request):
    person = request.getfixturevalue(who)
    approval = escalated(person).approvals.get()

    in_queue(person, approval, "approve")

    assert state_of(approval) == "pending"
    assert not AgitPost.objects.exists()


@pytest.mark.parametrize(
    "typed",
    [
        {"reason": ""},
        {"reason": "인증번호 1234 확인"},
        {"version": ""},
        {"version": "999"},
        {"version": "abc"},
    ],
)
def test_a_refused_decision_posts_nothing(asked, lead, in_queue, typed):
    response = in_queue(lead, asked, "approve", **typed)

    assert response.status_code == 200
    assert state_of(asked) == "pending"
    assert not AgitPost.objects.exists()


def test_a_request_whose_facts_have_changed_posts_nothing(asked, lead, in_queue):
    driver = asked.driver
    driver.company = "다른운수"
    driver.save()

    in_queue(lead, asked, "approve")

    assert state_of(asked) == "void"
    assert not AgitPost.objects.exists()


@pytest.mark.parametrize("verdict", ["", "make_void"])
def test_there_are_two_verdicts(asked, lead, in_queue, verdict):
    assert in_queue(lead, asked, verdict).status_code == 404
    assert not AgitPost.objects.exists()


def test_what_no_keyboard_types_is_no_error_page(asked, lead, in_queue):
    assert in_queue(lead, asked, "approve", reason="확\0인").status_code in {200, 302}


def test_a_look_decides_nothing(asked, lead, signed_in):
    response = signed_in(lead).get(f"/admin/cases/approval/{asked.pk}/decide/?verdict=approve")

    assert response.status_code == 404
    assert not AgitPost.objects.exists()


@pytest.mark.parametrize("kind", ["code_read_out", "sensitive_correction"])
def test_only_escalations_are_posted(make_case, identified, agent, lead, in_queue, kind):
    """Whatever else a lead approves concerns nobody in Agit."""
    if kind == "code_read_out":
        approvals.ask(kind, case=make_case("start"), reason="지속 미수신", by=agent)
    else:
        services.correct_birthdate(identified(), date(1981, 5, 3), reason="통화", by=agent)

    in_queue(lead, Approval.objects.get(kind=kind), "approve")

    assert Approval.objects.get().state == "approved"
    assert not AgitPost.objects.exists()
