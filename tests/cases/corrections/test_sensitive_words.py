"""A22: what the pages say of a request, to who asks and to who decides; never a date."""

import pytest
from django.contrib.messages import get_messages
from django.utils.translation import gettext, override

from cases.models import Approval
from cases.waiting import told
from drivers.erasing import erase_corrections
from drivers.models import Correction, Driver
from drivers.services import correct

DONE = "The birthdate was changed. The text to the driver is on its way."
PAGES = [
    "/admin/",
    "/admin/cases/approval/queue/",
    "/admin/cases/approval/queue/live/",
    "/admin/cases/approval/",
    "/admin/cases/approval/{approval}/change/",
    "/admin/cases/approval/{approval}/move/approve/",
    "/admin/cases/approval/{approval}/move/reject/",
    "/admin/drivers/correction/{correction}/change/",
    "/admin/drivers/correction/",
    "/admin/drivers/driver/{driver}/change/",
    "/admin/cases/case/{case}/change/",
    "/admin/cases/case/{case}/desk/",
    "/admin/sms/message/",
]


def said(response):
    return [str(each) for each in get_messages(response.wsgi_request)]


@pytest.mark.parametrize(
    ("verdict", "language"), [("pending", "ko"), ("approve", "en"), ("reject", "ko")]
)
def test_reading_a22_the_lead_decides_without_seeing_either_date(
    asked, lead, signed_in, client, dates_in, language, verdict
):
    approval = asked()
    client.cookies["django_language"] = language
    keys = {
        "approval": approval.pk,
        "correction": approval.correction_id,
        "driver": approval.driver_id,
        "case": approval.case_id,
    }
    signed_in(lead)
    typed = {"version": approval.version, "verdict": verdict, "reason": "서류 확인"}
    if verdict != "pending":
        decided = client.post(f"/admin/cases/approval/{approval.pk}/decide/", typed, follow=True)
        assert dates_in(decided) == []
        assert not Approval.objects.pending().exists()

    answers = {url: client.get(url.format(**keys), follow=True) for url in PAGES}

    assert {each.status_code for each in answers.values()} == {200}
    found = {url: dates_in(response) for url, response in answers.items()}
    assert {url: dates for url, dates in found.items() if dates} == {}


def test_reading_a22_the_lead_reads_which_of_the_two_it_is(driver, make_driver, agent, lead):
    """The year, or the second time; by words alone."""
    other = make_driver()
    correct(driver, "birthdate", driver.birthdate.replace(year=1981), reason="통화", by=agent)
    for day in (4, 5):
        correct(other, "birthdate", other.birthdate.replace(day=day), reason="통화", by=agent)

    with override("en"):
        shown = [each["change"] for each in told(Approval.objects.pending().order_by("pk"), lead)]

    assert shown == ["The year of birth changes.", "It is a second change."]


@pytest.mark.parametrize("language", ["ko", "en"])
def test_reading_a22_the_drivers_page_says_that_nothing_is_changed_yet(
    driver, agent, client, language
):
    client.force_login(agent)
    client.cookies["django_language"] = language
    names = ("version", "service_type", "affiliation", "company")
    shown = {name: getattr(driver, name) for name in names}

    response = client.post(
        f"/admin/drivers/driver/{driver.pk}/change/",
        shown | {"birthdate": "1981-05-03", "reason": "가입 시 잘못 입력"},
    )

    with override(language):
        assert gettext(DONE) not in said(response)
    assert len(said(response)) >= 1


@pytest.mark.parametrize("language", ["ko", "en"])
def test_reading_a22_the_cases_page_says_that_nothing_is_changed_yet(
    identified, agent, client, language
):
    case = identified()
    client.force_login(agent)
    client.cookies["django_language"] = language

    response = client.post(
        f"/admin/cases/case/{case.pk}/birthdate/",
        {"version": case.version, "birthdate": "1981-05-03", "reason": "가입 시 잘못 입력"},
    )

    assert Correction.objects.get().state == "requested"
    with override(language):
        assert gettext(DONE) not in said(response)


def test_reading_a22_a_request_that_was_refused_tells_no_date(
    asked, identified, lead, signed_in, dates_in
):
    """What was typed into the refused form stands there, and nothing else."""
    asked()
    case = identified()

    response = signed_in(lead).post(
        f"/admin/cases/case/{case.pk}/birthdate/",
        {"version": case.version, "birthdate": "1999-12-31", "reason": "다시"},
    )

    assert response.context["form"].non_field_errors()
    assert dates_in(response) == []


def test_reading_a22_a_lead_who_changes_the_number_too_is_asked_for(driver, lead, signed_in):
    """Both in one save of the driver's page: the number changes, the year waits."""
    names = ("version", "service_type", "affiliation", "company")
    shown = {name: getattr(driver, name) for name in names}
    typed = {"birthdate": "1981-05-03", "phone": "010-0000-9999", "reason": "서류 확인"}

    signed_in(lead).post(f"/admin/drivers/driver/{driver.pk}/change/", shown | typed)

    assert Driver.objects.get().phone_digits == "01000009999"
    assert Approval.objects.get().state == "pending"
    assert Correction.objects.get(field="birthdate").state == "requested"


def test_of_erased_dates_nothing_is_said_that_may_be_wrong(asked, lead):
    """They go with the driver, long before the case and its approval."""
    approval = asked()
    assert told([approval], lead)[0]["change"]

    erase_corrections(Correction.objects.all())

    [after] = told([Approval.objects.get()], lead)
    assert after["change"] == ""
