"""What nobody told the end of is asked about, with growing waits, and then a person's."""

import threading
from datetime import timedelta

import pytest
from django.conf import settings as product
from django.db import DataError, connection
from django.utils import timezone

from backoffice.outbox import tasks
from backoffice.outbox.asking import ask_about_open_ends
from backoffice.outbox.models import DeliveryQuerySet
from backoffice.outbox.wire import Accepted, InDoubt
from backoffice.sms.gateways import Report
from backoffice.sms.models import Message
from backoffice.sms.queueing import send_again

SECOND = timedelta(seconds=1)


def ask():
    return ask_about_open_ends([Message])


def state(message):
    message.refresh_from_db()
    return message.state


@pytest.fixture
def in_doubt(make_message, answers):
    """A text of which nobody knows what became, due to be asked about."""
    return make_message("unknown", gateway="askable", ask_at=timezone.now() - SECOND)


def test_asks_with_growing_waits_and_then_no_more(answers, asked, make_message, clock):
    message = make_message("sending", gateway="askable")
    message.record_doubt(InDoubt("silence", reason="no_answer"))
    waits, since = [], timezone.now()

    while state(message) == "unknown" and message.ask_at is not None:
        answers.append(InDoubt("down", reason="provider_down"))
        waits.append((message.ask_at - since).total_seconds())
        since = message.ask_at
        clock.move_to(message.ask_at)
        ask()

    assert waits == list(product.OUTBOX_ASK_WAITS)
    assert len(asked) == message.asked == len(waits)
    assert message.state == "unknown"
    assert message in Message.objects.needing_a_person()


def test_what_was_taken_is_asked_about_while_it_may_arrive_and_is_a_persons_then(
    answers, asked, make_message, clock, lead, signed_in
):
    """A telephone that is off for three days, and a report that never came."""
    message = make_message("sending", gateway="askable")
    message.record_accepted(Accepted(provider_id="A1"))
    taken_at = timezone.now()

    while state(message) == "accepted" and message.ask_at is not None:
        assert message not in Message.objects.needing_a_person()
        answers.append(Report(outcome="accepted"))
        clock.move_to(message.ask_at)
        ask()

    assert timedelta(hours=80) <= timezone.now() - taken_at < timedelta(hours=87)
    assert len(asked) < 25
    assert message in Message.objects.waiting_for_a_person()
    page = signed_in(lead).get(f"/admin/sms/message/{message.pk}/change/")
    assert "결과를 알려 주지 않았습니다" in page.text
    assert send_again(message, by=lead, reason="수신 여부를 알 수 없음").resend_of == message


def test_is_not_asked_before_its_time(asked, in_doubt, clock):
    Message.objects.update(ask_at=timezone.now() + SECOND)

    assert (ask(), asked) == (0, [])


def test_what_nobody_told_anything_about_is_asked_after_a_while(answers, asked, make_message):
    message = make_message("accepted", gateway="askable", ask_at=timezone.now())
    answers.append(Report(outcome="delivered"))

    assert ask() == 1
    assert state(message) == "delivered"


@pytest.mark.parametrize(
    ("outcome", "ends"), [("accepted", 0), ("delivered", 1), ("undelivered", 1), ("unknown", 0)]
)
def test_moves_as_the_answer_says(outcome, ends, answers, in_doubt):
    answers.append(Report(outcome=outcome, provider_id="P1", reason="" if ends else "busy"))

    assert ask() == ends
    assert state(in_doubt) == outcome
    assert in_doubt.provider_id == ("" if outcome == "unknown" else "P1")
    assert in_doubt.reports.get().source == "answer"


def test_unknown_at_the_first_asking_is_no_proof(asked, in_doubt):
    assert (ask(), state(in_doubt)) == (0, "unknown")
    assert in_doubt.ask_at > timezone.now()


def test_unknown_at_the_second_asking_was_never_taken(asked, in_doubt):
    ask()
    Message.objects.update(ask_at=timezone.now())

    assert ask() == 1
    assert (state(in_doubt), in_doubt.reason) == ("failed", "not_taken")
    assert in_doubt.ask_at is None


def test_a_question_without_an_answer_is_none_of_the_two(answers, in_doubt):
    """Or a broken line and one empty list would make a text 'never taken'."""
    answers += [None, InDoubt("down", reason="provider_down")]
    ask()
    Message.objects.update(ask_at=timezone.now())
    ask()

    assert state(in_doubt) == "unknown"


def test_what_was_accepted_is_not_failed_by_an_empty_list(asked, make_message):
    message = make_message("accepted", gateway="askable", ask_at=timezone.now(), asked=3)

    ask()

    assert state(message) == "accepted"


def test_an_answer_that_cannot_be_stored_leaves_the_others(answers, make_message, monkeypatch):
    messages = [
        make_message("unknown", gateway="askable", ask_at=timezone.now() - SECOND)
        for _each in range(2)
    ]
    answers += [Report(outcome="delivered")] * 2
    take = Message.take_answer

    def store(self, answer, *, whom):
        if self.pk == messages[0].pk:
            raise DataError("no such time")
        take(self, answer, whom=whom)

    monkeypatch.setattr(Message, "take_answer", store)

    assert ask() == 1
    assert [state(each) for each in messages] == ["unknown", "delivered"]


def test_one_that_breaks_leaves_the_others(answers, make_message):
    for _each in range(3):
        make_message("unknown", gateway="askable", ask_at=timezone.now() - SECOND)
    answers += [RuntimeError("poison"), Report(outcome="delivered"), Report(outcome="delivered")]

    assert ask() == 2
    assert sorted(Message.objects.values_list("state", flat=True)) == [
        "delivered",
        "delivered",
        "unknown",
    ]


@pytest.mark.parametrize("gateway", ["", "solapi", "gone"])
def test_a_gateway_that_is_gone_is_not_counted_as_asked(gateway, asked, make_message):
    message = make_message("unknown", gateway=gateway, ask_at=timezone.now())

    ask()

    assert (state(message), message.asked, message.ask_at) == ("unknown", 0, None)
    assert asked == []


def test_the_second_gateway_is_asked_where_the_first_answers_nothing(answers, settings, in_doubt):
    settings.SMS_GATEWAYS = product.SMS_GATEWAYS | {
        "console": "backoffice.sms.gateways.console.ConsoleGateway"
    }
    settings.SMS_URL, settings.SMS_SECOND_URL = "console://", settings.SMS_URL
    answers.append(Report(outcome="delivered"))

    assert ask() == 1
    assert state(in_doubt) == "delivered"


def test_the_sweep_asks(answers, in_doubt):
    answers.append(Report(outcome="delivered"))

    assert tasks.sweep()["settled"] == 1
    assert state(in_doubt) == "delivered"


def test_many_are_asked_a_few_at_a_time_and_none_is_left(asked, make_message, settings):
    settings.OUTBOX_IN_FLIGHT = 2
    for _each in range(5):
        make_message("unknown", gateway="askable", ask_at=timezone.now() - SECOND)

    ask()

    assert len(asked) == len(set(asked)) == 5


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_ask_once(asked, in_doubt, monkeypatch):
    both_have_looked = threading.Barrier(2, timeout=30)
    original = DeliveryQuerySet.to_ask_about

    def seen_by_both(self, now):
        rows = list(original(self, now))
        both_have_looked.wait()
        return rows

    monkeypatch.setattr(DeliveryQuerySet, "to_ask_about", seen_by_both)

    def run():
        try:
            ask()
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    in_doubt.refresh_from_db()
    assert (len(asked), in_doubt.asked) == (1, 1)
