"""What Kannel is asked to carry, and what its answers mean."""

from urllib.parse import parse_qsl, urlsplit

import pytest
from django.urls import reverse

from tests.sms.gateways.conftest import kind_of, refused, send


def test_a_short_text_is_handed_over_in_ucs2(kannel, text):
    outgoing = text(body="생년월일 변경 완료 ▶ 100% & 다시\n로그인해 주세요.")

    accepted = send(kannel, outgoing)

    [taken] = kannel.taken
    assert taken["text"] == outgoing.body
    assert (taken["To"], taken["From"], taken["Coding"]) == ("01000001234", "16448830", "2")
    assert taken["DLR-Mask"] == "31"
    # It gives no number to a text, so ours is the number.
    assert accepted.provider_id == outgoing.reference


def test_the_address_for_reports_is_our_door(kannel, text):
    outgoing = text()

    send(kannel, outgoing)

    address = urlsplit(kannel.taken[0]["DLR-Url"])
    query = dict(parse_qsl(address.query))
    assert (address.scheme, address.netloc) == ("https", "our.host")
    assert address.path == reverse("sms-reports", args=["kannel"])
    assert (query["ref"], query["status"]) == (outgoing.reference, "%d")
    # No number is asked for: addresses end up in the logs of servers.
    assert "%p" not in address.query.lower()
    assert outgoing.to not in address.query


def test_no_two_texts_have_the_same_key(kannel, text):
    send(kannel, text())
    send(kannel, text())

    keys = {dict(parse_qsl(urlsplit(each["DLR-Url"]).query))["key"] for each in kannel.taken}
    assert len(keys) == 2


def test_a_long_text_is_refused_for_good(kannel, text):
    refusal = refused(kannel, text("LMS"))

    assert (refusal.reason, kind_of(refusal)) == ("too_long", "for good")
    assert str(refusal) == "Kannel carries no long texts (LMS)."
    assert kannel.asked == []


@pytest.mark.parametrize(("body", "fits"), [("a" * 70, True), ("a" * 71, False)])
def test_what_it_would_cut_off_is_refused_for_good(body, fits, kannel, text):
    """Ninety Latin letters are an SMS, but more than one message in UCS-2."""
    if fits:
        assert send(kannel, text(body=body)).provider_id
    else:
        assert refused(kannel, text(body=body)).reason == "too_long"
        assert kannel.asked == []


@pytest.mark.parametrize("words", [b"0: Accepted for delivery", b"3: Queued for later delivery"])
def test_accepted_and_queued_are_both_taken(words, kannel, text):
    kannel.fault = (202, words, {})

    assert send(kannel, text()).answer == {"text": words.decode()}


def test_a_wrong_password_halts(kannel, text, monkeypatch):
    monkeypatch.setattr(type(kannel), "sms_url", kannel.sms_url.replace("pass%20word", "other"))

    refusal = refused(kannel, text())

    assert (refusal.reason, kind_of(refusal)) == ("bad_key", "halts")
    assert str(refusal) == "Authorization failed for sendsms"


@pytest.mark.parametrize(
    ("status", "words", "reason", "kind"),
    [
        (400, b"Missing receiver(s) number(s), rejected", "refused", "for good"),
        (400, b"", "refused", "for good"),
        (403, b"Not routable. Do not try again.", "refused", "for good"),
        (403, b"", "bad_key", "halts"),
        (404, b"<html>", "refused", "for good"),
        (503, b"Temporal failure, try again later.", "provider_down", "passes"),
    ],
)
def test_what_follows_from_a_refusal(status, words, reason, kind, kannel, text):
    kannel.fault = (status, words, {})

    refusal = refused(kannel, text())

    assert (refusal.reason, kind_of(refusal)) == (reason, kind)
    assert str(refusal) == (words.decode() or f"HTTP {status}")
