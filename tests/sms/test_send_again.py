"""A person decides that a text goes out once more; the old one stays as it ended."""

import pytest
from django.urls import reverse

from backoffice.sms.models import Message
from backoffice.sms.queueing import send_again
from backoffice.workflow.transitions import TransitionRefused
from drivers.models import Driver

NEEDS_A_PERSON = {"failed", "undelivered", "unknown"}


@pytest.mark.parametrize("state", Message.State.values)
def test_sends_again_only_what_needs_a_person(state, make_message, lead):
    message = make_message(state)

    if state in NEEDS_A_PERSON:
        new = send_again(message, by=lead, reason="기사가 받지 못함")
        assert (new.state, new.resend_of, new.body) == ("queued", message, message.body)
        assert new.reference != message.reference
    else:
        with pytest.raises(TransitionRefused):
            send_again(message, by=lead, reason="기사가 받지 못함")
        assert Message.objects.count() == 1

    message.refresh_from_db()
    assert message.state == state


def test_the_decision_stands_in_the_history(make_message, lead):
    message = make_message("unknown")

    send_again(message, by=lead, reason="기사가 받지 못함")

    line = message.changes.get(transition="send_again")
    assert (line.by, line.note, line.source, line.target) == (
        lead,
        "기사가 받지 못함",
        "unknown",
        "unknown",
    )


def test_one_message_is_sent_again_once(make_message, lead, other_lead):
    message = make_message("failed")
    send_again(message, by=lead, reason="첫 번째")

    with pytest.raises(TransitionRefused):
        send_again(message, by=other_lead, reason="두 번째")

    assert Message.objects.count() == 2


def test_what_was_sent_again_can_be_sent_again_itself(make_message, lead):
    second = send_again(make_message("failed"), by=lead, reason="첫 번째")
    Message.objects.filter(pk=second.pk).update(state="undelivered")

    third = send_again(second, by=lead, reason="두 번째")

    assert third.resend_of == second


def test_goes_to_the_number_on_record_now(make_message, lead, driver):
    message = make_message("undelivered")
    Driver.objects.filter(pk=driver.pk).update(phone="+821000005678")

    new = send_again(message, by=lead, reason="번호 변경")

    assert (new.to, message.to) == ("01000005678", "01000001234")


@pytest.mark.parametrize("reason", ["", "   "])
def test_says_why(reason, make_message, lead):
    with pytest.raises(TransitionRefused):
        send_again(make_message("failed"), by=lead, reason=reason)

    assert Message.objects.count() == 1


def test_rings_for_the_worker_at_the_commit(
    make_message, lead, monkeypatch, django_capture_on_commit_callbacks
):
    message = make_message("failed")

    with django_capture_on_commit_callbacks() as callbacks:
        send_again(message, by=lead, reason="다시")

    assert len(callbacks) == 1


@pytest.mark.parametrize(
    ("who", "messages_after"),
    [("lead", 2), ("superuser", 2), ("agent", 1), ("privacy_officer", 1), ("administrator", 1)],
)
def test_the_button_is_for_leads(who, messages_after, make_message, signed_in, request):
    message = make_message("unknown")

    response = signed_in(request.getfixturevalue(who)).post(again(message), {"reason": "다시"})

    assert response.status_code < 500
    assert Message.objects.count() == messages_after


def test_the_button_leads_to_the_new_message(make_message, signed_in, lead):
    message = make_message("unknown")

    response = signed_in(lead).post(again(message), {"reason": "다시"})

    new = Message.objects.get(resend_of=message)
    assert response.url == reverse("admin:sms_message_change", args=[new.pk])


def test_a_second_click_sends_nothing_more(make_message, signed_in, lead):
    message = make_message("unknown")
    client = signed_in(lead)

    client.post(again(message), {"reason": "다시"})
    response = client.post(again(message), {"reason": "다시"})

    assert response.status_code == 200  # the page again, with the sentence
    assert Message.objects.count() == 2


@pytest.mark.parametrize("reason", [{}, {"reason": " "}])
def test_the_button_asks_why(reason, make_message, signed_in, lead):
    response = signed_in(lead).post(again(make_message("failed")), reason)

    assert response.status_code == 200
    assert Message.objects.count() == 1


def test_looking_at_the_address_sends_nothing(make_message, signed_in, lead):
    response = signed_in(lead).get(again(make_message("failed")))

    assert response.status_code == 404
    assert Message.objects.count() == 1


@pytest.mark.parametrize(("who", "is_shown"), [("lead", True), ("agent", False)])
def test_the_button_is_shown_to_whom_it_is_for(who, is_shown, make_message, signed_in, request):
    message = make_message("unknown")
    page = reverse("admin:sms_message_change", args=[message.pk])

    response = signed_in(request.getfixturevalue(who)).get(page)

    assert response.status_code == 200
    assert (again(message) in response.content.decode()) == is_shown


def again(message):
    return f"/admin/sms/message/{message.pk}/send-again/"
