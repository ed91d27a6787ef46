"""Every page as everybody: nothing goes wrong or jumps, and everybody can use it anywhere."""

import json
import re
from html import unescape
from urllib.parse import urlencode, urljoin

import pytest

from tests.e2e import axe
from tests.e2e.person import shape
from tests.e2e.renewed import unmoved
from tests.house.people import SEES
from tests.house.places import address, places
from tests.house.world import asked_with, values

pytestmark = pytest.mark.long

PEOPLE = {  # account, and what the table of the walk calls it
    "agent": "agent",
    "lead": "lead",
    "privacy": "privacy_officer",
    "admin": "administrator",
}
SIGNS_OUT = "admin:logout"
SCRIPT = {"Content-Type": "text/javascript"}
WIDER = "document.documentElement.scrollWidth - innerWidth"
TELEPHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def keys(demo):
    """One row of everything, by "app_model"."""
    return demo.desk("furnish_all")


def kind(path):
    """Tell one page from another; moves and reveals are one form each."""
    return re.sub(r"/(move|reveal)/\w+/", r"/\1/…/", shape(path.partition("?")[0]))


def named(who, keys):
    """Yield the addresses that the table of the walk opens to ``who``."""
    for name, route in places():
        if PEOPLE[who] in SEES[name] and name != SIGNS_OUT:
            query = urlencode(asked_with(name, keys))
            yield address(route, values(name, keys)) + (f"?{query}" if query else "")


def pages(person, who, keys):
    """Return an address of each kind of page: of the table, and whatever a page leads to."""
    waiting, found = ["/admin/", *named(who, keys)], {}
    while waiting:
        path = waiting.pop(0)
        if kind(path) in found:
            continue
        found[kind(path)] = path
        answer = person.context.request.get(path, max_redirects=0)
        html = answer.text() if answer.headers["content-type"].startswith("text/html") else ""
        if answer.status != 200 or not html.lstrip().lower().startswith("<!doctype"):
            found[kind(path)] = None  # led on, a file, or a part of a page
            continue
        for link in re.findall(r'href="([^"#]+)', html):
            there = urljoin(person.address + path, unescape(link)).removeprefix(person.address)
            if there.startswith(("/admin/", "/demo/")):
                waiting.append(there)
    return list(filter(None, found.values()))


def beyond_the_edge(page):
    """Return what makes ``page`` wider than a telephone: somebody would have to scroll across."""
    size = page.viewport_size
    page.set_viewport_size(TELEPHONE)
    wider = unmoved(page, page.evaluate, WIDER)
    page.set_viewport_size(size)
    return [f"{wider} px wider than a telephone"] if wider > 0 else []


@pytest.mark.parametrize("who", PEOPLE)
def test_everybody_can_use_every_page(who, somebody, keys, examined, record_property):
    person = somebody(who)
    faults = {}

    there = pages(person, who, keys)
    for path in there:
        person.look(path)
        found = axe.faults(person.page, examined)
        name = f"{who}{kind(path)}".replace("/", "_")
        person.looks(name).picture(name)
        found += beyond_the_edge(person.page)
        if found:
            faults[kind(path)] = found

    assert len(there) > 15
    record_property("pages", json.dumps([who, len(there)]))
    assert faults == {}


def test_a_stranger_can_sign_in_and_a_wrong_address_is_a_page(somebody, examined):
    person = somebody().look("/admin/login/")
    assert axe.faults(person.page, examined) == []

    person.sign_in("agent").look("/admin/nowhere/")
    assert axe.faults(person.page, examined) == []
    assert all("404" in each for each in person.seen.problems)
    person.seen.problems.clear()


def test_a_page_is_shown_as_chosen_before_its_scripts_have_run(somebody):
    person = somebody("agent").look("/admin/")
    page, sidebar = person.page, person.page.locator("#nav-sidebar")
    page.evaluate(
        "Object.assign(localStorage, { adminTheme: '\"dark\"', sidebarDesktopOpen: '0' })"
    )
    page.route(re.compile("/unfold/js/"), lambda route: route.fulfill(body="", headers=SCRIPT))

    person.look("/admin/")

    assert page.locator(".find input[name=q]").is_visible()
    assert page.locator("html.dark").count() == 1
    assert not sidebar.is_visible()

    page.unroute_all()
    person.look("/admin/").click("text=dock_to_right")
    assert sidebar.is_visible()
    person.click("[x-data*=openUserLinks] > .cursor-pointer").click("text=밝게")
    assert page.locator("html.dark").count() == 0
