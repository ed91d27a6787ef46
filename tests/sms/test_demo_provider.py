"""The demo's gateway against the demo's real server: each number does as it is documented."""

import asyncio
import uuid
from datetime import timedelta

import pytest

from backoffice.outbox.wire import Accepted, InDoubt, NotTaken
from backoffice.sms.gateways import BadReport, Outgoing
from backoffice.sms.gateways.demo import DemoGateway


@pytest.fixture
def gateway(demo_provider):
    return DemoGateway(demo_provider.url)


@pytest.fixture
def text():
    def make(ending="1234"):
        return Outgoing(
            reference=str(uuid.uuid4()),
            to=f"0100000{ending}",
            sender="16448830",
            kind="SMS",
            subject="",
            body="기사님 안녕하세요",
        )

    return make


def send(gateway, text):
    return asyncio.run(gateway.send(text))


def refused(gateway, text):
    with pytest.raises(NotTaken) as caught:
        send(gateway, text)
    return caught.value


def in_doubt(gateway, text):
    with pytest.raises(InDoubt) as caught:
        send(gateway, text)
    return caught.value


def looked_up(gateway, text):
    return asyncio.run(gateway.look_up(text))


@pytest.mark.parametrize("ending", ["1234", "9410", "9999"])
def test_takes(ending, gateway, text):
    accepted = send(gateway, text(ending))

    assert isinstance(accepted, Accepted)
    assert accepted.answer["status"] == "accepted"


def test_9404_is_refused_for_good(gateway, text):
    refusal = refused(gateway, text("9404"))

    assert (refusal.reason, refusal.permanent, str(refusal)) == ("refused", True, "unknown number")


def test_9429_is_busy_at_the_first_try(gateway, text):
    busy = text("9429")

    refusal = refused(gateway, busy)

    assert (refusal.reason, refusal.permanent, refusal.retry_after) == ("busy", False, 2)
    assert looked_up(gateway, busy) is None
    assert send(gateway, busy).provider_id


def test_9500_is_down_for_two_tries(gateway, text):
    down = text("9500")

    refusals = [refused(gateway, down) for _try in range(2)]

    assert [(each.reason, each.permanent) for each in refusals] == [("provider_down", False)] * 2
    assert looked_up(gateway, down) is None
    assert send(gateway, down).provider_id


def test_9408_is_taken_but_does_not_answer(gateway, text, settings):
    settings.OUTBOX_WIRE_LIMIT = timedelta(seconds=0.5)
    silent = text("9408")

    doubt = in_doubt(gateway, silent)

    assert doubt.reason == "no_answer"
    assert looked_up(gateway, silent).outcome == "delivered"


def test_9444_is_taken_but_the_line_breaks(gateway, text):
    broken = text("9444")

    doubt = in_doubt(gateway, broken)

    assert doubt.reason == "line_broke"
    assert looked_up(gateway, broken).outcome == "delivered"


def test_a_wrong_key_is_refused(demo_provider, text):
    stranger = DemoGateway(demo_provider.url.partition("key=")[0] + "key=c3RyYW5nZXI=")

    refusal = refused(stranger, text())

    assert (refusal.reason, refusal.permanent) == ("refused", True)


def test_where_nobody_listens_nothing_was_taken(text):
    refusal = refused(DemoGateway("demo://127.0.0.1:1?key=a2V5"), text())

    assert (refusal.reason, refusal.permanent) == ("no_connection", False)


def test_looks_up_by_our_reference(gateway, text):
    dead, other = text("9410"), text()
    accepted = send(gateway, dead)
    send(gateway, other)

    report = looked_up(gateway, dead)

    assert (report.outcome, report.reason) == ("undelivered", "dead_number")
    assert (report.reference, report.provider_id) == (dead.reference, accepted.provider_id)


def test_knows_nothing_of_what_was_never_sent(gateway, text):
    assert looked_up(gateway, text()) is None


def test_does_not_notice_a_text_given_twice(gateway, text):
    """As the real ones: a blind second try is a second text on the phone."""
    twice = text()

    numbers = {send(gateway, twice).provider_id, send(gateway, twice).provider_id}

    assert len(numbers) == 2


@pytest.mark.parametrize(("ending", "outcome"), [("1234", "delivered"), ("9410", "undelivered")])
def test_reports_signed_what_became_of_a_text(ending, outcome, gateway, text, demo_provider):
    sent = text(ending)
    send(gateway, sent)

    report, headers, body = wait_for_report(gateway, demo_provider, sent)

    assert (report.reference, report.outcome) == (sent.reference, outcome)
    with pytest.raises(BadReport):
        gateway.parse_reports(headers, body + b" ")


def wait_for_report(gateway, demo_provider, sent):
    while True:  # the queue gives up, not this loop
        headers, body = demo_provider.reported.get(timeout=10)
        [report] = gateway.parse_reports(headers, body)
        if report.reference == sent.reference:
            return report, headers, body
