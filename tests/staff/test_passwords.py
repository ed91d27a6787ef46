"""What a password has to be, and who has to change it."""

import pytest
from django.contrib.auth.hashers import identify_hasher, make_password

from backoffice.settings import PASSWORD_HASHERS
from backoffice.staff.models import RightsChange, User

OWN_PAGE = "/admin/password_change/"
GOOD = "Centre-2026-pass"


@pytest.fixture
def change_own(signed_in):
    def change(person, new, old="pass"):
        typed = {"old_password": old, "new_password1": new, "new_password2": new}
        return signed_in(person).post(OWN_PAGE, typed)

    return change


def has(person, password):
    return User.objects.get(pk=person.pk).check_password(password)


@pytest.mark.parametrize(
    "password", ["bright-owls", "Owl-2026", "OWLS202611", "owls 202611", "부엉이-owl-26", GOOD]
)
def test_is_taken(password, agent, change_own):
    assert change_own(agent, password).status_code == 302
    assert has(agent, password)


@pytest.mark.parametrize(
    "password",
    [
        "Owl-26a",  # seven
        "bright-ow",  # nine of two kinds
        "brightowls",  # one kind
        "7302918465",
        "password12",  # common
        "agent-2026",  # the name
    ],
)
def test_is_refused_with_a_reason(password, agent, change_own):
    response = change_own(agent, password)

    assert response.status_code == 200
    assert response.context["form"].errors["new_password2"]
    assert has(agent, "pass")


def test_the_one_in_use_is_no_new_one(agent, change_own):
    agent.set_password(GOOD)
    agent.save()

    response = change_own(agent, GOOD, old=GOOD)

    [said] = response.context["form"].errors["new_password2"]
    assert said == "현재 비밀번호는 다시 사용할 수 없습니다."


def test_the_rule_is_told_in_korean(agent, signed_in):
    html = signed_in(agent).get(OWN_PAGE).content.decode()

    assert "10자 이상" in html


def test_the_old_one_is_asked_for(agent, change_own):
    assert change_own(agent, GOOD, old="wrong").status_code == 200
    assert has(agent, "pass")


def test_ones_own_change_ends_what_is_open_elsewhere(agent, change_own, client):
    client.force_login(agent)
    assert agent.sessions.count() == 1
    client.cookies.clear()

    change_own(agent, GOOD)

    assert agent.sessions.count() == 1
    assert client.get("/admin/").status_code == 200


def test_is_hashed_with_argon2(settings):
    settings.PASSWORD_HASHERS = PASSWORD_HASHERS

    assert identify_hasher(make_password(GOOD)).algorithm == "argon2"


@pytest.fixture
def assign(signed_in):
    """An administrator gives somebody a password."""

    def assign(by, person, password=GOOD):
        typed = {"password1": password, "password2": password, "usable_password": "true"}
        return signed_in(by).post(
            f"/admin/staff/user/{person.pk}/password/", typed | {"set-password": "1"}
        )

    return assign


@pytest.fixture
def assigned(assign, administrator, agent, client):
    """Signed in with a password that an administrator gave."""
    assign(administrator, agent)
    client.post("/admin/logout/")
    client.post("/admin/login/", {"username": "agent", "password": GOOD})
    return client


def test_who_got_one_sees_the_page_to_change_it(assigned):
    for url in ("/admin/", "/admin/drivers/driver/", "/admin/call/?driver=1"):
        assert assigned.get(url).url == OWN_PAGE
        assert assigned.post(url).url == OWN_PAGE

    assert "먼저 본인의 비밀번호" in assigned.get(OWN_PAGE).content.decode()


def test_and_works_on_once_it_is_changed(assigned):
    new = "Another-2026"
    typed = {"old_password": GOOD, "new_password1": new, "new_password2": new}

    assert assigned.post(OWN_PAGE, typed).status_code == 302
    assert assigned.get("/admin/").status_code == 200


def test_and_cannot_keep_it(assigned):
    typed = {"old_password": GOOD, "new_password1": GOOD, "new_password2": GOOD}

    assert assigned.post(OWN_PAGE, typed).status_code == 200
    assert assigned.get("/admin/").status_code == 302


def test_a_given_one_is_written_down_and_ends_what_is_open(assign, administrator, agent, client):
    client.force_login(agent)
    client.cookies.clear()

    assign(administrator, agent)

    change = RightsChange.objects.get(what="password")
    assert (change.by, change.person) == (administrator, agent)
    assert agent.sessions.count() == 0


def test_a_new_account_has_to_choose_one(administrator, signed_in):
    signed_in(administrator).post(
        "/admin/staff/user/add/",
        {
            "username": "new",
            "name": "신입사",
            "email": "new@centre.example",
            "usable_password": "true",
            "password1": GOOD,
            "password2": GOOD,
        },
    )

    assert User.objects.get(username="new").must_change_password


def test_an_administrator_changes_his_own_where_the_old_one_is_asked(administrator, assign):
    assert assign(administrator, administrator).url == OWN_PAGE
    assert has(administrator, "pass")


def test_who_chose_his_own_is_left_alone(agent, signed_in):
    assert signed_in(agent).get("/admin/").status_code == 200


@pytest.mark.parametrize("spelt", ["{}", "0{}", "+{}", "%20{}", "{} "])
def test_an_administrator_sets_his_own_only_where_the_old_one_is_asked_for(
    administrator, signed_in, spelt
):
    """However his key is spelt in the address."""
    page = f"/admin/staff/user/{spelt.format(administrator.pk)}/password/"
    client = signed_in(administrator)

    client.get(page)
    client.post(page, {"password1": GOOD, "password2": GOOD, "set-password": "1"})

    assert has(administrator, "pass")
    assert not RightsChange.objects.filter(what="password").exists()
