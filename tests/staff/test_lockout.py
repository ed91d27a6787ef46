"""Five failures lock a name from an address; many more lock the name, or the address."""

from datetime import timedelta

import pytest
import time_machine
from axes.models import AccessAttempt
from django.test import Client
from django.utils import timezone

from backoffice.audit.models import AccessRecord
from backoffice.staff.models import RightsChange
from backoffice.staff.tasks import tidy

LOGIN = "/admin/login/"
HERE, THERE = "192.0.2.1", "192.0.2.2"


def try_to(password, *, username="agent", address=HERE, **headers):
    """Try to sign in as from a fresh browser at ``address``."""
    client = Client(REMOTE_ADDR=address, headers=headers)
    posted = {"username": username, "password": password}
    response = client.post(LOGIN, posted)
    response.signed_in = "_auth_user_id" in client.session
    return response


def fail(times, **who):
    return [try_to("wrong", **who) for _time in range(times)][-1]


def test_the_fifth_failure_locks(agent):
    assert fail(4).status_code == 200
    assert try_to("pass").signed_in
    assert fail(5).status_code == 429


def test_the_right_password_does_not_help(agent):
    fail(5)

    response = try_to("pass")

    assert (response.status_code, response.signed_in) == (429, False)


def test_it_says_in_korean_when_it_opens(agent):
    with time_machine.travel("2026-11-24 10:00+09:00", tick=False):
        response = fail(5)

    assert "10:30" in response.content.decode()
    assert "로그인 시도" in response.content.decode()
    assert response.headers["Retry-After"] == "1800"
    assert "no-store" in response.headers["Cache-Control"]


def test_it_opens_by_itself_and_knocking_does_not_keep_it_shut(agent):
    fail(5)

    with time_machine.travel(timezone.now() + timedelta(minutes=20)):
        assert fail(3).status_code == 429
    with time_machine.travel(timezone.now() + timedelta(minutes=31)):
        assert try_to("pass").signed_in


def test_another_address_is_not_locked(agent):
    fail(5)

    assert try_to("pass", address=THERE).signed_in


def test_another_person_at_the_same_address_is_not_locked(agent, lead):
    fail(5)

    assert try_to("pass", username="team_lead").signed_in


def test_another_browser_does_not_help(agent):
    for browser in "abcde":
        fail(1, **{"User-Agent": browser})

    assert try_to("pass", **{"User-Agent": "f"}).status_code == 429


def test_a_success_starts_the_count_again(agent):
    fail(4)
    try_to("pass")
    fail(4)

    assert try_to("pass").signed_in


def test_a_name_tried_from_everywhere_is_locked_everywhere(agent):
    for host in range(5):
        fail(4, address=f"198.51.100.{host}")

    assert try_to("pass", address=THERE).status_code == 429


def test_an_address_that_tries_every_name_is_locked(agent):
    for name in range(13):
        fail(4, username=f"name{name}")

    assert try_to("pass").status_code == 429
    assert try_to("pass", address=THERE).signed_in


def test_the_address_is_what_our_proxy_says(agent, settings):
    settings.TRUSTED_PROXIES = 1
    for made_up in range(5):
        fail(1, **{"X-Forwarded-For": f"10.0.0.{made_up}, {HERE}"})

    assert try_to("pass", **{"X-Forwarded-For": f"10.9.9.9, {HERE}"}).status_code == 429
    assert try_to("pass", **{"X-Forwarded-For": THERE}).signed_in


@pytest.mark.parametrize("address", ["", "unix:", "x" * 60])
def test_an_address_that_is_none_is_no_crash(address, agent):
    assert fail(5, address=address).status_code == 429


def test_what_was_posted_is_not_kept(agent):
    fail(2)

    kept = AccessAttempt.objects.get()
    assert (kept.get_data.strip("\n-"), kept.post_data.strip("\n-")) == ("", "")


def test_the_log_names_nobody(agent, caplog):
    fail(6)

    assert "agent" not in caplog.text


def test_failures_are_recorded_as_before(agent):
    fail(6)

    assert AccessRecord.objects.filter(action="sign_in_failed", account="agent").count() == 6


def test_the_account_says_until_when_or_that_there_is_none(agent, administrator, signed_in):
    page = f"/admin/staff/user/{agent.pk}/change/"
    client = signed_in(administrator)

    assert "<dt>로그인 잠금</dt><dd>없음</dd>" in client.get(page).content.decode()
    fail(5)
    assert "<dt>잠금 해제 일시</dt><dd>20" in client.get(page).content.decode()


def test_an_administrator_lifts_it(agent, administrator, signed_in):
    fail(5)
    page = f"/admin/staff/user/{agent.pk}/"
    assert "잠금 해제" in signed_in(administrator).get(f"{page}change/").content.decode()

    signed_in(administrator).post(f"{page}sign-in/unlock/")

    assert try_to("pass").signed_in
    change = RightsChange.objects.get(what="unlocked")
    assert (change.by, change.person) == (administrator, agent)


@pytest.mark.parametrize("who", ["agent", "lead", "privacy_officer"])
def test_nobody_else_does(who, agent, signed_in, request):
    fail(5)
    person = request.getfixturevalue(who)

    response = signed_in(person).post(f"/admin/staff/user/{agent.pk}/sign-in/unlock/")

    assert response.status_code == 403
    assert try_to("pass").status_code == 429


def test_nor_does_a_link(agent, administrator, signed_in):
    fail(5)

    response = signed_in(administrator).get(f"/admin/staff/user/{agent.pk}/sign-in/unlock/")

    assert response.status_code == 404
    assert try_to("pass").status_code == 429


def test_old_failures_are_forgotten(agent):
    fail(3)

    with time_machine.travel(timezone.now() + timedelta(minutes=31)):
        assert tidy()["failures"] == 1
