"""What leaves the house is what the list shows: masked, marked, and under a password."""

from datetime import date

import pytest

from backoffice.files.models import Export
from backoffice.files.sheets import LONGEST, harmless
from backoffice.staff.models import User
from drivers.models import Driver
from drivers.services import correct

SECRETS = ["홍길동", "01000001234", "010-0000-1234", "+821000001234", "1980", "800503", "12바3456"]


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_file_shows_what_the_list_shows(kind, lead, driver, exported, lines_of):
    mark, headings, *rows = lines_of(lead, exported(lead, format=kind))

    assert mark[0] == f"Export no. {Export.objects.get().pk}"
    assert mark[1] == "박팀장 (team_lead)"
    assert mark[3] == "월간 점검"
    assert headings[:4] == ["name", "phone", "service type", "vehicle number"]
    assert rows == [["홍*동", "010-****-1234", "블루파트너스", "서울12바 **56", "active", "open"]]


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_nothing_hidden_is_in_it(kind, lead, driver, exported, lines_of):
    text = str(lines_of(lead, exported(lead, format=kind)))

    assert [each for each in SECRETS if each in text] == []


def test_it_holds_what_is_searched_and_filtered_in_the_lists_order(
    lead, make_driver, exported, lines_of
):
    for name, phone, service in (
        ("가나다", "1111", "펫"),
        ("홍길동", "2222", "모범"),
        ("라마바", "3333", "블랙"),
    ):
        make_driver(name=name, phone=f"+82100000{phone}", service_type=service)
    suspended = make_driver(name="사아자", phone="+821000004444")
    Driver.objects.filter(pk=suspended.pk).update(state="suspended")

    rows = lines_of(lead, exported(lead, "?state__exact=active&o=2"))[2:]
    found = lines_of(lead, exported(lead, "?q=2222 홍"))[2:]

    assert [row[0] for row in rows] == ["홍*동", "라*바", "가*다"]
    assert [row[1] for row in found] == ["010-****-2222"]


def test_the_second_page_of_the_list_is_in_it_too(lead, make_driver, exported, lines_of):
    for _each in range(30):
        make_driver()

    assert len(lines_of(lead, exported(lead, "?p=2"))) == 2 + 30


@pytest.mark.parametrize(
    "start", ["=", "+", "-", "@", "\t", "\r", "\n", " =", "＝", "＋", "－", "＠"]
)
def test_no_spreadsheet_calculates_a_cell(start):
    assert harmless(f"{start}HYPERLINK(1)").startswith("'")


def test_formulas_that_people_wrote_are_texts(lead, make_case, driver, exported, lines_of):
    User.objects.filter(pk=lead.pk).update(name='=HYPERLINK("http://x","y")')
    lead.refresh_from_db()
    make_case(driver=driver)

    lines = lines_of(lead, exported(lead, format="csv", reason="=1+1 점검"))

    assert lines[0][1].startswith("'=HYPERLINK")
    assert lines[0][3] == "'=1+1 점검"


def test_a_huge_cell_is_cut_to_what_a_spreadsheet_holds():
    assert len(harmless("가" * 100_000)) == LONGEST


def test_a_character_that_no_spreadsheet_takes_is_left_out():
    assert harmless("a\0b") == "ab"


@pytest.mark.parametrize(
    ("who", "of"),
    [
        ("lead", "/admin/cases/case/"),
        ("lead", "/admin/drivers/correction/"),
        ("lead", "/admin/sms/message/"),
        ("privacy_officer", "/admin/audit/accessrecord/"),
    ],
)
def test_each_list_can_be_taken(who, of, request, driver, make_case, agent, exported, lines_of):
    make_case(driver=driver)
    correct(driver, "birthdate", date(1980, 3, 5), reason="통화", by=agent)
    person = request.getfixturevalue(who)

    lines = lines_of(person, exported(person, of=of))

    assert len(lines) > 2
    assert "홍*동" in str(lines) or who == "privacy_officer"
    assert [each for each in SECRETS if each in str(lines[2:])] == []


def test_the_file_speaks_the_language_of_who_asked(lead, driver, ask, client, work, lines_of):
    client.force_login(lead)
    page = client.get("/admin/drivers/driver/export/")
    key = page.context["form"]["request_key"].value()
    client.post(
        "/admin/drivers/driver/export/",
        {"format": "csv", "reason": "점검", "request_key": key},
    )
    work()

    assert lines_of(lead, Export.objects.get())[1][0] == "이름"
