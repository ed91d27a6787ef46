"""What gateways told is kept once, without whom it is about, and shown with what came of it."""

import pytest
from django.urls import reverse

from backoffice.sms.gateways import Report, get_gateway
from backoffice.sms.models import Message
from backoffice.sms.receipts import apply_report
from backoffice.sms.reported import MessageReport, without


@pytest.fixture
def message(make_message):
    return make_message("accepted", gateway="memory", provider_id="M1")


def tell(message, outcome="delivered", **changed):
    report = Report(outcome=outcome, reference=str(message.reference), **changed)
    apply_report(report, gateway=get_gateway())
    message.refresh_from_db()


def test_a_signed_report_is_believed_and_kept(message):
    tell(message, raw={"code": "4000"})

    assert message.state == "delivered"
    kept = message.reports.get()
    assert (kept.source, kept.effect, kept.raw) == ("report", "moved", {"code": "4000"})


def test_the_same_words_are_kept_once(message):
    for attempt in range(3):
        tell(message, raw={"retryCount": attempt})

    kept = message.reports.get()
    assert (kept.effect, kept.raw) == ("moved", {"retryCount": 0})


def test_other_words_are_another_report(message):
    tell(message)
    tell(message, "undelivered", reason="dead_number")

    assert list(message.reports.order_by("pk").values_list("outcome", "effect")) == [
        ("delivered", "moved"),
        ("undelivered", "none"),
    ]


def test_the_same_words_about_another_text_are_another_report(message, make_message):
    tell(message)
    tell(make_message("accepted", gateway="memory"))

    assert MessageReport.objects.count() == 2


def test_whom_it_is_about_is_not_kept_again(message):
    raw = {
        "to": message.to,
        "list": [{"to": f"82{message.to[1:]}"}, {"to": "010-0000-1234"}, {"text": message.body}],
        "code": "4000",
        "at": "2026-11-23T01:00:00.000Z",
        "n": 4,
        "none": None,
    }

    tell(message, raw=raw)

    kept = message.reports.get().raw
    assert kept == {
        "to": "*",
        "list": [{"to": "*"}, {"to": "*"}, {"text": "*"}],
        "code": "4000",
        "at": "2026-11-23T01:00:00.000Z",
        "n": 4,
        "none": None,
    }


def test_a_message_without_words_hides_nothing_else():
    assert without({"a": "", "b": "text"}, number="", words="") == {"a": "", "b": "text"}


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"state": "delivered"}, "조회로 확인됨"),
        ({"state": "undelivered"}, "조회 결과가 다릅니다"),
        ({"state": "accepted", "ask_at": None}, "확인되지 않음"),
        ({"state": "accepted", "ask_at": "2026-11-24T00:00Z"}, "조회로 확인 중"),
    ],
    ids=str,
)
def test_the_page_says_what_became_of_a_hint(facts, told, message, agent, signed_in):
    report = Report(outcome="delivered", detail="수신 완료 (4000)")
    MessageReport.keep(message, report, gateway="solapi", source="report").had("asked")
    Message.objects.filter(pk=message.pk).update(**facts)

    page = signed_in(agent).get(reverse("admin:sms_message_change", args=[message.pk]))

    assert told in page.content.decode()
    assert "수신 완료 (4000)" in page.content.decode()


def test_a_page_without_reports_has_no_empty_panel(message, agent, signed_in):
    page = signed_in(agent).get(reverse("admin:sms_message_change", args=[message.pk]))

    assert 'id="reports"' not in page.content.decode()


@pytest.mark.parametrize(
    ("reason", "words"), [("dead_number", "결번이거나 가입되지 않은"), ("refused", "접수를 거부")]
)
def test_the_page_says_why_in_words(reason, words, make_message, agent, signed_in):
    message = make_message("undelivered", reason=reason)

    page = signed_in(agent).get(f"/admin/sms/message/{message.pk}/change/").content.decode()

    assert words in page.partition('id="message_form"')[2]
    assert reason not in page
