"""Who may do what: the groups hold what DESIGN section 1 says, and nothing else."""

import pytest
from django.contrib.auth.models import Group, Permission

from backoffice.staff import roles
from backoffice.staff.models import User

LISTS = {
    "/admin/drivers/driver/": {"agent", "lead", "superuser"},
    "/admin/drivers/correction/": {"agent", "lead", "superuser"},
    "/admin/drivers/rightsrequest/": {"agent", "lead", "superuser"},
    "/admin/drivers/rightsrequest/add/": {"agent", "lead", "superuser"},
    "/admin/cases/case/": {"agent", "lead", "superuser"},
    "/admin/cases/case/add/": {"agent", "lead", "superuser"},
    "/admin/cases/approval/": {"agent", "lead", "superuser"},
    "/admin/cases/consultationtype/": {"lead", "administrator", "superuser"},
    "/admin/sms/message/": {"agent", "lead", "superuser"},
    "/admin/sms/template/": {"agent", "lead", "superuser"},
    "/admin/audit/accessrecord/": {"privacy_officer", "superuser"},
    "/admin/retention/erasure/": {"privacy_officer", "superuser"},
    "/admin/staff/rightschange/": {"privacy_officer", "administrator", "superuser"},
    "/admin/staff/user/": {"administrator", "superuser"},
    "/admin/staff/user/add/": {"administrator", "superuser"},
    "/admin/auth/group/": {"administrator", "superuser"},
}
PEOPLE = ["agent", "lead", "privacy_officer", "administrator", "superuser"]


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("url", LISTS)
def test_each_page_opens_for_those_who_may(url, who, signed_in, request):
    response = signed_in(request.getfixturevalue(who)).get(url)

    assert response.status_code == (200 if who in LISTS[url] else 403)


@pytest.mark.parametrize("who", PEOPLE)
def test_everybody_has_a_first_page(who, signed_in, request):
    assert signed_in(request.getfixturevalue(who)).get("/admin/").status_code == 200


def test_a_person_without_a_group_may_nothing(make_user, signed_in):
    person = make_user("nobody_yet")

    assert person.get_all_permissions() == set()
    assert signed_in(person).get("/admin/drivers/driver/").status_code == 403


DECIDES = {
    "drivers.correct_birthdate": {"agent", "lead"},
    "drivers.undo_correction": {"agent", "lead"},
    "drivers.correct_phone": {"lead"},
    "drivers.manage_driver": {"lead"},
    "drivers.add_rightsrequest": {"agent", "lead"},
    "drivers.answer_rights": {"lead"},
    "drivers.add_driver": {"lead"},
    "cases.work_case": {"agent", "lead"},
    "cases.lead_case": {"lead"},
    "cases.decide_approval": {"lead"},
    "sms.change_template": {"lead"},
    "sms.resend_message": {"lead"},
    "audit.view_accessrecord": {"privacy_officer"},
    "retention.view_erasure": {"privacy_officer"},
    "audit.sign_review": {"privacy_officer"},
    "staff.change_user": {"administrator"},
}


@pytest.mark.parametrize("permission", DECIDES)
def test_who_decides_what(permission, request):
    holders = {who for who in PEOPLE[:4] if request.getfixturevalue(who).has_perm(permission)}

    assert holders == DECIDES[permission]


@pytest.mark.parametrize("who", ["privacy_officer", "administrator"])
def test_who_does_not_work_on_cases_sees_no_drivers(who, request):
    permissions = request.getfixturevalue(who).get_all_permissions()

    assert not [each for each in permissions if each.startswith(("drivers.", "sms."))]
    assert "cases.view_case" not in permissions


@pytest.mark.django_db
def test_nobody_holds_a_permission_to_delete():
    assert not Permission.objects.filter(codename__startswith="delete_", group__isnull=False)


@pytest.mark.django_db
def test_a_migrate_puts_the_groups_right_again():
    group = Group.objects.get(name=roles.AGENT)
    right = set(group.permissions.values_list("pk", flat=True))
    group.permissions.add(Permission.objects.get(codename="decide_approval"))
    group.permissions.remove(Permission.objects.get(codename="correct_birthdate"))

    roles.sync_roles()

    assert set(group.permissions.values_list("pk", flat=True)) == right


@pytest.mark.django_db
def test_a_misspelt_permission_stops_the_migrate(monkeypatch):
    monkeypatch.setitem(roles.ROLES, roles.AGENT, {"drivers.correct_birhtdate"})

    with pytest.raises(Permission.DoesNotExist):
        roles.sync_roles()


def test_an_administrator_makes_nobody_a_superuser(administrator, agent, signed_in):
    signed_in(administrator).post(
        f"/admin/staff/user/{agent.pk}/change/",
        {
            "username": "agent",
            "name": "김상담",
            "is_active": "on",
            "is_staff": "on",
            "is_superuser": "on",
            "user_permissions": [Permission.objects.get(codename="decide_approval").pk],
            "groups": [Group.objects.get(name=roles.AGENT).pk],
        },
    )

    agent = User.objects.get(pk=agent.pk)
    assert not agent.is_superuser
    assert not agent.has_perm("cases.decide_approval")


def test_an_account_is_deactivated_and_never_deleted(administrator, agent, signed_in):
    response = signed_in(administrator).post(
        f"/admin/staff/user/{agent.pk}/delete/", {"post": "yes"}
    )

    assert response.status_code == 403
    assert User.objects.filter(pk=agent.pk).exists()


@pytest.mark.parametrize("page", ["add/", "{pk}/change/", "{pk}/delete/"])
@pytest.mark.parametrize("who", ["administrator", "superuser"])
def test_what_a_group_may_do_is_not_edited_by_hand(who, page, signed_in, request):
    person = request.getfixturevalue(who)
    group = Group.objects.get(name=roles.AGENT)
    before = set(group.permissions.values_list("pk", flat=True))
    url = f"/admin/auth/group/{page.format(pk=group.pk)}"

    response = signed_in(person).post(url, {"name": "agent", "permissions": [], "post": "yes"})

    assert response.status_code == 403
    assert set(Group.objects.get(name="agent").permissions.values_list("pk", flat=True)) == before


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("staff/user/", ["상담원", "팀장", "관리자"]),
        ("staff/user/{agent}/change/", ["상담원", "개인정보 보호책임자"]),
        ("staff/rightschange/", ["상담원"]),
        ("auth/group/", ["상담원", "팀장", "개인정보 보호책임자", "관리자"]),
    ],
)
def test_roles_are_called_by_words(page, words, agent, lead, administrator, signed_in):
    html = signed_in(administrator).get(f"/admin/{page.format(agent=agent.pk)}").content.decode()

    assert [word for word in words if word not in html] == []
    assert roles.PRIVACY_OFFICER not in html
