"""After the password comes a code; nothing opens before it, and none opens twice."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from backoffice.audit.models import AccessRecord
from backoffice.staff import second_factor
from backoffice.staff.models import RecoveryCode, SecondFactor

PAGES = ["/admin/", "/admin/drivers/driver/", "/admin/call/?driver=1", "/admin/sessions/"]


@pytest.fixture(autouse=True)
def required(settings):
    settings.SECOND_FACTOR = "required"


def is_in(client):
    return client.get("/admin/").status_code == 200


def test_password_and_code_open_the_page_that_was_wanted(agent, app_of, give_password, give_code):
    app = app_of(agent)

    first = give_password(next="/admin/cases/case/")
    second = give_code(app())

    assert first.url == "/admin/login/code/"
    assert (second.status_code, second.url) == (302, "/admin/cases/case/")


def test_the_sign_in_is_recorded_when_it_is_complete(agent, app_of, give_password, give_code):
    app = app_of(agent)

    give_password()
    assert not AccessRecord.objects.filter(action="sign_in").exists()
    give_code(app())

    assert AccessRecord.objects.filter(action="sign_in", by=agent).count() == 1


@pytest.mark.parametrize("page", PAGES)
def test_the_password_alone_opens_nothing(page, agent, app_of, give_password, client):
    app_of(agent)
    give_password()

    assert client.get(page).status_code == 302
    assert client.post(page).status_code == 302


@pytest.mark.parametrize("page", PAGES)
def test_nor_does_a_session_that_never_passed_it(page, agent, signed_in):
    assert signed_in(agent).get(page).status_code == 302


@pytest.mark.parametrize("code", ["", "000000", "abcdef", "１２３", "x" * 500, "\x00"])
def test_a_wrong_code_opens_nothing(code, agent, app_of, give_password, give_code, client):
    app_of(agent)
    give_password()

    response = give_code(code)

    assert response.status_code == 200
    assert "코드가 올바르지 않거나" in response.content.decode()
    assert not is_in(client)


def test_a_code_is_read_as_the_app_shows_it(agent, app_of, give_password, give_code, client):
    app = app_of(agent)
    give_password()
    code = app()

    give_code(f" {code[:3]} {code[3:]} ".translate({ord("0") + n: 0xFF10 + n for n in range(10)}))

    assert is_in(client)


def test_no_code_opens_twice(agent, app_of, give_password, give_code, client):
    app = app_of(agent)
    with time_machine.travel("2026-11-24 10:00:05+09:00", tick=False):
        code = app()
        give_password()
        give_code(code)
        client.post("/admin/logout/")
        give_password()
        give_code(code)

        assert not is_in(client)
        give_code(app(steps=1))
        assert is_in(client)


@pytest.mark.parametrize(("steps", "opens"), [(-2, False), (-1, True), (1, True), (2, False)])
def test_clocks_may_differ_a_little(steps, opens, agent, app_of, give_password, give_code, client):
    app = app_of(agent)
    give_password()
    with time_machine.travel(timezone.now(), tick=False):
        give_code(app(steps=steps))

    assert is_in(client) is opens


def test_wrong_codes_lock_like_wrong_passwords(agent, app_of, give_password, give_code, client):
    app = app_of(agent)
    give_password()
    answers = [give_code("000000").status_code for _time in range(5)]

    assert answers == [200, 200, 200, 200, 429]
    assert give_code(app()).status_code == 429
    assert give_password().status_code == 429
    assert not is_in(client)


def test_a_right_password_does_not_start_the_count_again(agent, app_of, give_password, give_code):
    app_of(agent)
    for _time in range(4):
        give_password()
        give_code("000000")

    give_password()
    assert give_code("000000").status_code == 429


def test_the_second_page_waits_ten_minutes(agent, app_of, give_password, give_code, client):
    app = app_of(agent)
    give_password()

    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        assert give_code(app()).url.startswith("/admin/login/")
        assert not is_in(client)


def test_a_password_changed_meanwhile_ends_it(agent, app_of, give_password, give_code, client):
    app = app_of(agent)
    give_password()
    agent.set_password("another-Pass-1")
    agent.save()

    give_code(app())

    assert not is_in(client)


def test_an_account_closed_meanwhile_ends_it(agent, app_of, give_password, give_code, client):
    app = app_of(agent)
    give_password()
    agent.is_active = False
    agent.save()

    assert give_code(app()).url.startswith("/admin/login/")


def test_the_app_of_somebody_else_opens_nothing(
    agent, lead, app_of, give_password, give_code, client
):
    app_of(agent)
    other = app_of(lead)
    give_password()

    give_code(other())

    assert not is_in(client)


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["code", "enrol", "recovery-codes"])
def test_the_second_page_is_nobodys_without_the_first(page, client):
    assert client.get(f"/admin/login/{page}/").url.startswith("/admin/login/")
    assert client.post(f"/admin/login/{page}/", {"code": "1"}).url.startswith("/admin/login/")


def test_a_recovery_code_opens_once(agent, app_of, give_password, give_code, client):
    app_of(agent)
    code = second_factor.renew_recovery_codes(agent)[3].upper()
    give_password()
    give_code(code)
    assert is_in(client)
    client.post("/admin/logout/")

    give_password()
    give_code(code)

    assert not is_in(client)
    assert second_factor.unused_recovery_codes(agent) == 9


def test_what_is_stored_opens_nothing(agent, app_of):
    app = app_of(agent)
    codes = second_factor.renew_recovery_codes(agent)

    assert app.secret.hex() not in SecondFactor.objects.get().secret
    assert not set(codes) & set(RecoveryCode.objects.values_list("digest", flat=True))


def test_another_secret_key_opens_nothing_and_crashes_nothing(
    agent, app_of, give_password, give_code, settings
):
    app = app_of(agent)
    settings.SECRET_KEY = "another one"
    give_password()

    assert give_code(app()).status_code == 200


def test_an_earlier_secret_key_still_reads(
    agent, app_of, give_password, give_code, settings, client
):
    app = app_of(agent)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another one"
    give_password()
    give_code(app())

    assert is_in(client)


def test_the_hooks_and_probes_ask_for_none(client):
    assert client.get("/healthz").status_code == 200
    assert client.post("/hooks/sms/nobody/").status_code == 404
