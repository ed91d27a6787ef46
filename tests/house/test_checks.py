"""The system checks, and what must hold before anything is served."""

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import OperationalError

from backoffice.checks import periods_are_long_enough, refuse_demo_accounts
from backoffice.staff.models import User


def ids(**options):
    return {each.id for each in run_checks(**options)}


def test_checks_are_clean():
    call_command("check", fail_level="WARNING")


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.parametrize(
    ("url", "found"), [("demo://", True), ("demo://127.0.0.1:9000?key=a2V5", False)]
)
def test_e001_a_gateway_that_lacks_something(url, found, settings):
    settings.SMS_URL = url

    assert ("backoffice.E001" in ids()) == found


@pytest.mark.parametrize(
    ("second", "found"),
    [
        ("", set()),
        ("nhn://", {"backoffice.E001"}),
        ("demo://127.0.0.1:9001?key=a2V5", {"backoffice.E003"}),
        ("console://", {"backoffice.W002"}),
    ],
)
def test_the_second_gateway_is_checked_as_the_first(second, found, settings):
    settings.SMS_URL, settings.SMS_SECOND_URL = "demo://127.0.0.1:9000?key=a2V5", second
    of_gateways = {"backoffice.E001", "backoffice.E003", "backoffice.W002"}

    assert of_gateways & set(ids(include_deployment_checks=True)) == found


@pytest.mark.django_db
@pytest.mark.parametrize(("groups", "found"), [({"team_lead"}, False), ({"teamlead"}, True)])
def test_w020_a_group_that_is_misspelt(groups, found, settings):
    settings.EXPORTS = groups

    assert ("backoffice.W020" in ids(include_deployment_checks=True)) == found


@pytest.mark.parametrize("given", [True, False])
def test_w001_a_secret_of_this_machine_alone(given, settings):
    settings.SECRET_KEY_GIVEN = given

    assert ("backoffice.W001" in ids(include_deployment_checks=True)) == (not given)


@pytest.mark.parametrize(
    ("url", "found"),
    [("console://", True), ("memory://", True), ("demo://127.0.0.1:9000?key=a2V5", False)],
)
def test_w002_a_gateway_that_reaches_nobody(url, found, settings):
    settings.SMS_URL = url

    assert ("backoffice.W002" in ids(include_deployment_checks=True)) == found


@pytest.mark.parametrize(
    ("https", "proxies", "found"), [(1, 0, True), (1, 1, False), (0, 0, False)]
)
def test_w008_pages_that_redirect_to_themselves(https, proxies, found, settings):
    settings.HTTPS, settings.TRUSTED_PROXIES = bool(https), proxies

    assert ("backoffice.W008" in ids(include_deployment_checks=True)) == found


def test_every_check_of_ours_has_a_hint(settings):
    settings.SMS_URL, settings.SECRET_KEY_GIVEN = "demo://", False

    ours = [
        each
        for each in run_checks(include_deployment_checks=True)
        if each.id.startswith("backoffice.")
    ]

    assert len(ours) >= 3
    assert all(each.hint for each in ours)


def test_the_demos_accounts_are_not_served(make_user):
    make_user("agent", is_demo=True)

    with pytest.raises(ImproperlyConfigured):
        refuse_demo_accounts()


def test_the_demo_serves_its_own_accounts(make_user, settings):
    make_user("agent", is_demo=True)
    settings.DEMO = True

    refuse_demo_accounts()


@pytest.mark.parametrize("fields", [{"is_demo": False}, {"is_demo": True, "is_active": False}])
def test_other_accounts_are_served(fields, make_user):
    make_user("agent", **fields)

    refuse_demo_accounts()


def test_the_start_waits_for_no_database(monkeypatch):
    def away(**lookup):
        raise OperationalError("no database")

    monkeypatch.setattr(User.objects, "filter", away)

    refuse_demo_accounts()


@pytest.mark.parametrize(("is_demo", "demo", "opens"), [(1, 1, True), (1, 0, False), (0, 0, True)])
def test_a_demo_account_opens_only_the_demo(is_demo, demo, opens, make_user, client, settings):
    settings.DEMO = bool(demo)
    make_user("agent", is_demo=bool(is_demo))

    assert client.login(username="agent", password="pass") == opens


@pytest.mark.parametrize(("kept", "found"), [(6, ["backoffice.E030"]), (7, [])])
def test_e030_a_period_that_a_rule_looks_back_to_is_long_enough(kept, found, settings):
    settings.CASES_KEEP_DAYS, settings.RECONTACT_DAYS = kept, 7

    faults = periods_are_long_enough(None)

    assert [each.id for each in faults] == found
    assert all("CASES_KEEP_DAYS" in each.msg and each.hint for each in faults)
