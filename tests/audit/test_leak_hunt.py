"""
The hunt: a marked driver goes through everything, and then every page is searched.

As each of the groups and as the superuser, with what the browser gets beside the page:
headers, cookies, addresses. What is not on a page, ``test_leak_hunt_elsewhere`` searches.
"""

import re

import pytest
from django.test import Client

from tests.audit.crawling import crawl, links_on, pages_of_rows
from tests.audit.marks import MARKS, marks_in
from tests.retention.life import NEW, OWN, Life

pytestmark = pytest.mark.long

# Where a mark may stand: where words are edited they stand as they are, see ``drivers.words``.
PERMITTED = [
    (re.compile(r"/admin/cases/case/\d+/(?:change|desk)/"), r'<textarea[^>]+name="note".*?</text')
]
OTHERS = ["/admin/", "/healthz", "/readyz", "/metrics", "/admin/search/?s=8264&extended=1"]


@pytest.fixture
def life(agent, lead, other_lead, settings):
    settings.CODE_SOURCE_URL = "simulator://"
    made = Life(agent, lead, other_lead)
    made.live()
    made.call(None, "기타").move("start")  # a case that is still open
    return made


@pytest.fixture
def everybody(agent, lead, privacy_officer, administrator, superuser):
    return [agent, lead, privacy_officer, administrator, superuser]


def told_by(page, response):
    """Everything that reaches a browser, but for what is permitted there."""
    heads = "\n".join(f"{name}: {value}" for name, value in response.items())
    html = response.content.decode(errors="replace")
    for address, words in PERMITTED:
        if address.match(page):
            html = re.sub(words, "", html, flags=re.DOTALL)
    return "\n".join([page, heads, response.cookies.output(), html])


def leaks_to(person, rows):
    """Return {address: marks} over everything that ``person`` can open, and how much that was."""
    client = Client(raise_request_exception=False)
    client.force_login(person)
    popped = [client.get("/admin/call/", {"phone": number}) for number in (OWN, NEW)]
    found = {f"call {at}": marks_in(told_by("", each)) for at, each in enumerate(popped)}
    calls = [link for each in popped for link in links_on("/", each.content.decode())]
    first, opened = [*OTHERS, *rows, *calls], 0
    for page, response in crawl(client, first):
        assert response.status_code < 500 or page == "/readyz", (person, page)
        opened += response.status_code == 200
        found[page] = marks_in(told_by(page, response))
    return {page: marks for page, marks in found.items() if marks}, opened


def test_no_page_holds_a_mark(life, everybody):
    """One test for all of them: the life that is looked at takes long to live."""
    rows = pages_of_rows()

    leaks = {person.username: leaks_to(person, rows) for person in everybody}

    assert {name: found for name, (found, _opened) in leaks.items() if found} == {}
    opened = {name: count for name, (_found, count) in leaks.items()}
    assert min(opened.values()) > 5, opened
    assert opened["team_lead"] > opened["agent"] > opened["administrator"], opened


def test_what_is_permitted_is_there_and_nothing_around_it(life, agent, signed_in):
    """The control: the hunt finds what stands on a page."""
    case = life.driver.cases.exclude(state="closed").get()
    page = f"/admin/cases/case/{case.pk}/change/"
    response = signed_in(agent).get(page)

    assert marks_in(response.content.decode()) != []
    assert marks_in(told_by(page, response)) == []
    assert marks_in(told_by("/elsewhere/", response)) != []


@pytest.mark.parametrize("mark", MARKS)
def test_each_mark_is_found(mark):
    assert mark in marks_in(f'<p title="{mark}">')
