"""
The product in a real browser: these tests are clients of a running demo, and nothing else.

They need Chromium of the machine's own (`apt install chromium fonts-nanum`) and are once
enough: beside PostgreSQL they skip. CI_BROWSER=1 makes a missing browser a failure.
"""

import json
import os
import shutil

import pytest
from playwright.sync_api import sync_playwright

from tests.e2e import axe
from tests.e2e.person import Person, Seen
from tests.processes.conftest import product  # noqa: F401  a fixture
from tests.processes.demo import Demo

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
STILL = 0.1  # what Core Web Vitals call good; measured is far below
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
FLAGS += ["--disable-background-networking", "--force-color-profile=srgb"]


@pytest.fixture(scope="session")
def chromium():
    """Return where the browser is; without one there is nothing to test."""
    if os.environ.get("DATABASE_URL", "").startswith("postgres"):
        pytest.skip("What a browser shows does not depend on the database: once is enough.")
    if CHROMIUM is None and not os.environ.get("CI_BROWSER"):
        pytest.skip("Chromium is not installed.")
    assert CHROMIUM, "CI_BROWSER is set, but Chromium is not installed."
    return CHROMIUM


# One a file: playwright's loop in the background would keep tests of other files, which this
# process runs afterwards, from their database.
@pytest.fixture(scope="module")
def browser(chromium):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def demo(chromium, product):  # noqa: F811
    """A demo of this file's own, whose desk is a way into its database."""
    demo = Demo(product)
    demo.start(drivers=12)
    demo.desk = product.open_desk("tests.e2e.furnish", DEMO="1")
    return demo


@pytest.fixture(scope="module")
def seen():
    """What people met on the pages of the file."""
    return Seen()


@pytest.fixture(scope="module")
def examined():
    """What axe has been shown already, texts and numbers aside."""
    return set()


@pytest.fixture
def is_usable(examined):
    """Whether everybody can use what a person has before him: assert is_usable(agent)."""

    def ask(person):
        assert axe.faults(person.page, examined) == []
        return True

    return ask


@pytest.fixture(scope="module")
def sessions():
    """The cookies of who has signed in: once is enough for a file."""
    return {}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Keep what everybody had before his eyes when a test failed."""
    report = yield
    if report.failed and call.when == "call":
        for number, person in enumerate(item.funcargs.get("somebody_here", ())):
            person.picture(f"failed-{item.name}-{number}")
    return report


@pytest.fixture
def somebody_here():
    return []


@pytest.fixture
def somebody(browser, demo, seen, sessions, somebody_here, record_property):
    """somebody("agent"): a person who is signed in; somebody(): one who is not."""

    def come(username=None, **context):
        state = sessions.get(username)
        person = Person(browser, demo.address, seen=seen, state=state, **context)
        somebody_here.append(person)
        if username and state is None:
            person.sign_in(username)
            sessions[username] = person.context.storage_state()
        return person

    yield come
    for person in somebody_here:
        person.close()
    problems, seen.problems = seen.problems, []
    assert problems == []
    record_property("shift", json.dumps(seen.shifts))
    assert {path: moved for path, moved in seen.shifts.items() if moved > STILL} == {}
