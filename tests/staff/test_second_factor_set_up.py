"""The second step is set up at the first sign-in, and reset by an administrator alone."""

import re

import pytest
from axes.models import AccessAttempt
from django.test import Client

from backoffice.staff import again, second_factor
from backoffice.staff.models import RightsChange, SecondFactor
from tests.staff.conftest import App
from tests.together import together

ENROL = "/admin/login/enrol/"


@pytest.fixture(autouse=True)
def required(settings):
    settings.SECOND_FACTOR = "required"


def is_in(client):
    return client.get("/admin/").status_code == 200


@pytest.fixture
def set_up(client, give_password):
    """Sign in for the first time, and set it up; returns the app and the last page."""

    def set_up(username="agent"):
        assert give_password(username).url == ENROL
        app = App(client.get(ENROL).context["secret"])
        return app, client.post(ENROL, {"code": app()})

    return set_up


def test_the_first_sign_in_sets_it_up(agent, set_up, client):
    _app, page = set_up()

    assert len(page.context["codes"]) == 10
    assert all(code in page.content.decode() for code in page.context["codes"])
    assert is_in(client)
    assert SecondFactor.objects.get().user == agent


@pytest.mark.parametrize("who", ["agent", "lead", "privacy_officer", "administrator", "superuser"])
def test_everybody_has_to(who, request, give_password, client):
    person = request.getfixturevalue(who)

    assert give_password(person.username).url == ENROL
    assert not is_in(client)


def test_the_square_is_drawn_in_the_page(agent, give_password, client):
    give_password()

    html = client.get(ENROL).content.decode()

    assert "<svg" in html
    assert not re.search(r"<svg[^>]*\son\w+=|<script[^>]*>[^<]", html)
    assert "no-store" in client.get(ENROL).headers["Cache-Control"]


def test_a_wrong_code_shows_the_same_square(agent, give_password, client):
    give_password()
    before = client.get(ENROL).context["secret"]

    page = client.post(ENROL, {"code": "000000"})

    assert page.context["secret"] == before
    assert "시계" in page.content.decode()
    assert not SecondFactor.objects.exists()


def test_another_sign_in_shows_another_square(agent, give_password, client):
    give_password()
    before = client.get(ENROL).context["secret"]
    client.cookies.clear()
    give_password()

    assert client.get(ENROL).context["secret"] != before


def test_nobody_learns_the_secret_of_who_signs_in_after_him(agent, lead, give_password, client):
    """At a shared desk: one gives his password, sees the square and goes away."""
    give_password("agent")
    seen = client.get(ENROL).context["secret"]
    give_password("team_lead")
    own = client.get(ENROL).context["secret"]

    client.post(ENROL, {"code": App(own)()})

    assert own != seen
    assert second_factor.in_letters(SecondFactor.objects.get(user=lead).secret) == own.replace(
        " ", ""
    )


def test_who_gives_his_password_twice_sees_the_square_that_his_app_has_learnt(
    agent, give_password, client
):
    give_password()
    before = client.get(ENROL).context["secret"]
    give_password()

    assert client.get(ENROL).context["secret"] == before


@pytest.mark.django_db(transaction=True)
def test_a_double_click_sets_it_up_once(agent, give_password, client):
    give_password()
    app = App(client.get(ENROL).context["secret"])
    code = app()

    def press():
        other = Client()
        other.cookies.update(client.cookies)
        return lambda: other.post(ENROL, {"code": code}).status_code

    answers = together(*[press() for _click in range(4)])

    assert 200 in answers
    assert set(answers) <= {200, 302}
    assert SecondFactor.objects.count() == 1
    assert second_factor.unused_recovery_codes(agent) == 10


def test_who_has_one_does_not_get_a_second(agent, app_of, give_password, client):
    app_of(agent)
    give_password()

    assert client.get(ENROL).status_code == 302
    assert client.post(ENROL, {"code": "000000"}).status_code == 302


def test_recovery_codes_are_renewed_for_one_more_code(agent, set_up, client):
    app, page = set_up()

    renewed = client.post("/admin/login/recovery-codes/", {"code": app(steps=1)})

    assert not set(renewed.context["codes"]) & set(page.context["codes"])
    assert second_factor.unused_recovery_codes(agent) == 10
    assert not second_factor.check(agent, page.context["codes"][0])


def test_and_not_without_one(agent, set_up, client):
    _app, page = set_up()

    response = client.post("/admin/login/recovery-codes/", {"code": "000000"})

    assert response.url == "/admin/sessions/"
    assert second_factor.check(agent, page.context["codes"][0])


def test_looking_at_their_address_is_no_failed_attempt(agent, set_up, client):
    app, _page = set_up()

    for _time in range(6):
        assert client.get("/admin/login/recovery-codes/").url == "/admin/sessions/"

    assert not AccessAttempt.objects.exists()
    assert client.post("/admin/login/recovery-codes/", {"code": app(steps=1)}).context["codes"]


def test_an_administrator_resets_it(agent, administrator, set_up, client, settings):
    set_up()
    settings.SECOND_FACTOR = "optional"
    client.force_login(administrator)
    page = f"/admin/staff/user/{agent.pk}/"
    assert "2단계 인증 초기화" in client.get(f"{page}change/").content.decode()

    client.post(f"{page}sign-in/reset-second-factor/")

    assert not second_factor.has_one(agent)
    assert second_factor.unused_recovery_codes(agent) == 0
    assert agent.sessions.count() == 0
    change = RightsChange.objects.get(what="second_factor")
    assert (change.by, change.person) == (administrator, agent)


@pytest.mark.parametrize("who", ["lead", "privacy_officer"])
def test_nobody_else_resets_it(who, agent, app_of, signed_in, settings, request):
    app_of(agent)
    settings.SECOND_FACTOR = "optional"
    person = request.getfixturevalue(who)

    url = f"/admin/staff/user/{agent.pk}/sign-in/reset-second-factor/"

    assert signed_in(person).post(url).status_code == 403
    assert second_factor.has_one(agent)


def test_nor_does_an_administrator_his_own(administrator, app_of, signed_in, settings):
    app_of(administrator)
    settings.SECOND_FACTOR = "optional"

    url = f"/admin/staff/user/{administrator.pk}/sign-in/reset-second-factor/"

    assert signed_in(administrator).post(url).status_code == 403
    assert second_factor.has_one(administrator)


def test_where_it_is_optional_it_is_asked_of_who_has_it(
    agent, lead, app_of, give_password, client, settings
):
    settings.SECOND_FACTOR = "optional"
    app_of(agent)

    assert give_password("agent").url == "/admin/login/code/"
    assert give_password("team_lead").url == "/admin/"


def test_where_it_is_optional_it_is_set_up_on_ones_own_page(lead, give_password, client, settings):
    settings.SECOND_FACTOR = "optional"
    give_password("team_lead")
    assert ENROL in client.get("/admin/sessions/").content.decode()

    app = App(client.get(ENROL).context["secret"])
    page = client.post(ENROL, {"code": app()})

    assert page.context["next"] == "/admin/sessions/"
    assert second_factor.has_one(lead)
    assert is_in(client)


def test_where_it_is_off_nothing_is_asked(agent, app_of, give_password, client, settings):
    settings.SECOND_FACTOR = "off"
    app_of(agent)

    assert give_password().url == "/admin/"
    assert "복구 코드" not in client.get("/admin/sessions/").content.decode()


@pytest.mark.parametrize(("right", "status"), [(True, 200), (False, 403)])
def test_signing_in_again_asks_for_it_too(right, status, agent, set_up, client):
    app, _page = set_up()
    who = client.get("/admin/session/").json()["who"]
    client.post("/admin/logout/")

    code = app(steps=1) if right else "000000"
    typed = {again.WHO: who, again.PASSWORD: "pass", again.CODE: code}
    response = client.post("/admin/session/again/", typed)

    assert response.status_code == status
    assert is_in(client) is right
