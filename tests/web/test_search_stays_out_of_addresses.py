"""What was looked for stands in no address: neither in the list's own, nor in its links."""

import re
from urllib.parse import unquote

import pytest

from backoffice.audit.models import AccessRecord

LIST, FIND = "/admin/drivers/driver/", "/admin/drivers/driver/find/"
TERMS = ["01000001234", "1234", "홍길동", "서울12바3456"]


@pytest.fixture
def find(signed_in, agent):
    return lambda term, **others: signed_in(agent).post(FIND, {"q": term, **others})


@pytest.mark.parametrize("term", TERMS)
def test_finds_as_ever(term, driver, find, client):
    response = client.get(find(term).url)

    assert list(response.context["cl"].result_list) == [driver]
    assert response.context["cl"].query == term
    assert AccessRecord.objects.filter(action="search").count() == 1


@pytest.mark.parametrize("term", TERMS)
def test_the_address_does_not_tell(term, driver, find):
    assert term not in unquote(find(term).url)


def test_nor_do_the_links_of_the_list(make_driver, find, client):
    for _number in range(30):
        make_driver(name="홍길동")

    html = client.get(find("홍길동").url).content.decode()

    links = re.findall(r'(?:href|action)="([^"]*)"', html)
    assert any("p=2" in link and "q=~" in link for link in links)
    assert not [link for link in links if "%ED%99%8D" in link or "홍" in link]


def test_filters_are_kept(driver, find):
    url = find("1234", state__exact="active").url

    assert "state__exact=active" in url


@pytest.mark.parametrize("term", ["", "   "])
def test_nothing_typed_is_the_whole_list(term, find):
    assert find(term).url == f"{LIST}?"


@pytest.mark.parametrize("sealed", ["~", "~made-up", "~" + "x" * 120, "~한글"])
def test_a_made_up_seal_is_no_crash(sealed, driver, signed_in, agent):
    response = signed_in(agent).get(LIST, {"q": sealed})

    assert response.status_code == 200
    assert response.context["cl"].query == ""


def test_the_first_page_posts_as_well(signed_in, agent):
    html = signed_in(agent).get("/admin/").content.decode()

    assert re.search(rf'<form[^>]*action="{FIND}"[^>]*method="post"', html)


def test_a_link_finds_nothing(signed_in, agent):
    assert signed_in(agent).get(FIND, {"q": "1234"}).status_code == 404


@pytest.mark.parametrize("who", ["privacy_officer", "administrator"])
def test_is_for_those_who_see_the_list(who, signed_in, request):
    response = signed_in(request.getfixturevalue(who)).post(FIND, {"q": "1234"})

    assert response.status_code == 403
