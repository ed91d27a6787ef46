"""The addresses: who may knock where, and what a database that is away looks like."""

import re

import pytest
from django.contrib.auth.models import Group
from django.contrib.sessions.backends.db import SessionStore
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client
from django.urls import URLResolver, get_resolver, path, reverse

from backoffice.outages import server_error

OPEN = {"admin/login/"}  # for everybody


def addresses(resolver, before=""):
    """Every address beneath ``resolver``, each variable filled with a 1."""
    for pattern in resolver.url_patterns:
        route = before + re.sub(r"<[^>]+>", "1", str(pattern.pattern))
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern, route)
        else:
            yield re.sub(r"[\^$]|\\Z|\(\?P<\w+>.*\)", "", route)


ADMIN = sorted({each for each in addresses(get_resolver()) if each.startswith("admin/")} - OPEN)


def test_the_list_of_addresses_is_not_empty():
    assert "admin/sms/message/1/send-again/" in ADMIN
    assert "admin/drivers/driver/1/change/" in ADMIN
    assert len(ADMIN) > 40


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("address", ADMIN)
def test_a_stranger_is_sent_to_sign_in(address, method, client):
    response = getattr(client, method)(f"/{address}")

    assert response.status_code == 302
    assert response.url.startswith(reverse("admin:login")) or address == "admin/logout/"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["/admin/", "/admin/drivers/driver/", "/admin/sms/template/", "/admin/sms/message/"]
)
def test_an_account_that_is_no_staff_is_a_stranger(address, client, make_user):
    person = make_user("agent")
    type(person).objects.update(is_staff=False)
    client.force_login(person)

    assert client.get(address).status_code == 302


def test_healthz_asks_no_database(client):
    response = client.get("/healthz")

    assert (response.status_code, response.content) == (200, b"ok\n")


def test_the_front_door_leads_to_the_admin(client):
    response = client.get("/")

    assert (response.status_code, response.url) == (302, "/admin/")


@pytest.mark.parametrize("address", ["/demo/inbox/", "/demo/inbox.json", "/demo/"])
def test_outside_the_demo_there_are_no_phones(address, client):
    assert client.get(address).status_code == 404


@pytest.fixture
def broken_view(settings):
    """Serve an address whose view fails as told."""

    def serve(failure):
        def view(request):
            if failure is not None:
                raise failure
            request.session["word"] = "written"
            return HttpResponse("ok")

        settings.ROOT_URLCONF = type(
            "Urls", (), {"urlpatterns": [path("broken/", view)], "handler500": server_error}
        )

    return serve


def test_a_database_that_is_away_is_a_sentence(broken_view, client):
    broken_view(OperationalError("no database"))

    response = client.get("/broken/")

    assert response.status_code == 503
    assert b"<h1" in response.content
    assert b"no database" not in response.content


def test_other_failures_are_not_hidden(broken_view, client):
    broken_view(RuntimeError("a bug"))

    with pytest.raises(RuntimeError):
        client.get("/broken/")


@pytest.mark.django_db
def test_a_session_that_cannot_be_saved_is_a_sentence_too(broken_view, monkeypatch):
    """The busy database answered the view, and fails at the save behind it."""

    def busy(self, must_create=False):
        raise OperationalError("database is locked")

    broken_view(None)
    monkeypatch.setattr(SessionStore, "save", busy)

    response = Client(raise_request_exception=False).get("/broken/")

    assert response.status_code == 503


@pytest.mark.parametrize("number", ["99999999999999999999", "0", "-1", "abc", ""])
@pytest.mark.parametrize("name", ["driver", "case", "pk"])
def test_a_strange_number_in_an_address_is_no_crash(name, number, signed_in, agent):
    response = signed_in(agent).get(reverse("admin:sms_message_way"), {name: number})

    assert response.status_code in {200, 404}


def test_a_strange_number_in_a_path_is_no_crash(signed_in, lead):
    response = signed_in(lead).post(f"/admin/sms/message/{10**20}/send-again/", {"reason": "다시"})

    assert response.status_code == 404


def test_the_groups_are_there_after_migrate(db):
    names = set(Group.objects.values_list("name", flat=True))

    assert names == {"agent", "team_lead", "privacy_officer", "administrator"}
