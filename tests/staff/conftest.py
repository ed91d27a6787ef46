import base64
import time
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import Group
from django_otp.oath import hotp

from backoffice.staff import second_factor
from backoffice.staff.models import SecondFactor


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


@pytest.fixture
def app_of():
    """The authenticator app of a person who has set it up: app_of(agent)() is its code."""

    def learn(person):
        encrypted = second_factor.new_secret()
        SecondFactor.objects.create(user=person, secret=encrypted)
        return App(second_factor.in_letters(encrypted))

    return learn


class App:
    """What runs on the telephone."""

    def __init__(self, letters):
        self.secret = base64.b32decode(letters.replace(" ", ""))

    def __call__(self, *, steps=0):
        return f"{hotp(self.secret, int(time.time()) // 30 + steps):06}"


@pytest.fixture
def give_password(client):
    """The first page of the sign-in, filled in."""

    def give(username="agent", password="pass", **query):
        where = f"/admin/login/?{urlencode(query)}" if query else "/admin/login/"
        return client.post(where, {"username": username, "password": password})

    return give


@pytest.fixture
def give_code(client):
    """The second page, filled in."""
    return lambda code: client.post("/admin/login/code/", {"code": code})
