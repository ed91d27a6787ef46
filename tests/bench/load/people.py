"""
What Locust lets people do: agents take calls and are led through the manual, leads decide.

An agent has a call every three minutes, however fast the pages are. What the pages of a
browser ask by themselves is asked here as well: the desk where its case stands, the lead's
pages how many approvals wait.
"""

import json
import os
import random
import re
import time
from datetime import date
from pathlib import Path

import gevent
from locust import FastHttpUser, constant_pacing, events, task

ABOUT = json.loads(Path(os.environ["LOAD_FILE"]).read_text())
CALL = 180  # seconds from one call to the next
ASKS = 5  # seconds between two questions of an open page
STEPS = 30  # then the caller has hung up
free = {kind: list(reversed(names)) for kind, names in ABOUT["people"].items()}

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
STEP = re.compile(
    r'<form method="post" action="(/admin/cases/case/\d+/desk/answer/)".*?</form>', re.S
)
FIELD = re.compile(
    r'<(?:input|textarea|select)[^>]* name="([^"]+)"[^>]*?(?: value="([^"]*)")?[^>]*>'
)
ANSWER = re.compile(r'name="value" value="([^"]+)" data-key')
DECISION = re.compile(
    r'action="(/admin/cases/approval/\d+/decide/)".*?name="version" value="(\d+)"', re.S
)


class Person(FastHttpUser):
    """Somebody with an account, signed in once."""

    abstract = True
    host = ABOUT["host"]
    network_timeout = connection_timeout = 60

    def on_start(self):
        page = self.client.get("/admin/login/", name="sign in").text
        self.token = TOKEN.search(page)[1]
        name = free[self.kind].pop()
        to, _page = self.post("/admin/login/", "sign in", username=name, password="pass")
        if not to:
            raise SystemExit(f"{name} is not let in.")
        self.remember(self.client.get("/admin/help/", name="sign in").text)

    def get(self, url, name, **options):
        """Return the page at ``url``; whatever is no page is a failure."""
        with self.client.get(url, name=name, catch_response=True, **options) as answer:
            if answer.status_code != 200 or "/login/" in (answer.url or ""):
                self.note(answer, f"{answer.status_code} {answer.url}")
                return ""
            return answer.text or ""

    def post(self, url, name, **fields):
        """Send a form; return where it leads, or the page that says why not."""
        fields["csrfmiddlewaretoken"] = self.token
        headers = {"Referer": f"{self.host}{url}"}
        with self.client.post(
            url, fields, name=name, headers=headers, allow_redirects=False, catch_response=True
        ) as answer:
            if answer.status_code not in {200, 302}:
                self.note(answer, f"{answer.status_code}")
            return answer.headers.get("Location", ""), answer.text or ""

    def note(self, answer, fault):
        """Count a failure; what is broken off at the end of it all is none."""
        if answer.status_code or self.environment.runner.state in {"spawning", "running"}:
            answer.failure(fault)
        else:
            answer.success()

    def remember(self, page):
        if found := TOKEN.search(page):
            self.token = found[1]
        return page

    def keep_asking(self, url, name):
        """Ask as an open page does, until the greenlet that is returned is killed."""

        def ask():
            while True:
                self.get(url, name, headers={"X-Background": "1"})
                gevent.sleep(ASKS)

        return gevent.spawn(ask)


class Agent(Person):
    kind = "agents"
    weight = 1
    fixed_count = len(ABOUT["people"]["agents"])

    def on_start(self):
        super().on_start()
        wait = CALL * random.random()
        self.call_at = time.monotonic() + wait
        gevent.sleep(wait)

    def wait_time(self):
        """
        Return the seconds until the next call.

        Locust's own pacing counts from the sign-in: the second calls would come all at once.
        """
        self.call_at += CALL
        return max(0, self.call_at - time.monotonic())

    @task
    def take_a_call(self):
        self.driver = random.choice(ABOUT["drivers"])
        day = date.fromisoformat(self.driver["birthdate"])
        wrong = day.replace(day=day.day % 28 + 1)
        self.real = random.choice([day, day, wrong]).isoformat()
        url = f"/admin/call/?phone={self.driver['phone']}"
        self.remember(self.get(url, "screen pop"))
        gevent.sleep(random.uniform(3, 8))
        question = random.choices(["q1", "q2", "q3", "q4"], [50, 10, 25, 15])[0]
        desk, _page = self.post(url, "new case", playbook=question)
        if not desk:
            return
        asking = self.keep_asking(f"{desk}live/", "desk asks")
        try:
            self.follow(desk)
        finally:
            asking.kill()

    def follow(self, desk):
        """Answer step after step until the call is done."""
        page = self.remember(self.get(desk, "desk"))
        for _step in range(STEPS):
            found = STEP.search(page)
            if found is None:
                return
            gevent.sleep(random.uniform(5, 15))
            to, page = self.post(found[1], "answer", **self.filled(found[0]))
            if to:
                page = self.remember(self.get(to, "desk"))

    def filled(self, form):
        """Return the fields of a step's form as the agent sends them."""
        fields = {name: value for name, value in FIELD.findall(form) if name != "value"}
        said = {
            "reason": "통화로 확인함",
            "name": self.driver["name"],
            "vehicle_no": self.driver["vehicle_no"],
            "birthdate": self.real,
            "call_back_answered": "on",
            "said": self.driver["phone"] if 'inputmode="tel"' in form else self.real,
        }
        if "call_back_answered" in fields:
            said["birthdate"] = ""  # to identify somebody, other items are asked for
        fields = {name: said.get(name, value) for name, value in fields.items()}
        if choices := ANSWER.findall(form):
            fields["value"] = random.choice(choices)
        return fields


class Lead(Person):
    kind = "leads"
    fixed_count = len(ABOUT["people"]["leads"])
    wait_time = constant_pacing(20)

    def on_start(self):
        super().on_start()
        self.asking = self.keep_asking("/admin/cases/approval/queue/live/", "queue asks")

    @task(5)
    def decide(self):
        page = self.remember(self.get("/admin/cases/approval/queue/", "approval queue"))
        if found := DECISION.search(page):
            url, version = found.groups()
            self.post(url, "decision", version=version, verdict="approve", reason="확인함")

    @task(2)
    def look_around(self):
        self.get("/admin/", "first page, lead")
        self.get("/admin/cases/case/?queue=unassigned", "queue without an owner")

    @task(1)
    def search(self):
        driver = random.choice(ABOUT["drivers"])
        url = "/admin/drivers/driver/"
        self.get(f"{url}?q={driver['phone']}", "search by phone")


@events.test_start.add_listener
def measure_after_warming_up(environment, **_more):
    gevent.spawn_later(ABOUT["warm"], environment.stats.reset_all)
