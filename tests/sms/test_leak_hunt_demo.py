"""
The hunt in the demo, whose far ends show a driver's number by design.

They are the driver's own phone and his own app, stand on no address outside of the demo,
and tell nothing that the back-office masks but the number itself.
"""

import asyncio
import json
import re
import uuid
from urllib.parse import unquote

import pytest
from django.test import Client
from django.urls import include, path

from backoffice.sms.gateways import Outgoing
from backoffice.sms.gateways.demo import DemoGateway
from backoffice.sms.models import Message
from backoffice.staff.models import Session
from backoffice.urls import urlpatterns
from drivers.models import Driver
from tests.audit.marks import marks_in, of_number
from tests.audit.test_leak_hunt_elsewhere import log  # noqa: F401 - a fixture
from tests.retention.life import NAME, OWN, REAL, Life, said

DIGITS = OWN.replace("-", "")
PERMITTED = {  # where the number may stand, and nothing else of him
    "/demo/inbox/": r'<h2 class="phone-number">[\d-]+</h2>|<article class="phone"[^>]+>',
    "/demo/inbox.json": r'"to": "\d+"',
    "/demo/app/": r'<input id="phone"[^>]+>',
}


@pytest.fixture
def demo(settings, demo_provider):
    settings.SMS_URL = demo_provider.url
    settings.VERIFICATION_HOOK_SECRET = "c2VjcmV0IG9mIHRoZXNlIHRlc3Rz"
    settings.SITE_URL = "http://127.0.0.1:1"  # nobody takes the report
    demo_urls = [*urlpatterns, path("demo/", include("backoffice.demo.urls"))]
    settings.ROOT_URLCONF = type("DemoUrls", (), {"urlpatterns": demo_urls})


@pytest.fixture
def told(agent, lead, other_lead, demo, settings):
    """His birthdate was corrected, and the text has arrived on his phone."""
    life = Life(agent, lead, other_lead)
    life.is_put_on_record()
    life.correct(lead, birthdate=REAL.isoformat())
    text = Message.objects.get()
    outgoing = Outgoing(
        reference=str(uuid.uuid4()),
        to=text.to,
        sender="16448830",
        kind=text.kind,
        subject=text.subject,
        body=text.body,
    )
    asyncio.run(DemoGateway(settings.SMS_URL).send(outgoing))
    return Driver.objects.get()


def around(page, response):
    """What a page tells beside what it may: its headers, its cookies, and the rest of it."""
    rest = re.sub(PERMITTED[page], "", response.content.decode())
    return f"{dict(response.items())}{response.cookies.output()}{rest}"


@pytest.mark.parametrize("page", PERMITTED)
def test_the_number_stands_where_it_may_and_nothing_else_of_him(page, told, client):
    response = client.get(page, {"phone": OWN} if "app" in page else {})

    assert response.status_code == 200
    found = marks_in(response.content.decode())
    assert found
    assert set(found) <= set(of_number(OWN)) | {DIGITS}
    assert marks_in(around(page, response)) == []


def test_what_is_pressed_in_the_app_goes_no_further(told, log):  # noqa: F811 - the fixture
    client = Client()

    answer = client.post("/demo/app/", {"phone": OWN, "type": "code.sent"})
    page = client.get(answer.url)

    assert unquote(answer.url) == f"/demo/app/?phone={OWN}"
    assert marks_in(around("/demo/app/", page)) == []
    assert marks_in(answer.cookies.output()) == []
    assert marks_in(json.dumps([each.get_decoded() for each in Session.objects.all()])) == []
    assert marks_in(log.getvalue()) == []


def test_a_gateway_that_fails_is_not_quoted(told, log, monkeypatch):  # noqa: F811 - the fixture
    def fails(*args, **options):
        raise OSError(said("전송"))

    monkeypatch.setattr("backoffice.demo.views.urlopen", fails)

    answer = Client().get("/demo/inbox/")

    assert answer.status_code == 503
    assert marks_in(answer.content.decode()) == []
    assert marks_in(log.getvalue()) == []


@pytest.mark.parametrize("page", [*PERMITTED, "/demo/agit/"])
def test_outside_of_the_demo_nobody_finds_them(page, db, client, settings):
    assert settings.DEMO is False

    answer = client.get(page, {"phone": OWN, "q": NAME})

    assert answer.status_code == 404
    assert marks_in(answer.content.decode()) == []
