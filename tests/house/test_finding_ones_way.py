"""Where a person is and may go: one lit item, a heading in his language, a page for each no."""

import re
from html import unescape

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from backoffice.audit.models import AccessRecord

pytestmark = pytest.mark.django_db

RECORDS = "/admin/audit/accessrecord/"


def items(page):
    """Return what stands in the side bar, and which of it is lit."""
    bar = page.content.decode().split('id="nav-sidebar-apps"')[1].split("</nav>")[0]
    links = re.findall(r'<li><a href="([^"]+)"( class="active" aria-current="page")?', bar)
    return [address for address, _ in links], [address for address, lit in links if lit]


@pytest.mark.parametrize(
    ("who", "address", "lit"),
    [
        ("lead", "/admin/sms/message/operations/", "/admin/sms/message/operations/"),
        ("lead", "/admin/sms/message/", "/admin/sms/message/"),
        ("lead", "/admin/cases/approval/", "/admin/cases/approval/queue/"),
        ("agent", "/admin/cases/approval/", "/admin/cases/approval/"),
        ("lead", "/admin/importing/driverimport/upload/", "/admin/drivers/driver/"),
        ("privacy_officer", f"{RECORDS}review/", f"{RECORDS}review/"),
        ("privacy_officer", RECORDS, RECORDS),
    ],
)
def test_one_item_is_lit(who, address, lit, client, request):
    client.force_login(request.getfixturevalue(who))

    assert items(client.get(address))[1] == [lit]


def trail(page):
    """Return the words at the head of a page, in order; the last is its heading."""
    head = page.content.decode().split('id="header-inner"')[1].partition("</h1>")[0]
    words = re.findall(r"<(?:a href=[^>]+|span|h1)>([^<]+)", head)
    return [unescape(word) for word in words]


@pytest.mark.parametrize(
    ("who", "address", "words"),
    [
        ("agent", "/admin/", ["홈"]),
        ("agent", "/admin/help/", ["도움말"]),
        ("agent", "/admin/call/", ["상담 건", "전화 인입"]),
        ("agent", "/admin/cases/case/", ["상담 건"]),
        ("agent", "/admin/drivers/driver/1/change/", ["기사", "홍*동 010-****-1234"]),
        (
            "agent",
            "/admin/drivers/driver/1/reveal/phone/",
            ["기사", "홍*동 010-****-1234", "마스킹 해제"],
        ),
        ("lead", "/admin/drivers/driver/add/", ["기사", "기사 등록"]),
        (
            "lead",
            "/admin/drivers/driver/1/move/suspend/",
            ["기사", "홍*동 010-****-1234", "이용 정지"],
        ),
        ("lead", "/admin/importing/driverimport/upload/", ["기사", "기사 가져오기"]),
        ("lead", "/admin/cases/approval/queue/", ["승인 대기"]),
        ("lead", "/admin/cases/approval/", ["승인 대기", "승인 내역"]),
        ("agent", "/admin/cases/approval/", ["승인 내역"]),
        ("lead", "/admin/cases/step/", ["상담 가이드", "단계"]),
        ("privacy_officer", f"{RECORDS}review/", ["월간 점검"]),
        ("administrator", "/admin/auth/group/1/change/", ["역할", "상담원"]),
    ],
)
def test_the_head_of_a_page_says_where_it_belongs(who, address, words, client, request, driver):
    client.force_login(request.getfixturevalue(who))

    agents = Group.objects.get(name="agent")
    address = address.replace("driver/1/", f"driver/{driver.pk}/")
    page = client.get(address.replace("group/1/", f"group/{agents.pk}/"))

    assert trail(page) == words
    tab = re.search(r"<title>(.*?)</title>", page.content.decode())[1]
    assert unescape(tab) == " | ".join([*reversed(words), "기사 지원"])


@pytest.mark.parametrize(("exports", "offered"), [({"team_lead"}, True), (set(), False)])
def test_who_may_export_finds_the_own_exports_again(exports, offered, client, lead, settings):
    settings.EXPORTS = exports
    client.force_login(lead)

    assert ("/admin/files/export/" in items(client.get("/admin/"))[0]) is offered


def test_a_list_is_headed_by_what_it_lists(client, agent):
    client.force_login(agent)

    page = client.get("/admin/sms/message/").content.decode()

    assert re.search(r"<title>\s*문자 \|", page)


def test_a_record_is_headed_by_what_it_is_and_no_verb(client, privacy_officer):
    client.force_login(privacy_officer)
    seen = AccessRecord.objects.latest("pk")

    page = client.get(f"{RECORDS}{seen.pk}/change/").content.decode()

    assert re.search(r"<title>[^<]*\| 접속기록 \|", page)


@pytest.mark.parametrize(
    ("address", "status", "sentence"),
    [
        ("/admin/staff/user/", 403, "현재 권한으로는 이 화면을 열 수 없습니다."),
        ("/admin/nonsense/", 404, "없는 화면이거나 없는 기록입니다."),
    ],
)
def test_a_no_is_a_sentence_with_a_way_back(address, status, sentence, client, agent):
    client.force_login(agent)

    page = client.get(address)

    assert page.status_code == status
    assert sentence in page.content.decode()
    assert 'href="/admin/"' in page.content.decode()


def test_a_form_of_another_session_is_refused_with_a_sentence(agent):
    client = Client(enforce_csrf_checks=True)
    client.force_login(agent)

    page = client.post("/admin/drivers/driver/find/", {"q": "1234"})

    assert page.status_code == 403
    assert "저장된 내용은 없습니다." in page.content.decode()


def test_the_history_of_an_object_is_its_page(agent, driver, signed_in):
    response = signed_in(agent).get(f"/admin/drivers/driver/{driver.pk}/history/")

    assert (response.status_code, response.url) == (
        302,
        f"/admin/drivers/driver/{driver.pk}/change/",
    )


def test_nobody_is_led_to_what_he_may_not_see(administrator, driver, signed_in):
    response = signed_in(administrator).get(f"/admin/drivers/driver/{driver.pk}/history/")

    assert response.status_code == 403
