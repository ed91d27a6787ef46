"""What can still be done with what was erased: nothing, and each refusal is a sentence."""

import pytest
from django.utils import timezone
from django.utils.translation import gettext, override

from backoffice.sms.gateways import Report
from backoffice.sms.models import Message
from backoffice.sms.queueing import send_again
from backoffice.sms.reported import MessageReport
from backoffice.workflow.transitions import TransitionRefused, perform
from cases import agit
from cases.models import AgitPost, Approval, Case, CaseChange
from drivers.models import Correction, Driver, RightsRequest
from drivers.services import correct, undo


@pytest.fixture
def corrected(driver, agent):
    """A correction that was applied, and its text arrived."""
    made = correct(driver, "birthdate", driver.birthdate.replace(day=9), reason="통화", by=agent)
    Message.objects.update(state="delivered")
    return made


def test_an_erased_correction_is_not_undone(corrected, lead, run_after, signed_in):
    run_after(days=1096)
    corrected.refresh_from_db()
    page = f"/admin/drivers/correction/{corrected.pk}"

    with pytest.raises(TransitionRefused, match="파기"):
        undo(corrected, by=lead, reason="잘못")
    shown = signed_in(lead).get(f"{page}/change/").content.decode()
    posted = signed_in(lead).post(
        f"{page}/move/undo/", {"version": corrected.version, "reason": "잘못"}
    )

    assert "파기되어" in shown
    assert "파기되어" in posted.content.decode()
    assert Correction.objects.get().state == "applied"


def test_an_erased_driver_is_not_corrected_by_any_door(withdrawn, agent, run_after):
    driver = withdrawn()
    run_after(days=31)
    birthdate = driver.birthdate.replace(day=9)

    with pytest.raises(TransitionRefused, match="파기"):
        correct(Driver.objects.get(pk=driver.pk), "birthdate", birthdate, reason="통화", by=agent)


def test_a_page_from_before_the_erasure_is_too_old(withdrawn, agent, run_after):
    driver = withdrawn()
    run_after(days=31)

    with pytest.raises(TransitionRefused):
        correct(
            driver,
            "birthdate",
            driver.birthdate.replace(day=9),
            reason="통화",
            by=agent,
            version=driver.version,
        )


def test_an_erased_text_is_not_sent_again_and_waits_for_nobody(
    driver, text_to, lead, run_after, signed_in
):
    text = text_to(driver, "failed")
    run_after(days=181)

    with pytest.raises(TransitionRefused, match="파기"):
        send_again(text, by=lead, reason="다시")
    page = signed_in(lead).get(f"/admin/sms/message/{text.pk}/change/")

    assert not Message.objects.needing_a_person().exists()
    assert not page.context["can_send_again"]
    assert "SHA-256" in page.content.decode()


def test_a_report_that_comes_after_the_erasure_brings_no_words_back(driver, text_to, run_after):
    text = text_to(driver, "accepted")
    run_after(days=181)

    text.advance("delivered", answer={"to": "01000001234"}, detail="01000001234", reason="")

    text.refresh_from_db()
    assert (text.state, text.answer, text.detail) == ("delivered", None, "")


def test_an_erased_post_is_not_posted_again(closed_case, lead, run_after, signed_in):
    case = closed_case()
    waits = AgitPost.objects.create(case=case, text="홍*동", intent="a")
    run_after(days=1096)

    waits.refresh_from_db()
    assert (waits.state, waits.reason, waits.text) == ("failed", "erased", "")
    with pytest.raises(TransitionRefused, match="파기"):
        agit.post_again(waits, by=lead, reason="다시")
    page = signed_in(lead).get(f"/admin/cases/agitpost/{waits.pk}/change/")
    assert not page.context["may_post_again"]


def test_what_a_gateway_told_of_an_erased_text_names_no_number(driver, text_to, run_after):
    def tell(text, outcome):
        number = {"log": f"code 7: {driver.phone_digits} (31)", "no": driver.phone_digits}
        report = Report(
            outcome=outcome, detail=f"{driver.phone_digits} is on its way", raw=number | {"x": 1}
        )
        text.believe(report, gateway="memory")

    text = text_to(driver, "accepted")
    tell(text, "accepted")
    assert MessageReport.objects.get().raw == {"log": "*", "no": "*", "x": 1}
    run_after(days=181)
    text.refresh_from_db()
    tell(text, "delivered")

    told = [f"{each.detail} {each.raw}" for each in MessageReport.objects.order_by("pk")]
    assert told == ["010-****-1234 is on its way None", " None"]


def test_words_that_are_kept_longer_name_an_erased_driver_nowhere(
    driver, closed_case, agent, lead, run_after, signed_in
):
    words = "홍길동 님 800503, 010-0000-1234"
    case = closed_case(driver=driver)
    Case.objects.filter(pk=case.pk).update(department_answer=words)
    asked = Approval.objects.create(
        case=case,
        driver=driver,
        kind="escalation",
        reason=words,
        decision=words,
        requested_by=agent,
    )
    asked.changes.create(transition="approve", source="", target="", by=lead, note=words)
    Approval.objects.update(state="approved")
    request = RightsRequest.objects.create(
        driver=driver, kind="access", created_by=agent, note=words, answer=words
    )
    request.changes.create(transition="refuse", source="", target="", by=lead, note=words)
    RightsRequest.objects.update(state="refused", answered_at=timezone.now())
    perform(driver, "withdraw", by=lead, reason="본인 요청")

    assert run_after(days=31)["drivers"] == 1

    for page in ("cases/case", "cases/approval", "drivers/rightsrequest"):
        pk = {"cases/case": case, "cases/approval": asked}.get(page, request).pk
        shown = signed_in(lead).get(f"/admin/{page}/{pk}/change/").content.decode()
        assert "홍길동" not in shown, page
        assert "홍*동 님" in shown, page
    kept = [
        *RightsRequest.objects.values_list("note", "answer"),
        *CaseChange.objects.values("note"),
    ]
    assert "홍길동" not in str(kept)
    assert "0000-1234" not in str(kept)


def test_a_reason_that_grows_by_its_mask_still_fits(driver, agent, lead, run_after):
    request = RightsRequest.objects.create(driver=driver, kind="access", created_by=agent)
    words = "800503 " * 71
    RightsRequest.objects.update(state="refused", answered_at=timezone.now(), answer=words[:500])
    perform(driver, "withdraw", by=lead, reason="본인 요청")

    assert run_after(days=31)["drivers"] == 1

    request.refresh_from_db()
    assert len(request.answer) == 500


@pytest.mark.parametrize("page", ["change", "desk"])
def test_a_number_that_was_erased_was_not_withheld(closed_case, agent, run_after, signed_in, page):
    case = closed_case()
    run_after(days=1096)

    shown = signed_in(agent).get(f"/admin/cases/case/{case.pk}/{page}/").content.decode()

    with override("ko"):
        withheld, erased = gettext("withheld"), gettext("erased")
    assert withheld not in shown
    assert shown.count(f"<dd>{erased}</dd>") == 1  # the driver
    assert f'<dd class="number">{erased}</dd>' in shown
