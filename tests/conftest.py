import gc
import os
import signal
from datetime import date

import hypothesis
import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import connection

from backoffice.audit import guard
from backoffice.celery import app as celery_app
from backoffice.sms.gateways.memory import MemoryGateway
from backoffice.sms.queueing import queue_text
from backoffice.staff import roles
from backoffice.staff.models import User
from backoffice.workflow.transitions import perform
from cases.models import Case, ConsultationType
from cases.services import open_case
from drivers.models import Driver
from tests.e2e.shown import pytest_terminal_summary  # noqa: F401  a hook of pytest's

# The same examples at each run, so that a red one tells of the change at hand and not of luck.
# HYPOTHESIS=new looks for others.
hypothesis.settings.register_profile("same", derandomize=os.environ.get("HYPOTHESIS") != "new")
hypothesis.settings.load_profile("same")

# A shell that runs this in the background has it ignored, by every process started here, too.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Looking for cycles again and again among all that Django loaded took a tenth of the time.
gc.freeze()
gc.set_threshold(100_000, 50, 100)


def pytest_configure(config):
    """Leave the long ones to whoever names a path, or ``-m long``."""
    if config.args_source == config.ArgsSource.TESTPATHS and not config.option.markexpr:
        config.option.markexpr = "not long"


@pytest.hookimpl(trylast=True)  # after the files were shuffled
def pytest_collection_modifyitems(items):
    """Begin with the longest: at the end three workers would wait for a fourth."""
    items.sort(
        key=lambda item: (item.get_closest_marker("long") is None, "/e2e/" not in item.nodeid)
    )


def pytest_xdist_auto_num_workers(config):
    """Four on a small machine, as many tests wait; a database has only so many connections."""
    return min(max(os.cpu_count() or 1, 4), 8)


@pytest.fixture(scope="session", autouse=True)
def queue_of_its_own():
    """The bells that tests ring wake nobody and are taken down with their queue."""
    yield
    with celery_app.connection_for_write() as connection:
        connection.default_channel.queue_delete(settings.CELERY_TASK_DEFAULT_QUEUE)


@pytest.fixture(scope="session", autouse=True)
def emptied_between_tests():
    """
    The guards of the access records do not stop the emptying of all tables after a test.

    They are taken away with it, and put back by the migrate signal that follows it.
    """
    operations = type(connection.ops)
    plain = operations.sql_flush

    def sql_flush(self, *args, **kwargs):
        guards = guard.present(self.connection).items()
        drops = [guard.drop(self.connection, name, table) for name, table in guards]
        return [*drops, *plain(self, *args, **kwargs)]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(operations, "sql_flush", sql_flush)
        yield


@pytest.fixture
def make_user(db):
    """People stand for what they may do: make_user("agent"), make_user("team_lead", …)."""

    def make(role, username=None, **fields):
        user = User.objects.create_user(username or role, password="pass", is_staff=True, **fields)
        if role in roles.ROLES:
            user.groups.set([Group.objects.get(name=role)])
        return user

    return make


@pytest.fixture
def agent(make_user):
    return make_user(roles.AGENT, name="김상담")


@pytest.fixture
def other_agent(make_user):
    return make_user(roles.AGENT, "other_agent", name="이응대")


@pytest.fixture
def lead(make_user):
    return make_user(roles.TEAM_LEAD, name="박팀장")


@pytest.fixture
def other_lead(make_user):
    return make_user(roles.TEAM_LEAD, "other_lead", name="최팀장")


@pytest.fixture
def privacy_officer(make_user):
    return make_user(roles.PRIVACY_OFFICER, name="정보호")


@pytest.fixture
def administrator(make_user):
    return make_user(roles.ADMINISTRATOR, name="한관리")


@pytest.fixture
def superuser(db):
    return User.objects.create_superuser("root", password="pass", name="루트")


@pytest.fixture
def make_driver(db):
    made = 0

    def make(**fields):
        nonlocal made
        made += 1
        defaults = {
            "name": "홍길동",
            "phone": f"+82100000{made:04d}",
            "birthdate": date(1980, 5, 3),
            "service_type": Driver.ServiceType.BLUE_PARTNERS,
            "company": "한빛운수",
            "vehicle_no": "서울12바3456",
        }
        return Driver.objects.create(**(defaults | fields))

    return make


@pytest.fixture
def driver(make_driver):
    return make_driver(phone="+821000001234")


@pytest.fixture
def make_case(make_driver, agent):
    """A case as it is after the moves named: make_case("start")."""

    def make(*moves, by=None, **fields):
        by = by or agent
        driver = fields.pop("driver", None) or make_driver()
        defaults = {
            "driver": driver,
            "presented_phone": driver.phone,
            "consultation_type": ConsultationType.objects.filter(is_leaf=True).first(),
        }
        case = open_case(Case(**(defaults | fields)), by=by)
        for move in moves:
            case = perform(case, move, by=by)
        return case

    return make


@pytest.fixture
def make_message(driver):
    """A queued text, and after that in the state named: make_message("unknown")."""
    made = 0

    def make(state="queued", **facts):
        nonlocal made
        made += 1
        message = queue_text("birthdate_changed", driver=driver, intent=f"test:{made}")
        type(message).objects.filter(pk=message.pk).update(state=state, **facts)
        message.refresh_from_db()
        return message

    return make


@pytest.fixture(autouse=True)
def sent():
    """The texts that left, in order; empty at the start of each test."""
    MemoryGateway.sent.clear()
    return MemoryGateway.sent


@pytest.fixture
def signed_in(client):
    """The test client, signed in: signed_in(agent).get(…)."""

    def sign_in(user):
        client.force_login(user)
        return client

    return sign_in
