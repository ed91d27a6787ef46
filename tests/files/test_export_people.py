"""Who may take a list out of the house: by group, and nobody unless EXPORTS names it."""

import pytest
from django.contrib.auth.models import Group, Permission

from backoffice.audit.models import AccessRecord
from backoffice.files.models import Export

LISTS = {
    "driver": "/admin/drivers/driver/",
    "case": "/admin/cases/case/",
    "correction": "/admin/drivers/correction/",
    "message": "/admin/sms/message/",
    "accessrecord": "/admin/audit/accessrecord/",
}
MAY = {("lead", each) for each in LISTS} - {("lead", "accessrecord")}
MAY |= {("privacy_officer", "accessrecord")}
PEOPLE = ["agent", "lead", "privacy_officer", "administrator", "superuser"]


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("of", LISTS)
def test_the_page_is_for_whom_the_groups_allow(who, of, ask, driver, make_case, request, client):
    make_case(driver=driver)
    person = request.getfixturevalue(who)
    client.force_login(person)

    page = client.get(f"{LISTS[of]}export/")

    assert page.status_code == (200 if (who, of) in MAY else 403)
    refused = AccessRecord.objects.filter(action="refused", by=person)
    assert refused.exists() == ((who, of) not in MAY)


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("of", LISTS)
def test_a_hand_made_post_is_refused_too(who, of, driver, make_case, request, client):
    make_case(driver=driver)
    client.force_login(request.getfixturevalue(who))
    key = "5b0c1c0e-8f1e-4a55-9c26-0b6a4b1a9a11"

    client.post(f"{LISTS[of]}export/", {"format": "csv", "reason": "점검", "request_key": key})

    assert Export.objects.exists() == ((who, of) in MAY and of not in {"correction", "message"})


@pytest.mark.parametrize("who", ["agent", "lead", "superuser"])
def test_the_button_is_shown_to_who_may(who, driver, request, client):
    client.force_login(request.getfixturevalue(who))

    page = client.get("/admin/drivers/driver/?state__exact=active").content.decode()

    assert ("/admin/drivers/driver/export/?state__exact=active" in page) == (who == "lead")


def test_exports_are_off_unless_they_are_asked_for(settings, lead, driver, client):
    settings.EXPORTS = set()
    client.force_login(lead)

    assert "export/" not in client.get(LISTS["driver"]).content.decode()
    assert client.get(f"{LISTS['driver']}export/").status_code == 403


def test_a_group_that_is_not_named_has_none(settings, lead, driver, client):
    settings.EXPORTS = {"privacy_officer"}
    client.force_login(lead)

    assert client.get(f"{LISTS['driver']}export/").status_code == 403


def test_nobody_exports_unmasked_by_default(lead, superuser, driver, exported, lines_of):
    rows = lines_of(lead, exported(lead, is_unmasked="on"))

    assert rows[2][0] == "홍*동"
    assert Export.objects.get().is_masked


@pytest.fixture
def auditor(make_user, settings, lead):
    """Somebody of a group that the centre made for it."""
    group = Group.objects.create(name="auditor")
    permission = Permission.objects.get(codename="export_unmasked")
    group.permissions.add(permission)
    lead.groups.add(group)
    settings.EXPORTS |= {"auditor"}
    return lead


def test_unmasked_needs_a_right_of_its_own_and_never_tells_the_birthdate(
    auditor, driver, exported, lines_of
):
    rows = lines_of(auditor, exported(auditor, is_unmasked="on"))

    assert rows[2][:4] == ["홍길동", "01000001234", "블루파트너스", "서울12바3456"]
    assert "1980" not in str(rows[2])
    assert AccessRecord.objects.filter(action="export").first().detail["masked"] is False


def test_with_the_right_masking_is_still_the_default(auditor, driver, exported, lines_of):
    assert lines_of(auditor, exported(auditor))[2][0] == "홍*동"


@pytest.mark.parametrize("reason", ["", "   ", "인증번호 123456", "x" * 501, "a\0b"])
def test_a_reason_is_asked_for(reason, lead, driver, ask):
    page = ask(lead, reason=reason)

    assert page.status_code == 200
    assert not Export.objects.exists()
    assert page.context["form"].errors


@pytest.mark.parametrize("typed", [{"format": "pdf"}, {"request_key": "x"}])
def test_a_form_that_is_made_up_is_refused(typed, lead, driver, ask):
    assert ask(lead, **typed).status_code == 200
    assert not Export.objects.exists()


def test_an_empty_list_is_a_sentence(lead, ask):
    page = ask(lead, "?q=9999 없다")

    assert "nothing to export" in page.content.decode()
    assert not Export.objects.exists()


def test_more_rows_than_allowed_are_a_sentence(settings, lead, make_driver, ask):
    settings.EXPORT_ROWS = 2
    for _each in range(3):
        make_driver()

    page = ask(lead)

    assert "more than 2 rows" in page.content.decode()
    assert not Export.objects.exists()


def test_a_query_that_the_list_does_not_take_exports_nothing(lead, driver, ask):
    assert ask(lead, "?nosuch=1").status_code == 400
    assert not Export.objects.exists()


def test_the_officer_sees_everybodys_exports_and_their_reasons(
    lead, driver, exported, privacy_officer, client
):
    export = exported(lead)
    client.force_login(privacy_officer)

    listed = client.get("/admin/files/export/").content.decode()
    page = client.get(f"/admin/files/export/{export.pk}/change/").content.decode()

    assert "월간 점검" in listed
    assert "월간 점검" in page
    assert 'data-label="Requested by">박팀장<' in listed
    assert "/password/" not in page


@pytest.mark.parametrize(("who", "status"), [("agent", 403), ("administrator", 403)])
def test_others_see_no_exports(who, status, lead, driver, exported, client, request):
    exported(lead)
    client.force_login(request.getfixturevalue(who))

    assert client.get("/admin/files/export/").status_code == status


def test_a_lead_sees_only_his_own(lead, other_lead, driver, exported, client):
    export = exported(lead)
    client.force_login(other_lead)

    assert "월간 점검" not in client.get("/admin/files/export/").content.decode()
    assert client.get(f"/admin/files/export/{export.pk}/change/").status_code == 302
    assert client.get(f"/admin/files/export/{export.pk}/progress/").status_code == 404


def test_who_did_not_ask_for_it_is_told_who_can_fetch_it(
    lead, privacy_officer, driver, exported, client
):
    export = exported(lead)
    client.cookies.clear()
    page = f"/admin/files/export/{export.pk}/change/"
    sentence = "요청한 사람만 다운로드할 수 있습니다."

    client.force_login(privacy_officer)
    assert sentence in client.get(page).content.decode()

    client.force_login(lead)
    assert sentence not in client.get(page).content.decode()
