"""Every URL of the admin, for a session that is somebody's and not good for it."""

import pytest

from backoffice.staff.middleware import PasswordDueMiddleware
from backoffice.staff.models import User
from tests.house.places import places
from tests.house.walking import walk

ADMIN = {name for name, route in places() if route.startswith("admin/")}
SIGN_IN = {"sign-in", "sign-in-code", "sign-in-enrol", "admin:login", "admin:logout"}
# Says how long a session lasts, to whoever asks; there is none.
SIGN_IN |= {"session", "session-again"}

METHODS = pytest.mark.parametrize("method", ["get", "post"])


@pytest.fixture
def through(client, superuser):
    """What every address of the admin answered to the one person for whom most are open."""

    def start(method):
        return {name: each for name, each in walk(client, method, {}).items() if name in ADMIN}

    client.force_login(superuser)
    return start


def got_in(found, *, but, to):
    return {
        name: answer.status_code
        for name, (answer, tables, _noted) in found.items()
        if name not in but and (answer.status_code != 302 or to not in answer.url or tables)
    }


@METHODS
def test_without_the_second_factor_nothing_opens(method, through, settings):
    settings.SECOND_FACTOR = "required"

    assert got_in(through(method), but=SIGN_IN, to="/login/") == {}


@METHODS
def test_a_deactivated_person_is_a_stranger(method, through, superuser):
    User.objects.filter(pk=superuser.pk).update(is_active=False)

    assert got_in(through(method), but=SIGN_IN, to="/login/") == {}


@METHODS
def test_who_has_to_change_his_password_does_that_first(method, through, superuser):
    User.objects.filter(pk=superuser.pk).update(must_change_password=True)

    # The theme's own name for the same address.
    open_still = PasswordDueMiddleware.OPEN | {"admin:password_change"}
    assert got_in(through(method), but=open_still, to="/password_change/") == {}
