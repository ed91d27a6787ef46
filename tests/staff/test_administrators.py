"""What an administrator may not do: change his own rights, leave nobody, share an account."""

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError

from backoffice.staff import roles
from backoffice.staff.models import User


def groups(person):
    return set(person.groups.values_list("name", flat=True))


@pytest.mark.parametrize("who", ["administrator", "superuser"])
def test_nobody_changes_his_own_groups(who, save_account, request):
    person = request.getfixturevalue(who)
    before = groups(person)

    save_account(person, person, groups=[roles.TEAM_LEAD, roles.ADMINISTRATOR], is_active="")

    person = User.objects.get(pk=person.pk)
    assert groups(person) == before
    assert person.is_active


LEAVING = {
    "without the group": {"groups": []},
    "in another group": {"groups": [roles.AGENT]},
    "closed": {"is_active": ""},
    "no staff": {"is_staff": ""},
}


@pytest.mark.parametrize("how", LEAVING)
def test_the_last_administrator_stays(how, administrator, superuser, save_account):
    response = save_account(superuser, administrator, **LEAVING[how])

    person = User.objects.get(pk=administrator.pk)
    assert response.status_code == 200
    assert "마지막 관리자" in response.content.decode()
    assert (person.is_active, person.is_staff) == (True, True)
    assert groups(person) == {roles.ADMINISTRATOR}


@pytest.mark.parametrize("how", LEAVING)
def test_one_of_two_may_go(how, administrator, make_user, save_account):
    other = make_user(roles.ADMINISTRATOR, "other_administrator")

    assert save_account(administrator, other, **LEAVING[how]).status_code == 302


def test_one_who_is_closed_does_not_count(administrator, superuser, make_user, save_account):
    make_user(roles.ADMINISTRATOR, "gone", is_active=False)

    assert save_account(superuser, administrator, groups=[]).status_code == 200
    assert groups(administrator) == {roles.ADMINISTRATOR}


def new_account(**fields):
    return {
        "username": "new",
        "name": "신입사",
        "email": "new@centre.example",
        "usable_password": "true",
        "password1": "Centre-2026-pass",
        "password2": "Centre-2026-pass",
        "is_staff": "on",
        "groups": [Group.objects.get(name=roles.AGENT).pk],
        **fields,
    }


def test_one_account_a_person(administrator, make_user, signed_in):
    make_user(roles.AGENT, email="New@centre.example")

    response = signed_in(administrator).post("/admin/staff/user/add/", new_account())

    assert "한 사람당 계정 하나" in response.content.decode()
    assert not User.objects.filter(username="new").exists()


@pytest.mark.parametrize("missing", ["name", "email"])
def test_a_new_account_says_whose_it_is(missing, administrator, signed_in):
    response = signed_in(administrator).post(
        "/admin/staff/user/add/", new_account(**{missing: ""})
    )

    assert missing in response.context["adminform"].form.errors
    assert not User.objects.filter(username="new").exists()


def test_a_new_account_may_sign_in_unless_it_is_switched_off(administrator, signed_in):
    form = signed_in(administrator).get("/admin/staff/user/add/").context["adminform"].form

    assert form["is_staff"].value() is True
    assert form["is_staff"].label == "로그인 허용"


@pytest.mark.parametrize("field", ["password1", "password2"])
def test_a_new_account_has_a_password(field, administrator, signed_in):
    page = signed_in(administrator).post("/admin/staff/user/add/", new_account(**{field: ""}))

    form = page.context["adminform"].form
    assert form[field].field.required
    assert form.errors
    assert not User.objects.filter(username="new").exists()


def test_a_new_account_has_no_password_in_use(administrator, signed_in):
    page = signed_in(administrator).get("/admin/staff/user/add/").content.decode()

    assert "10자 이상" in page
    assert "현재 사용 중인 비밀번호" not in page


@pytest.mark.django_db
def test_the_database_holds_it_too():
    User.objects.create_user("one", email="same@centre.example")

    with pytest.raises(IntegrityError):
        User.objects.create_user("two", email="Same@centre.example")
