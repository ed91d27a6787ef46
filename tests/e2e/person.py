"""Somebody at a screen: a browser of his own, hands that are counted, eyes for what goes wrong."""

import os
import re
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

from playwright.sync_api import expect

from tests.e2e.axe import turn
from tests.e2e.renewed import unmoved
from tests.e2e.shown import PICTURES
from tests.processes.browser import PASSWORD

README = Path(__file__).resolve().parents[2] / ".readme"
PATIENCE = 30_000  # milliseconds; the machine may be busy with other things
# Told as it happens: a page that is left takes its figures with it.
SHIFTS = """
new PerformanceObserver((list) => {
    for (const each of list.getEntries()) {
        if (each.hadRecentInput) continue;
        window.__shifted(each.value, location.pathname, performance.timeOrigin);
    }
}).observe({ type: "layout-shift", buffered: true });
"""
expect.set_options(timeout=PATIENCE)


def shape(path):
    """Return ``path`` without the keys in it, to tell pages apart and not their rows."""
    return re.sub(r"/\d+(?=/)", "/…", path)


@dataclass
class Seen:
    """What went wrong, and how far the parts of pages moved by themselves, by visit."""

    problems: list = field(default_factory=list)
    visits: dict = field(default_factory=lambda: defaultdict(float))

    @property
    def shifts(self):
        """How far the parts of each kind of page moved at the worst visit."""
        worst = {}
        for (path, _began), moved in self.visits.items():
            worst[path] = max(moved, worst.get(path, 0))
        return worst


class Person:
    """One person in a browser context of his own; close it after use."""

    def __init__(self, browser, address, *, seen, state=None, **context):
        self.address = address
        self.seen = seen
        self.pressed = self.clicked = 0
        size = {"viewport": {"width": 1440, "height": 900}}
        self.context = browser.new_context(
            base_url=address,
            locale="ko-KR",
            timezone_id="Asia/Seoul",
            storage_state=state,
            **(size | context),
        )
        self.context.set_default_timeout(PATIENCE)
        self.context.expose_binding("__shifted", self._shifted)
        self.context.add_init_script(SHIFTS)
        self.context.on("page", self._watch)
        self.page = self.context.new_page()

    def close(self):
        self.context.close()

    def _watch(self, page):
        problems = self.seen.problems
        page.on("pageerror", lambda error: problems.append(f"{page.url}: {error}"))
        page.on("console", lambda said: self._said(page, said))
        page.on("requestfailed", lambda request: self._failed(page, request))
        page.on("response", lambda answer: self._answered(page, answer))

    def _said(self, page, said):
        if said.type in {"error", "warning"}:
            self.seen.problems.append(f"{page.url}: {said.type}: {said.text}")

    def _failed(self, page, request):
        # What a page was asking for while it was left is not missed by anybody.
        if request.failure != "net::ERR_ABORTED":
            self.seen.problems.append(f"{page.url}: {request.url}: {request.failure}")

    def _answered(self, page, answer):
        if answer.status >= 400:
            self.seen.problems.append(f"{page.url}: {answer.url}: HTTP {answer.status}")

    def _shifted(self, source, value, path, began):
        self.seen.visits[shape(path), began] += value

    # Hands

    def sign_in(self, username):
        self.page.goto("/admin/login/")
        self.page.fill("[name=username]", username)
        self.page.fill("[name=password]", PASSWORD)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url("**/admin/")
        return self

    def look(self, path):
        unmoved(self.page, self.page.goto, path)
        return self

    def press(self, *keys):
        """Press keys one after the other; each counts."""
        for key in keys:
            self.page.keyboard.press(key)
            self.pressed += 1
        return self

    def type(self, text):
        """Type where the cursor is. What has to be typed anyway does not count."""
        self.page.keyboard.type(text)
        return self

    def click(self, target):
        self.page.locator(target).first.click()
        self.clicked += 1
        return self

    # Eyes

    def picture(self, name):
        """Keep a picture of the window: in the folder that E2E_PICTURES names, or in var/e2e."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        path = PICTURES / f"{name}.png"
        self.page.screenshot(path=path, animations="disabled")
        return path

    def looks(self, name):
        """Keep pictures at three widths in both themes, where E2E_LOOKS=1 asks for them."""
        if os.environ.get("E2E_LOOKS") == "1":
            size = self.page.viewport_size
            for width, dark in product((1024, 1440, 2560), (False, True)):
                turn(self.page, dark=dark)
                self.page.set_viewport_size({"width": width, "height": width * 5 // 8})
                self.picture(f"{name}@{width}{'-dark' * dark}")
            turn(self.page, dark=False)
            self.page.set_viewport_size(size)
        return self

    def shows(self, name, *, width=1280):
        """Renew a picture of the README, where RENEW_PICTURES=1 asks for it."""
        if os.environ.get("RENEW_PICTURES") == "1":
            size = self.page.viewport_size
            self.page.set_viewport_size({"width": width, "height": 720})
            self.page.mouse.move(0, 0)
            self.page.screenshot(path=README / f"{name}.png", animations="disabled")
            self.page.set_viewport_size(size)
        return self

    def sees(self, text):
        expect(self.page.locator("body")).to_contain_text(text)
        return self

    def value(self, ask):
        """Return what ``ask`` (JavaScript) says, also when the page is just being left."""
        return unmoved(self.page, self.page.evaluate, ask)
