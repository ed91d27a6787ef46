"""``manage.py sms_send``: tries the gateway alone, and shows the conversation but no secret."""

import io
from urllib.parse import quote, unquote, urlsplit

import pytest
from django.core.management import CommandError, call_command

from backoffice.sms.models import Message
from tests.sms.gateways.kannel_server import KannelProvider
from tests.sms.gateways.nhn_server import NhnProvider
from tests.sms.gateways.serving import CLOSE_AFTER
from tests.sms.gateways.solapi_server import SolapiProvider


@pytest.fixture(params=[SolapiProvider, NhnProvider, KannelProvider])
def provider(request, settings):
    with request.param() as server:
        settings.SMS_URL = server.sms_url
        yield server


@pytest.fixture(autouse=True)
def short_text(template):
    """Kannel carries short texts alone."""
    type(template).objects.filter(pk=template.pk).update(body="생년월일 변경 완료", subject="안내")


def run(phone="010-0000-1234", template="birthdate_changed"):
    told = io.StringIO()
    try:
        call_command("sms_send", template, phone, stdout=told, no_color=True)
    except CommandError as failure:
        return told.getvalue(), str(failure)
    return told.getvalue(), ""


def assert_no_secret(text, url):
    parts = urlsplit(url)
    secrets = [
        parts.password,
        *(
            option.partition("=")[2]
            for option in parts.query.split("&")
            if option.startswith(("hook=", "key="))
        ),
    ]
    assert secrets[0]
    for secret in secrets:
        assert secret not in text
        assert unquote(secret) not in text
        assert quote(unquote(secret)) not in text


def test_prints_the_conversation_without_secrets(provider, settings):
    told, failure = run()

    assert failure == ""
    assert len(provider.taken) == 1
    lines = [line.split(maxsplit=1) for line in told.splitlines()]
    assert [line[0] for line in lines] == "gateway text request status answer accepted".split()
    assert lines[2][1].startswith("POST http://127.0.0.1:")
    assert lines[3][1] in {"200", "202"}
    assert_no_secret(told, settings.SMS_URL)
    assert "***" in told
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    "fault", [(500, b"oops", {}), (403, b"no", {}), CLOSE_AFTER], ids=["500", "403", "broken"]
)
def test_tells_what_went_wrong_and_no_secret(fault, provider, settings):
    provider.fault = fault

    told, failure = run()

    assert failure.startswith(("NotTaken: ", "InDoubt: "))
    assert_no_secret(told + failure, settings.SMS_URL)


def test_an_answer_that_repeats_our_secret_is_printed_without_it(provider, settings):
    secret = unquote(urlsplit(settings.SMS_URL).password)
    provider.fault = (500, f"who sent {secret}?".encode(), {})

    told, failure = run()

    assert failure
    assert_no_secret(told + failure, settings.SMS_URL)


def test_a_gateway_that_is_not_there_is_a_sentence(settings):
    settings.SMS_URL = "solapi://KEY-OF-OURS:its%2Fsecret@127.0.0.1:1?scheme=http&hook=h00k-secret"

    told, failure = run()

    assert failure.startswith("NotTaken: no_connection.")
    assert_no_secret(told + failure, settings.SMS_URL)
    assert "KEY-OF-OURS" not in told + failure


def test_works_with_the_demo_gateway(demo_provider, settings):
    settings.SMS_URL = demo_provider.url

    told, failure = run()

    assert (failure, "accepted " in told) == ("", True)
    assert demo_provider.key not in told


@pytest.mark.parametrize("phone", ["", "1234", "02-123-4567", "이동전화"])
def test_only_to_a_mobile_number(phone, provider):
    _told, failure = run(phone)

    assert failure
    assert provider.taken == []


def test_only_to_who_is_on_the_list(provider, settings):
    settings.SMS_ALLOWED_RECIPIENTS = {"01000005678"}

    _told, failure = run()

    assert "SMS_ALLOWED_RECIPIENTS" in failure
    assert provider.taken == []


def test_names_the_templates_there_are(provider):
    _told, failure = run(template="nothing")

    assert "birthdate_changed" in failure
    assert provider.taken == []
