"""After the registered date was told it stands nowhere: on no page, and in no row beside it."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from backoffice.audit.models import AccessRecord
from backoffice.sms.models import Message
from cases.models import Answer, Case
from drivers.models import Correction
from tests.cases.corrections.conftest import DATES

PAGES = [
    "/admin/",
    "/admin/cases/case/",
    "/admin/cases/case/{case}/change/",
    "/admin/cases/case/{case}/desk/",
    "/admin/cases/case/{case}/desk/live/",
    "/admin/cases/case/{case}/identity/",
    "/admin/cases/case/{case}/birthdate/",
    "/admin/cases/case/{case}/move/record_call_back/",
    "/admin/call/?phone=01000001234",
    "/admin/drivers/driver/",
    "/admin/drivers/driver/{driver}/change/",
    "/admin/drivers/correction/",
    "/admin/drivers/correction/{correction}/change/",
    "/admin/drivers/correction/{correction}/move/cancel/",
    "/admin/drivers/correction/{correction}/move/undo/",
    "/admin/sms/message/",
    "/admin/sms/message/way/?driver={driver}",
]


@pytest.fixture
def after_telling(scheduled, press, driver, agent, dates_in):
    """The registered date was told; the keys of what it is about."""
    case = scheduled("registered-date-told")
    response = press(agent, case, reason="등록일을 모름")
    assert dates_in(response) == ["1980-05-03"]
    return {"case": case.pk, "driver": driver.pk, "correction": Correction.objects.get().pk}


@pytest.mark.parametrize(
    ("when", "who", "language"), [("scheduled", "agent", "ko"), ("applied", "lead", "en")]
)
def test_rule_4_6_no_page_has_either_date(
    after_telling, log_in, client, signed_in, dates_in, who, when, language, request
):
    if when == "applied":
        log_in(timezone.now())
    pages = PAGES
    if message := Message.objects.first():
        pages = [*PAGES, f"/admin/sms/message/{message.pk}/change/"]
    client.cookies["django_language"] = language
    signed_in(request.getfixturevalue(who))

    answers = {url: client.get(url.format(**after_telling), follow=True) for url in pages}

    assert {each.status_code for each in answers.values()} <= {200, 403, 404}
    assert [url for url, response in answers.items() if dates_in(response)] == []
    assert answers["/admin/cases/case/{case}/desk/"].status_code == 200


@pytest.fixture
def records(after_telling, privacy_officer, signed_in):
    """What the privacy officer sees: the list of access records, and the one of the telling."""
    record = AccessRecord.objects.get(action="reveal")
    client = signed_in(privacy_officer)
    return [
        client.get(f"/admin/audit/accessrecord/{page}") for page in ("", f"{record.pk}/change/")
    ]


def test_rule_4_6_the_privacy_officer_reads_that_it_was_told_and_not_what(records, dates_in):
    assert [each.status_code for each in records] == [200, 200]
    assert ["생년월일" in each.content.decode() for each in records] == [True, True]
    assert [dates_in(each) for each in records] == [[], []]


def test_rule_4_6_the_privacy_officer_reads_why(records):
    assert "등록일을 모름" in records[1].content.decode()


def test_rule_4_6_no_row_has_it_but_the_correction_and_the_driver(after_telling, log_in):
    log_in(timezone.now())
    case = Case.objects.get()

    rows = [
        *AccessRecord.objects.values_list("detail"),
        *Answer.objects.values_list("value", "slip"),
        *Message.objects.values_list("subject", "body"),
        *LogEntry.objects.values_list("object_repr", "change_message"),
        *case.changes.values_list("note"),
        *Correction.objects.get().changes.values_list("note"),
        *Correction.objects.values_list("reason"),
        (case.note, case.follow_up_reason, case.department_answer),
    ]

    assert [each for each in DATES if each in str(rows)] == []


def test_rule_4_6_the_undoing_tells_it_to_nobody_either(
    after_telling, log_in, lead, signed_in, dates_in
):
    """The last page on which both dates are at hand."""
    log_in(timezone.now() + timedelta(seconds=1))
    correction = Correction.objects.get()
    url = f"/admin/drivers/correction/{correction.pk}/move/undo/"

    typed = {"version": correction.version, "reason": "다른 기사였음"}
    response = signed_in(lead).post(url, typed, follow=True)

    assert Correction.objects.count() == 2
    assert dates_in(response) == []
