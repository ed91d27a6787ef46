"""The demo's phones, as the browser and a program see them."""

import asyncio
import uuid

import pytest
from django.contrib import admin
from django.urls import include, path

from backoffice.sms.gateways import Outgoing
from backoffice.sms.gateways.demo import DemoGateway

BODY = "카카오 T 파트너 운영센터입니다.\n<b>▶</b> 앱 설치 링크"


@pytest.fixture(autouse=True)
def demo(settings, demo_provider):
    settings.SMS_URL = demo_provider.url
    settings.ROOT_URLCONF = type(
        "DemoUrls",
        (),
        {
            "urlpatterns": [
                path("admin/", admin.site.urls),
                path("i18n/", include("django.conf.urls.i18n")),
                path("demo/", include("backoffice.demo.urls")),
            ]
        },
    )


@pytest.fixture
def arrive(demo_provider):
    def send(to, body=BODY):
        outgoing = Outgoing(
            reference=str(uuid.uuid4()),
            to=to,
            sender="16448830",
            kind="LMS",
            subject="[카카오 T] 생년월일 변경 완료 안내",
            body=body,
        )
        return asyncio.run(DemoGateway(demo_provider.url).send(outgoing)).provider_id

    return send


def test_a_program_reads_what_arrived(arrive, client):
    number = arrive("01000007001")

    texts = client.get("/demo/inbox.json").json()

    text = next(each for each in texts if each["message_id"] == number)
    assert set(text) == {
        *("to", "from", "kind", "subject", "body", "bytes", "message_id", "received_at")
    }
    assert (text["to"], text["from"], text["body"]) == ("01000007001", "16448830", BODY)
    assert text["bytes"] == len(BODY.encode("cp949"))


def test_the_newest_text_comes_first(arrive, client):
    older, newer = arrive("01000007002"), arrive("01000007003")

    numbers = [each["message_id"] for each in client.get("/demo/inbox.json").json()]

    assert numbers.index(newer) < numbers.index(older)


def test_a_number_that_is_dead_shows_nothing(arrive, client):
    number = arrive("01000009410")

    numbers = [each["message_id"] for each in client.get("/demo/inbox.json").json()]

    assert number not in numbers


def test_the_page_groups_texts_by_phone_and_runs_no_markup(arrive, client):
    arrive("01000007004", "첫 번째")
    arrive("01000007005", "둘째 전화")
    arrive("01000007004", BODY)

    response = client.get("/demo/inbox/")

    phones = {each["number"]: each["texts"] for each in response.context["phones"]}
    assert [each["body"] for each in phones["01000007004"]] == [BODY, "첫 번째"]
    assert response.context["phones"][0]["number"] == "01000007004"
    assert "<b>▶</b>" not in response.content.decode()


@pytest.mark.parametrize("address", ["/demo/inbox/", "/demo/inbox.json"])
def test_a_gateway_that_is_away_is_a_sentence(address, client, settings):
    settings.SMS_URL = "demo://127.0.0.1:1?key=a2V5"

    assert client.get(address).status_code == 503


@pytest.mark.parametrize("address", ["/demo/inbox/", "/demo/inbox.json"])
def test_a_gateway_with_another_key_is_a_sentence(address, client, settings, demo_provider):
    settings.SMS_URL = demo_provider.url.partition("key=")[0] + "key=c3RyYW5nZXI="

    assert client.get(address).status_code == 503


@pytest.mark.parametrize("address", ["/demo/inbox/", "/demo/inbox.json"])
def test_another_gateway_has_no_phones(address, client, settings):
    """The demo may be started with SMS_URL=console://."""
    settings.SMS_URL = "console://"

    assert client.get(address).status_code in {404, 503}
