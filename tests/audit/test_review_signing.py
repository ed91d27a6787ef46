"""A month is signed once, by the privacy officer, when it is over; then it stays as it was."""

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from backoffice.audit import review
from backoffice.audit.models import AccessRecord, Review
from tests.audit.conftest import PAGE, SIGN, centre


def sentence(response):
    return " ".join(response.context["form"].non_field_errors())


def test_the_officer_signs(october, sign, privacy_officer):
    response = sign()

    assert response.status_code == 302
    signed = Review.objects.get()
    assert (signed.by, signed.comment, signed.figures["month"]) == (
        privacy_officer,
        "특이 사항 없음",
        "2025-10",
    )


def test_the_signature_is_an_access_record_with_the_digest(october, sign, privacy_officer):
    sign()

    found = AccessRecord.objects.get(action="review")
    assert (found.by, found.detail["month"]) == (privacy_officer, "2025-10")
    assert found.detail["digest"] == Review.objects.get().digest
    call_command("audit_verify")


@pytest.mark.parametrize("who", ["agent", "lead", "administrator"])
def test_nobody_else_reads_or_signs(october, sign, who, request):
    response = sign(request.getfixturevalue(who))

    assert response.status_code == 403
    assert not Review.objects.exists()
    assert request.getfixturevalue("client").get(PAGE).status_code == 403


def test_who_may_not_is_refused_by_the_service_as_well(october, lead):
    with pytest.raises(review.NotSigned):
        review.sign(centre("2025-10-01").date(), by=lead, comment="x", digest="x")


def test_a_month_is_signed_once(october, sign):
    sign()

    response = sign()

    assert "이미 점검이 완료된 달입니다." in sentence(response)
    assert Review.objects.count() == 1
    assert AccessRecord.objects.filter(action="review").count() == 1


@pytest.mark.parametrize("month", ["2025-11", "2025-10"])
def test_a_month_that_is_not_over_is_not_signed(october, sign, november, month):
    november.move_to(centre("2025-11-01 00:59"))

    response = sign(month=month)

    assert "아직 끝나지 않은 달" in sentence(response)
    assert not Review.objects.exists()


def test_an_hour_after_its_end_it_is(october, sign, november):
    november.move_to(centre("2025-11-01 01:00"))

    sign()

    assert Review.objects.exists()


def test_a_comment_is_asked_for_and_nothing_is_signed_without(october, sign):
    response = sign(comment=" ")

    assert "특이 사항이 없으면" in response.content.decode()
    assert not Review.objects.exists()


def test_figures_that_changed_meanwhile_are_not_signed_and_the_comment_stays(
    october, sign, written_at, agent, driver
):
    written_at("2025-10-31 23:59", "view", by=agent, driver=driver)  # committed, not yet sealed

    response = sign(comment="확인함")

    assert "집계가 바뀌었습니다" in sentence(response)
    assert "확인함" in response.content.decode()
    assert not Review.objects.exists()
    again = {"month": "2025-10", "comment": "확인함", "digest": response.context["digest"]}
    assert sign(**again).status_code == 302


def test_a_signed_month_takes_no_record_any_more(october, sign, written_at, agent, driver):
    sign()

    with pytest.raises(IntegrityError), transaction.atomic():
        written_at("2025-10-31 23:59", "view", by=agent, driver=driver)

    written_at("2025-11-01 00:00", "view", by=agent, driver=driver)


def test_a_signed_month_is_shown_as_it_was_signed(
    october, sign, agent, signed_in, privacy_officer
):
    sign()
    agent.name = "다른이름"
    agent.save()

    page = signed_in(privacy_officer).get(PAGE, {"month": "2025-10"})

    assert page.context["figures"]["people"][0]["name"] == "김상담"
    assert "점검을 완료한 당시의 집계" in page.content.decode()
    assert SIGN not in page.content.decode()


def test_the_look_at_the_page_is_recorded(october, signed_in, privacy_officer):
    signed_in(privacy_officer).get(PAGE)

    found = AccessRecord.objects.latest("pk")
    assert (found.action, found.by, found.detail["month"]) == ("view", privacy_officer, "2025-10")


@pytest.mark.parametrize("month", ["2025-13", "x", "2025-12", "1999-01", "2025-1"])
def test_a_month_that_is_none_is_not_found(november, signed_in, privacy_officer, month):
    assert signed_in(privacy_officer).get(PAGE, {"month": month}).status_code == 404


def test_the_first_page_says_that_last_month_waits(october, sign, signed_in, privacy_officer):
    client = signed_in(privacy_officer)
    assert "점검 전" in client.get("/admin/").content.decode()

    sign()

    assert "점검 완료" in client.get("/admin/").content.decode()


def test_the_first_page_of_others_has_no_review(november, signed_in, lead):
    assert "월간 점검" not in signed_in(lead).get("/admin/").content.decode()
