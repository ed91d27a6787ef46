"""A decision says why, never with a code; what was typed stands on the page that refuses it."""

import pytest
from django.utils.translation import gettext

from backoffice.workflow.reasons import carries_code
from backoffice.workflow.transitions import TransitionRefused
from cases.models import Approval
from tests.cases.approvals.conftest import KINDS

WHY = "Say why; the reason goes into the history."
CODE = "This looks like a verification code. Codes are never written down; take it out."


@pytest.mark.parametrize("door", ["queue", "move"])
@pytest.mark.parametrize("reason", ["", "　\t", None])
def test_no_decision_without_a_reason(waiting, signed_in, stored, lead, reason, door):
    approval = waiting()
    url = f"/admin/cases/approval/{approval.pk}/"
    page = {"version": approval.version, "verdict": "approve"}
    page |= {} if reason is None else {"reason": reason}

    response = signed_in(lead).post(
        url + ("decide/" if door == "queue" else "move/approve/"), page
    )

    assert gettext(WHY) in response.content.decode()
    assert stored(approval).state == "pending"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("door", "verdict"), [("queue", "approve"), ("move", "reject")])
def test_guard_g10_no_decision_with_a_code_and_what_was_typed_is_kept(
    waiting, decide, stored, lead, kind, verdict, door
):
    typed = "기사님 인증번호 482913 확인"
    approval = waiting(kind)

    response = decide(lead, approval, verdict, door=door, reason=typed)

    assert gettext(CODE) in response.content.decode()
    assert typed in response.content.decode()
    approval = stored(approval)
    assert (approval.state, approval.decision) == ("pending", "")
    assert not approval.changes.exists()
    assert stored(approval.case).changes.filter(note__contains="482913").count() == 0


def test_the_sentence_stands_at_the_request_that_was_decided(waiting, decide, lead):
    others = [waiting(), waiting()]
    approval = waiting(reason="세 번째")

    page = decide(lead, others[1], "approve", reason="코드 4829").content.decode()

    assert page.count("코드 4829") == 1
    first, second, third = (page.index(f'id="reason-{each.pk}"') for each in [*others, approval])
    assert first < second < page.index("코드 4829") < third


@pytest.mark.parametrize("kind", KINDS)
def test_guard_g10_nothing_is_asked_for_with_a_code(waiting, kind):
    reason = "인증번호 482913 미수신"
    assert carries_code(reason)

    with pytest.raises(TransitionRefused, match=gettext(CODE)):
        waiting(kind, reason=reason)

    assert not Approval.objects.exists()


def test_what_was_typed_is_shown_as_text(waiting, decide, lead):
    typed = '"><script>alert(1)</script> 인증번호 482913'

    page = decide(lead, waiting(), "approve", reason=typed).content.decode()

    assert "<script>alert(1)" not in page
    assert "&quot;&gt;&lt;script&gt;" in page


def test_blanks_around_a_reason_do_not_matter(waiting, decide, stored, lead):
    approval = waiting()

    decide(lead, approval, "approve", reason="  확인함  ")

    assert stored(approval).decision.strip() == "확인함"


def test_a_long_reason_is_taken(waiting, decide, stored, lead):
    approval = waiting()

    decide(lead, approval, "approve", reason="가" * 600)

    assert stored(approval).decision == "가" * 500


def test_the_reason_of_a_decision_stands_in_the_history(waiting, decide, stored, lead):
    approval = waiting()

    decide(lead, approval, "reject", reason="재설치를 먼저 안내")

    approval = stored(approval)
    assert approval.decision == approval.changes.get().note == "재설치를 먼저 안내"
    assert approval.case.changes.latest("pk").note == "재설치를 먼저 안내"
