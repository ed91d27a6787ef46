"""The hunt at the door: a driver's data typed where an account's name belongs."""

from datetime import timedelta

import pytest
import time_machine
from axes.models import AccessAttempt
from django.db import connection
from django.test import Client
from django.utils import timezone

from backoffice.audit.models import AccessRecord
from backoffice.staff.tasks import tidy
from tests.audit.marks import marks_in
from tests.audit.test_leak_hunt_elsewhere import log  # noqa: F401 - a fixture
from tests.retention.life import BORN, NAME, OWN, PLATE, said

TYPED = [NAME, f"{NAME} 기사", OWN, OWN.replace("-", ""), PLATE, f"{BORN:%y%m%d}", said("로그인")]
# The lock is on the name as it was typed, and a name that was locked must be found again.
PERMITTED = {"axes_accessattempt"}


def fail(username, times=6):
    """Knock until it is locked; everything that is answered."""
    client = Client()
    posted = {"username": username, "password": said("비밀번호")}
    answers = [client.post("/admin/login/", posted) for _time in range(times)]
    return "\n".join(
        f"{dict(each.items())}{each.cookies.output()}{words_of(each, username)}"
        for each in answers
    )


def words_of(answer, username):
    """The page without the field that shows its reader once more what he typed."""
    return answer.content.decode().replace(f'value="{username}"', "")


def tables_with_marks():
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"select * from {connection.ops.quote_name(table)}")
            rows = "\n".join(str(value) for row in cursor.fetchall() for value in row)
            if marks_in(rows):
                found.add(table)
    return found


@pytest.mark.parametrize("typed", TYPED)
def test_what_was_typed_is_kept_for_the_lock_alone(typed, db, log):  # noqa: F811 - the fixture
    answered = fail(typed)

    assert tables_with_marks() == PERMITTED
    assert marks_in(answered) == []
    assert marks_in(log.getvalue()) == []
    assert AccessRecord.objects.filter(action="sign_in_failed").count() == 6


@pytest.mark.parametrize("typed", TYPED)
def test_and_no_longer_than_the_lock(typed, db):
    fail(typed)
    assert AccessAttempt.objects.exists()

    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        tidy()

    assert tables_with_marks() == set()


@pytest.mark.parametrize("page", ["/admin/audit/accessrecord/", "/admin/staff/user/", "/admin/"])
def test_no_page_shows_it(page, privacy_officer, administrator):
    for typed in TYPED:
        fail(typed, times=1)

    for person in (privacy_officer, administrator):
        client = Client()
        client.force_login(person)
        assert marks_in(client.get(page).content.decode()) == []


@pytest.mark.parametrize("username", ["agent", "kim.820503", "821123", "김상담"])
def test_the_name_of_an_account_is_recorded_as_it_is(username, make_user):
    """An account's name may look like anything, and the review has to know it."""
    make_user("agent", username)

    fail(username, times=1)

    assert AccessRecord.objects.get().account == username


@pytest.mark.parametrize(
    ("typed", "kept"), [("admin", "admin"), ("홍길동", "홍*동"), ("821123", "****-**-**")]
)
def test_what_else_was_tried_stays_recognisable(typed, kept, db):
    fail(typed, times=1)

    assert AccessRecord.objects.get().account == kept
