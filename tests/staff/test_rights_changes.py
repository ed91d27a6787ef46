"""Every grant, change and removal of rights is written down, whatever the door."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.utils import timezone

from backoffice.staff import roles
from backoffice.staff.models import RightsChange, User
from backoffice.staff.models.rights import AppendOnly
from backoffice.staff.tasks import tidy

What = RightsChange.What


def changes(person, what):
    found = RightsChange.objects.filter(person=person, what=what).order_by("pk")
    return [(each.before, each.after) for each in found]


def test_groups_changed_on_the_page(administrator, agent, save_account):
    RightsChange.objects.all()._raw_delete("default")

    save_account(administrator, agent, groups=[roles.AGENT, roles.TEAM_LEAD])

    change = RightsChange.objects.get()
    assert (change.before, change.after) == ("agent", "agent, team_lead")
    assert (change.by, change.account, change.person) == (administrator, "administrator", agent)
    assert change.address == "127.0.0.1"


def test_groups_taken_on_the_page(administrator, agent, save_account):
    save_account(administrator, agent, groups=[])

    assert changes(agent, What.GROUPS)[-1] == ("agent", "")


def test_an_account_is_closed_on_the_page(administrator, agent, save_account):
    save_account(administrator, agent, is_active="")

    assert changes(agent, What.FLAGS) == [("is_active, is_staff", "is_staff")]


def test_saving_without_a_change_writes_nothing(administrator, agent, save_account):
    before = RightsChange.objects.count()

    save_account(administrator, agent, name="김새이름")

    assert RightsChange.objects.count() == before


def test_a_new_account(administrator, signed_in):
    signed_in(administrator).post(
        "/admin/staff/user/add/",
        {
            "username": "new",
            "name": "신입사",
            "email": "new@centre.example",
            "usable_password": "true",
            "password1": "Centre-2026-pass",
            "password2": "Centre-2026-pass",
            "is_staff": "on",
            "groups": [Group.objects.get(name=roles.AGENT).pk],
        },
    )

    person = User.objects.get(username="new")
    assert changes(person, What.ACCOUNT) == [("", "is_active, is_staff")]
    assert changes(person, What.GROUPS) == [("", "agent")]


DOORS = {
    "add": lambda person, group: person.groups.add(group),
    "set": lambda person, group: person.groups.set([*person.groups.all(), group]),
    "from the group": lambda person, group: group.user_set.add(person),
}


@pytest.mark.parametrize("door", DOORS)
def test_a_group_given_in_a_shell(door, agent):
    DOORS[door](agent, Group.objects.get(name=roles.TEAM_LEAD))

    assert changes(agent, What.GROUPS)[1:] == [("agent", "agent, team_lead")]
    assert RightsChange.objects.last().by is None


TAKEN = {
    "remove": lambda person, group: person.groups.remove(group),
    "clear": lambda person, group: person.groups.clear(),
    "from the group": lambda person, group: group.user_set.clear(),
    "the group": lambda person, group: group.delete(),
}


@pytest.mark.parametrize("door", TAKEN)
def test_a_group_taken_in_a_shell(door, agent):
    TAKEN[door](agent, Group.objects.get(name=roles.AGENT))

    (before, after) = changes(agent, What.GROUPS)[-1]
    assert len(changes(agent, What.GROUPS)) == 2
    assert before
    assert after == ""


FLAGS = {
    "save": lambda person: person.save(),
    "save of one field": lambda person: person.save(update_fields=["is_superuser"]),
    "update": lambda person: User.objects.update(is_superuser=True),
    "bulk_update": lambda person: User.objects.bulk_update([person], ["is_superuser"]),
}


@pytest.mark.parametrize("door", FLAGS)
def test_a_superuser_is_made_in_a_shell(door, agent):
    agent.is_superuser = True

    FLAGS[door](agent)

    assert changes(agent, What.FLAGS) == [
        ("is_active, is_staff", "is_active, is_staff, is_superuser")
    ]


@pytest.mark.django_db
def test_accounts_made_in_bulk():
    (person,) = User.objects.bulk_create([User(username="bulk", is_superuser=True)])

    assert changes(person, What.ACCOUNT) == [("", "is_active, is_superuser")]


def test_nobody_rewrites_them(agent):
    change = RightsChange.objects.filter(person=agent).first()

    for rewrite in (
        change.save,
        change.delete,
        RightsChange.objects.all().delete,
        lambda: RightsChange.objects.update(after=""),
    ):
        with pytest.raises(AppendOnly):
            rewrite()


def test_they_are_kept_for_three_years(agent):
    rows = RightsChange.objects.count()

    with time_machine.travel(timezone.now() + timedelta(days=1094)):
        assert tidy()["rights"] == 0
    with time_machine.travel(timezone.now() + timedelta(days=1096)):
        assert tidy()["rights"] == rows


def test_the_list_reads_in_words(privacy_officer, agent, signed_in):
    html = signed_in(privacy_officer).get("/admin/staff/rightschange/").content.decode()

    assert "is_staff" not in html
    assert "김상담" in html


@pytest.mark.parametrize("page", ["", "{pk}/change/"])
def test_it_names_who_made_the_change(
    page, administrator, agent, privacy_officer, save_account, signed_in
):
    save_account(administrator, agent, groups=[roles.AGENT, roles.TEAM_LEAD])
    row = RightsChange.objects.last()

    html = (
        signed_in(privacy_officer)
        .get(f"/admin/staff/rightschange/{page.format(pk=row.pk)}")
        .content.decode()
    )

    assert "변경한 직원" in html
    assert "한관리 (administrator)" in html


@pytest.mark.parametrize("page", ["add/", "{pk}/change/", "{pk}/delete/"])
def test_nobody_writes_in_the_list(page, administrator, signed_in):
    row = RightsChange.objects.last()

    response = signed_in(administrator).post(
        f"/admin/staff/rightschange/{page.format(pk=row.pk)}", {"after": "x", "post": "yes"}
    )

    assert response.status_code == 403
