import pytest
from django.contrib.auth.models import Group


@pytest.fixture
def save_account(signed_in):
    """Fill in somebody's page as an administrator would: save_account(by, person, groups=[…])."""

    def save(by, person, *, groups=None, **fields):
        names = person.groups.values_list("name", flat=True) if groups is None else groups
        form = {
            "username": person.username,
            "name": person.name,
            "email": person.email,
            "is_active": "on",
            "is_staff": "on",
            "groups": [Group.objects.get(name=name).pk for name in names],
        }
        posted = {name: value for name, value in (form | fields).items() if value}
        return signed_in(by).post(f"/admin/staff/user/{person.pk}/change/", posted)

    return save
