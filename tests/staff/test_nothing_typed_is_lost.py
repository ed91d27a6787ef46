"""A form that comes after the end is kept, and sent when the same person is back."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
import time_machine

from backoffice.staff import again
from backoffice.staff.models import Session
from drivers.models import Correction

TYPED = {"birthdate": "1980-03-05", "reason": '통화로 확인 <b>"인용"</b>\n둘째 줄'}


@pytest.fixture(autouse=True)
def limits(settings):
    settings.IDLE_MINUTES, settings.SESSION_HOURS = 15, 12


@pytest.fixture
def late(client, agent, driver):
    """The answer to a correction that was posted after the end, and the client."""
    with time_machine.travel(datetime(2026, 11, 24, 1, tzinfo=UTC), tick=False) as traveller:
        client.force_login(agent)
        url = f"/admin/drivers/driver/{driver.pk}/change/"
        traveller.shift(timedelta(minutes=20))
        shown = ("version", "service_type", "affiliation", "company")
        typed = {name: getattr(driver, name) for name in shown} | TYPED
        yield client, url, client.post(url, typed)


def fields(response):
    """Return what the page would send, as a browser reads it."""
    html = response.content.decode()
    kept = re.findall(r'<textarea name="([^"]+)" hidden>\n(.*?)</textarea>', html, re.DOTALL)
    who = re.search(r'name="again-who" value="([^"]+)"', html)[1]
    return {**{name: unescape(value) for name, value in kept}, again.WHO: who}


def test_the_form_is_kept_on_the_page(late):
    _client, url, response = late

    assert response.status_code == 403
    assert fields(response).items() >= TYPED.items()
    assert f'action="{url}"' in response.content.decode()
    assert not Correction.objects.exists()


def test_it_is_done_once_the_person_is_back(late, driver, agent):
    client, url, response = late

    answer = client.post(url, {**fields(response), again.PASSWORD: "pass"})

    correction = Correction.objects.get()
    assert answer.status_code == 302
    assert (correction.driver, correction.requested_by) == (driver, agent)
    assert correction.reason == TYPED["reason"]
    assert client.get("/admin/").status_code == 200


def test_a_wrong_password_keeps_it_too(late):
    client, url, response = late

    answer = client.post(url, {**fields(response), again.PASSWORD: "wrong"})

    assert answer.status_code == 403
    assert fields(answer) == fields(response) | {again.WHO: fields(answer)[again.WHO]}
    assert "비밀번호가 올바르지 않습니다" in answer.content.decode()
    assert "wrong" not in answer.content.decode()
    assert not Correction.objects.exists()


def test_and_so_does_a_lock(late):
    client, url, response = late

    for _time in range(5):
        answer = client.post(url, {**fields(response), again.PASSWORD: "wrong"})
    answer = client.post(url, {**fields(response), again.PASSWORD: "pass"})

    assert "잠겼습니다" in answer.content.decode()
    assert fields(answer).items() >= TYPED.items()
    assert not Correction.objects.exists()


def test_nobody_else_sends_it(late, lead):
    client, url, response = late

    client.post(url, {**fields(response), "username": "team_lead", again.PASSWORD: "pass-lead"})

    assert not Correction.objects.exists()


def test_an_account_that_was_closed_meanwhile_sends_nothing(late, agent):
    client, url, response = late
    agent.is_active = False
    agent.save()

    answer = client.post(url, {**fields(response), again.PASSWORD: "pass"})

    assert answer.status_code == 302
    assert not Correction.objects.exists()


@pytest.mark.parametrize("word", ["", "made-up", "1:x:y"])
def test_a_made_up_word_opens_nothing(word, late):
    client, url, _response = late

    answer = client.post(url, {**TYPED, again.WHO: word, again.PASSWORD: "pass"})

    assert answer.status_code in {302, 403}
    assert not Correction.objects.exists()


def test_signed_in_beside_it_already(late):
    client, url, response = late
    client.post("/admin/login/", {"username": "agent", "password": "pass"})

    client.post(url, {**fields(response), again.PASSWORD: ""})

    assert Correction.objects.count() == 1


def test_a_stranger_is_sent_to_sign_in(client, driver):
    response = client.post(f"/admin/drivers/driver/{driver.pk}/change/", TYPED)

    assert response.status_code == 302


def test_no_page_holds_a_password(client, administrator):
    """It stands in none of the fields that are sent on, and the form asks for it anew."""
    url, typed = "/admin/staff/user/add/", {"username": "new", "password1": "s3cret-Wort-x"}
    with time_machine.travel(datetime(2026, 11, 24, 1, tzinfo=UTC), tick=False) as traveller:
        client.force_login(administrator)
        traveller.shift(timedelta(minutes=20))
        response = client.post(url, typed | {"password2": typed["password1"]})
        answer = client.post(url, {**fields(response), again.PASSWORD: "pass"})

    assert "s3cret" not in response.content.decode()
    assert "비밀번호는 다시 입력하십시오." in response.content.decode()
    form = answer.context["adminform"].form
    assert form["username"].value() == "new"
    assert {"password1", "password2"} <= form.errors.keys()


def test_the_form_is_stored_nowhere(late):
    for row in Session.objects.all():
        assert "1980" not in str(row.get_decoded())


def test_the_open_page_signs_in_where_it_is(late, agent):
    client, _url, _response = late
    standing = client.get("/admin/session/").json()
    assert (standing["left"], standing["person"]) == (0, agent.pk)

    wrong = client.post(
        "/admin/session/again/", {again.WHO: standing["who"], again.PASSWORD: "wrong"}
    )
    answer = client.post(
        "/admin/session/again/", {again.WHO: standing["who"], again.PASSWORD: "pass"}
    )

    assert (wrong.status_code, answer.status_code) == (403, 200)
    assert answer.json()["left"] == 900
    assert answer.json()["token"]
    assert client.get("/admin/").status_code == 200
