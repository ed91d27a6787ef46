"""The demo's accounts have a known password, so they open nothing but the demo."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError

from backoffice.checks import refuse_demo_accounts
from backoffice.demo.data import ACCOUNTS, PASSWORD, load_accounts
from backoffice.staff.models import User


@pytest.fixture
def demo_accounts(db):
    load_accounts()


@pytest.fixture
def signs_in(client):
    def sign_in(username, password=PASSWORD):
        client.post("/admin/login/", {"username": username, "password": password})
        return "_auth_user_id" in client.session

    return sign_in


@pytest.mark.parametrize("username", [account[0] for account in ACCOUNTS])
@pytest.mark.parametrize("is_demo", [True, False])
def test_open_the_demo_and_nothing_else(demo_accounts, signs_in, settings, username, is_demo):
    settings.DEMO = is_demo

    assert signs_in(username) is is_demo


def test_a_session_from_the_demo_ends_with_it(demo_accounts, signs_in, client, settings):
    settings.DEMO = True
    signs_in("agent")
    settings.DEMO = False

    assert client.get("/admin/drivers/driver/").status_code == 302


def test_an_account_of_ones_own_signs_in_outside_the_demo(agent, signs_in, settings):
    settings.DEMO = False

    assert signs_in("agent", "pass")


def test_the_accounts_are_who_they_say(demo_accounts):
    groups = dict(User.objects.values_list("username", "groups__name"))

    assert groups == {
        "agent": "agent",
        "agent2": "agent",
        "lead": "team_lead",
        "lead2": "team_lead",
        "privacy": "privacy_officer",
        "admin": "administrator",
    }
    assert not User.objects.filter(is_superuser=True).exists()
    assert User.objects.filter(is_demo=True, is_staff=True).count() == 6


def test_loading_again_keeps_what_was_changed(demo_accounts):
    User.objects.filter(username="agent").update(name="김바꿈")

    load_accounts()

    assert User.objects.get(username="agent").name == "김바꿈"
    assert User.objects.count() == 6


def test_production_refuses_to_serve_them(demo_accounts, settings):
    settings.DEMO = False

    with pytest.raises(ImproperlyConfigured, match="demo"):
        refuse_demo_accounts()


def test_the_demo_serves_them(demo_accounts, settings):
    settings.DEMO = True

    refuse_demo_accounts()


@pytest.mark.django_db
def test_production_serves_without_them(agent, settings):
    settings.DEMO = False

    refuse_demo_accounts()


def test_deactivated_ones_are_no_reason_to_refuse(demo_accounts, settings):
    settings.DEMO = False
    User.objects.update(is_active=False)

    refuse_demo_accounts()


@pytest.mark.django_db
def test_a_database_that_is_away_is_not_their_fault(settings, monkeypatch):
    settings.DEMO = False

    def away(*args, **kwargs):
        raise OperationalError

    monkeypatch.setattr(User.objects, "filter", away)

    refuse_demo_accounts()


def test_the_inbox_of_the_demo_is_absent_outside_it(agent, signed_in):
    assert signed_in(agent).get("/demo/inbox/").status_code == 404
    assert signed_in(agent).get("/demo/inbox.json").status_code == 404
