"""Delivery reports as Kannel brings them: to the address that we made for the text."""

from urllib.parse import parse_qs, urlsplit

import pytest

from backoffice.outbox.wire import Accepted
from backoffice.sms.gateways.kannel import KannelGateway

SMS_URL = "kannel://support:pass%20word@127.0.0.1:1?hook_base=http://127.0.0.1:1"
URL = "/hooks/sms/kannel/"


@pytest.fixture(autouse=True)
def carried_by_kannel(settings):
    settings.SMS_URL = SMS_URL


@pytest.fixture
def message(make_message):
    message = make_message("accepted", gateway="kannel", kind="SMS")
    message.provider_id = str(message.reference)
    message.save()
    return message


def filled(message, status, answer="ACK/", sms_url=SMS_URL):
    """Return the parameters of our address, as Kannel fills it in."""
    address = KannelGateway(sms_url)._report_address(str(message.reference))
    query = {name: value for name, [value] in parse_qs(urlsplit(address).query).items()}
    return query | {"status": status, "answer": answer, "id": "7cf52fc4", "at": "1795404192"}


def state(message):
    message.refresh_from_db()
    return message.state


def test_delivered_is_delivered(client, message):
    response = client.get(URL, filled(message, "1"))

    # It takes 200 and 202 alone for an answer.
    assert (response.status_code, state(message)) == (200, "delivered")
    assert (message.reason, message.detail) == ("", "")
    assert message.provider_id == str(message.reference)
    assert message.answer == {"status": "1", "answer": "ACK/", "id": "7cf52fc4"}


@pytest.mark.parametrize(
    ("status", "ends", "reason"),
    [
        ("2", "undelivered", "carrier_failed"),
        ("16", "undelivered", "refused"),
        ("34", "undelivered", "expired"),
        ("4", "accepted", ""),
        ("8", "accepted", ""),
        ("66", "accepted", ""),
        ("0", "accepted", ""),
        ("3", "accepted", ""),
        ("", "accepted", ""),
        ("%d", "accepted", ""),
        ("-1", "accepted", ""),
        ("delivered", "accepted", ""),
    ],
)
def test_translates_its_statuses(status, ends, reason, client, message):
    response = client.get(URL, filled(message, status))

    assert (response.status_code, state(message), message.reason) == (200, ends, reason)


def test_says_why_it_was_rejected(client, message):
    client.get(URL, filled(message, "16", "NACK/0x0000000b/Invalid Destination Address"))

    assert message.changes.count() == 1
    assert (state(message), message.detail) == (
        "undelivered",
        "NACK/0x0000000b/Invalid Destination Address",
    )


@pytest.mark.parametrize("word", ["text", "Text"])
def test_the_words_of_the_text_are_not_kept(word, client, message):
    """A carrier's receipt repeats them."""
    client.get(URL, filled(message, "2", f"id:1 stat:UNDELIV err:001 {word}:[카카오 T] \0"))

    assert (state(message), message.detail) == ("undelivered", "id:1 stat:UNDELIV err:001")
    assert "카카오" not in str(message.answer)


def test_the_last_step_may_come_first(client, message):
    for status in ("1", "8", "1", "2", "4"):
        assert client.get(URL, filled(message, status)).status_code == 200

    assert state(message) == "delivered"
    assert message.changes.count() == 1


def test_a_report_may_overtake_our_own_record(client, make_message):
    message = make_message("sending", gateway="kannel")

    client.get(URL, filled(message, "1"))
    message.record_accepted(Accepted(provider_id=str(message.reference), answer={}))

    assert (state(message), message.provider_id) == ("delivered", str(message.reference))


@pytest.mark.parametrize(
    "forged",
    [{"key": ""}, {"key": "0" * 64}, {"key": "한글"}, {"ref": ""}, {"ref": "r"}, {"key": "\0"}],
    ids=str,
)
def test_a_forged_report_is_refused(forged, client, message):
    assert client.get(URL, filled(message, "1") | forged).status_code == 400
    assert (state(message), message.answer) == ("accepted", None)


def test_the_key_of_one_text_is_of_no_use_for_another(client, message, make_message):
    other = make_message("accepted", gateway="kannel")
    query = filled(message, "2") | {"ref": str(other.reference)}

    assert client.get(URL, query).status_code == 400
    assert state(other) == "accepted"


def test_a_key_made_with_another_password_is_of_no_use(client, message):
    query = filled(message, "1", sms_url=SMS_URL.replace("pass%20word", "another"))

    assert client.get(URL, query).status_code == 400


def test_without_a_password_of_ours_nothing_is_believed(client, message, settings):
    settings.SMS_URL = SMS_URL.replace(":pass%20word", "")
    query = filled(message, "1", sms_url=settings.SMS_URL)

    assert client.get(URL, query).status_code == 400
    assert state(message) == "accepted"


@pytest.mark.parametrize("method", ["post", "put", "delete", "head"])
def test_it_calls_by_get_alone(method, client, message):
    response = getattr(client, method)(URL, query_params=filled(message, "1"))

    assert (response.status_code, state(message)) == (405, "accepted")


@pytest.mark.parametrize("name", ["demo", "memory", "solapi", "nhn"])
def test_no_other_door_is_open_to_it(name, client, message):
    assert client.get(f"/hooks/sms/{name}/", filled(message, "1")).status_code == 404


@pytest.mark.parametrize("query", [{}, {"ref": "r"}, {"status": "1"}])
def test_a_call_that_names_nothing_is_refused(query, client, db):
    assert client.get(URL, query).status_code == 400


@pytest.mark.parametrize("at", ["", "%T", "soon", "9" * 30])
def test_an_absurd_time_is_no_crash(at, client, message):
    assert client.get(URL, filled(message, "1") | {"at": at}).status_code == 200
    assert state(message) == "delivered"
