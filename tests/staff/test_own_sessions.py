"""Everybody sees where he is signed in, and ends what is not his."""

import pytest
from django.test import Client

from backoffice.staff.devices import device_name
from backoffice.staff.models import RightsChange, Session, User

PAGE = "/admin/sessions/"
EDGE = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/143.0.0.0 Safari/537.36 Edg/143.0.0.0"
)


@pytest.fixture
def sign_in():
    def sign_in(username, address="192.0.2.1", browser=EDGE):
        client = Client(REMOTE_ADDR=address, headers={"User-Agent": browser})
        client.post("/admin/login/", {"username": username, "password": "pass"})
        return client

    return sign_in


def is_in(client):
    return client.get("/admin/").status_code == 200


@pytest.fixture
def two(agent, sign_in):
    return sign_in("agent"), sign_in("agent", "192.0.2.77")


def key_of(client, address):
    rows = client.get(PAGE).context["rows"]
    return next(row["key"] for row in rows if row["session"].address == address)


def test_shows_where_from(two):
    html = two[0].get(PAGE).content.decode()

    assert "192.0.2.1" in html
    assert "192.0.2.77" in html
    assert html.count("Edge · Windows") == 2


def test_names_no_key_that_would_open_one(two):
    html = two[0].get(PAGE).content.decode()

    assert not [row for row in Session.objects.all() if row.session_key in html]


def test_one_is_ended(two):
    here, there = two

    here.post(PAGE, {"session": key_of(here, "192.0.2.77")})

    assert (is_in(here), is_in(there)) == (True, False)


def test_all_others_are_ended(two, sign_in):
    here, *others = *two, sign_in("agent")

    here.post(PAGE, {"session": "others"})

    assert [is_in(each) for each in (here, *others)] == [True, False, False]


@pytest.mark.parametrize("key", ["", "0" * 16, "this"])
def test_what_is_not_there_is_a_sentence(key, two):
    response = two[0].post(PAGE, {"session": key}, follow=True)

    assert "이미 종료된 접속" in response.content.decode()
    assert all(map(is_in, two))


def test_those_of_others_are_not_shown_and_not_ended(two, lead, sign_in):
    other = sign_in("team_lead", "203.0.113.5")
    key = key_of(two[0], "192.0.2.77")

    assert "192.0.2.77" not in other.get(PAGE).content.decode()
    other.post(PAGE, {"session": key})
    other.post(PAGE, {"session": "others"})

    assert all(map(is_in, two))


def test_an_administrator_ends_them_all(two, administrator, agent, signed_in):
    url = f"/admin/staff/user/{agent.pk}/"
    assert "접속 모두 종료" in signed_in(administrator).get(f"{url}change/").content.decode()

    signed_in(administrator).post(f"{url}sign-in/end-sessions/")

    assert not any(map(is_in, two))
    assert RightsChange.objects.get(what="sessions").person == agent


def test_a_lead_does_not(two, lead, agent, signed_in):
    response = signed_in(lead).post(f"/admin/staff/user/{agent.pk}/sign-in/end-sessions/")

    assert response.status_code == 403
    assert all(map(is_in, two))


def test_a_closed_account_is_out_at_once(two, agent):
    User.objects.update(is_active=False)

    assert not any(map(is_in, two))


def test_who_is_no_staff_any_more_is_out_at_once(two, agent):
    User.objects.update(is_staff=False)

    assert not any(map(is_in, two))


def test_a_group_that_was_taken_opens_nothing_at_the_next_click(two, agent):
    here, _there = two
    assert here.get("/admin/drivers/driver/").status_code == 200

    agent.groups.clear()

    assert here.get("/admin/drivers/driver/").status_code == 403


def test_a_new_password_ends_the_others(two, agent):
    agent.set_password("another-Pass-1")
    agent.save()

    assert not any(map(is_in, two))


def test_a_session_that_ends_while_a_page_is_made_is_no_error_page(two, monkeypatch):
    """Somebody else ends it between its loading and its saving."""
    here, _there = two
    loaded = Session.get_session_store_class().load

    def load_and_lose(self):
        data = loaded(self)
        Session.objects.all().delete()
        return {**data, "seen": "2020-01-01T00:00:00+00:00"}

    monkeypatch.setattr(Session.get_session_store_class(), "load", load_and_lose)

    response = here.get(PAGE)

    assert (response.status_code, response.url) == (302, "/admin/login/")


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (EDGE, "Edge · Windows"),
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
            "Firefox · Linux",
        ),
        ("curl/8.5", "–"),
        ("", "–"),
    ],
)
def test_a_browser_is_named(user_agent, name):
    assert device_name(user_agent) == name
