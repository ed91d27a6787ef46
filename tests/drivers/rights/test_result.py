"""The result on paper: unmasked, for the requester alone, and never without a record."""

from datetime import date

import pytest

from backoffice.audit.models import AccessRecord
from backoffice.sms.models import Message
from drivers.erasing import erase_drivers
from drivers.rights import services
from drivers.services import correct

PAGE = "/admin/drivers/rightsrequest"
HELD = ["홍길동", "010-0000-1234", "1980-05-03", "서울12바3456", "한빛운수", "1644-8830"]


@pytest.fixture
def reveals(driver):
    return AccessRecord.objects.filter(action="reveal", driver=driver)


def test_a_lead_prints_what_is_held(checked, print_result, lead, reveals):
    row = checked()

    response = print_result(lead, row)

    page = response.content.decode()
    assert [each for each in HELD if each not in page] == []
    assert "no-store" in response["Cache-Control"]
    seen = reveals.get()
    assert (seen.by, seen.detail["request"], seen.detail["reason"]) == (
        lead,
        row.pk,
        "본인에게 교부",
    )
    assert {"name", "phone", "birthdate"} <= set(seen.detail["fields"])
    assert "홍길동" not in str(seen.detail)
    row.refresh_from_db()
    assert row.copies == 1
    assert row.changes.latest("pk").transition == "make_result"


def test_the_result_tells_what_was_corrected_and_that_it_was_told(
    checked, print_result, driver, agent, lead
):
    correct(driver, "birthdate", date(1980, 5, 9), reason="통화", by=agent)
    text = Message.objects.get()
    for state in ("sending", "delivered"):
        text.advance(state)

    shown = print_result(lead, checked())

    line = shown.context["corrections"][0]
    assert (line["old"], line["new"]) == ("1980-05-03", "1980-05-09")
    text.refresh_from_db()
    assert line["told_at"] == text.settled_at
    assert agent.name not in shown.content.decode()
    assert lead.name not in shown.content.decode()


@pytest.mark.parametrize(
    ("states", "notice"),
    [
        pytest.param(["sending", "failed"], "발송 실패", id="failed"),
        pytest.param(["sending", "accepted", "undelivered"], "수신 실패", id="undelivered"),
        pytest.param([], "발송 대기", id="queued"),
        pytest.param(["sending", "accepted"], "발송", id="sent"),
    ],
)
def test_the_result_calls_no_text_sent_that_was_not(
    states, notice, checked, print_result, driver, agent, lead
):
    correct(driver, "birthdate", date(1980, 5, 9), reason="통화", by=agent)
    text = Message.objects.get()
    for state in states:
        text.advance(state)

    page = print_result(lead, checked()).content.decode()

    corrected = page.partition("<h2>정정 내역</h2>")[2].partition("</section>")[0]
    assert f"<td>{notice}</td></tr></tbody>" in corrected


def test_the_result_lists_cases_and_texts(checked, print_result, make_case, driver, lead):
    case = make_case("start", driver=driver)
    case.note = "상담원만 보는 메모"
    case.save()

    page = print_result(lead, checked()).content.decode()

    assert case.number in page
    assert "상담원만 보는 메모" not in page


def test_a_letter_of_attorney_is_a_proxys(checked, print_result, lead):
    """The box was ticked for both."""
    own = print_result(lead, checked(requester="driver")).content.decode()
    proxys = print_result(lead, checked(requester="proxy")).content.decode()

    assert "위임장" not in own
    assert "위임장 확인" in proxys


def test_nothing_is_printed_before_the_requester_was_checked(
    make_request, print_result, lead, reveals
):
    page = print_result(lead, make_request()).content.decode()

    assert "요구한 사람이" in page
    assert [each for each in HELD[:5] if each in page] == []
    assert not reveals.exists()


def test_a_result_that_was_refused_is_on_record(make_request, print_result, lead, driver):
    row = make_request()

    print_result(lead, row)

    refused = AccessRecord.objects.get(action="refused")
    assert (refused.by, refused.driver) == (lead, driver)
    assert refused.detail == {"page": "drivers.rightsrequest", "pk": row.pk, "move": "make_result"}


@pytest.mark.parametrize("who", ["agent", "privacy_officer", "administrator"])
def test_who_does_not_answer_does_not_print(who, checked, print_result, reveals, request):
    response = print_result(request.getfixturevalue(who), checked())

    assert response.status_code == 403
    assert not reveals.exists()


def test_without_a_reason_nothing_is_printed(checked, print_result, lead, reveals):
    page = print_result(lead, checked(), reason=" ").content.decode()

    assert "사유" in page
    assert "홍길동" not in page
    assert not reveals.exists()


def test_a_look_at_the_form_shows_nothing(checked, signed_in, lead, reveals):
    page = signed_in(lead).get(f"{PAGE}/{checked().pk}/result/").content.decode()

    assert [each for each in HELD[:5] if each in page] == []
    assert not reveals.exists()


def test_nothing_is_shown_where_the_record_cannot_be_written(
    checked, print_result, lead, client, monkeypatch
):
    row = checked()

    def fail(*args, **detail):
        raise RuntimeError("no record")

    monkeypatch.setattr(services, "record", fail)
    client.raise_request_exception = False
    response = print_result(lead, row)

    assert response.status_code == 500
    assert "홍길동" not in response.content.decode()
    row.refresh_from_db()
    assert row.copies == 0


def test_an_answered_request_is_not_printed_again(checked, print_result, move, lead, reveals):
    row = checked()
    print_result(lead, row)
    move(lead, row, "give_answer", reason="교부함")

    print_result(lead, row)

    row.refresh_from_db()
    assert (row.state, row.copies, reveals.count()) == ("answered", 1, 1)


def test_access_is_answered_with_the_result_only(checked, print_result, move, lead):
    row = checked()

    move(lead, row, "give_answer", reason="교부함")
    row.refresh_from_db()
    assert row.state == "received"

    print_result(lead, row)
    move(lead, row, "give_answer", reason="교부함")
    row.refresh_from_db()
    assert row.state == "answered"


def test_a_click_on_an_old_page_prints_nothing(checked, print_result, lead, reveals):
    row = checked()
    old = row.version
    print_result(lead, row)

    page = print_result(lead, row, version=old).content.decode()

    assert "홍길동" not in page
    assert reveals.count() == 1


def test_nothing_is_printed_that_a_caller_is_compared_with(
    checked, print_result, make_case, driver, lead
):
    row = checked()
    case = make_case("start", driver=driver, by=lead)

    page = print_result(lead, row).content.decode()

    assert f"상담 건 {case.number}의 본인 확인이 완료되지 않았습니다" in page
    assert [each for each in HELD[:4] if each in page] == []


def test_what_was_printed_proves_nothing_to_who_saw_it(
    checked, print_result, make_case, driver, lead, signed_in
):
    print_result(lead, checked())
    case = make_case("start", driver=driver, by=lead)
    said = {"name": "홍길동", "vehicle_no": "서울12바3456", "call_back_answered": "on"}

    page = signed_in(lead).post(
        f"/admin/cases/case/{case.pk}/identity/", said | {"version": case.version}
    )

    assert "본인 확인에 사용할 수 없습니다" in page.content.decode()
    assert not case.identity_checks.exists()


def test_who_has_seen_as_much_as_one_may_in_a_day_prints_nothing(
    checked, print_result, lead, settings
):
    settings.REVEALS_PER_DAY = 1
    print_result(lead, checked())

    page = print_result(lead, checked()).content.decode()

    assert "더 해제할 수 없습니다" in page
    assert "1980-05-03" not in page


def test_of_a_driver_who_was_erased_nothing_is_printed(
    checked, print_result, move, driver, lead, reveals
):
    row = checked()
    erase_drivers([driver.pk])

    response = print_result(lead, row)

    assert "파기되어" in response.context["form"].non_field_errors()[0]
    assert not reveals.exists()
    assert move(lead, row, "refuse", reason="파기됨").status_code == 302
