"""
Several people at once, on the real database of the run (drill D16): one effect each time.

Every page is loaded before anybody saves, then all save together.
"""

import re
import threading
from collections import Counter
from datetime import date, timedelta
from uuid import uuid4

import pytest
from celery import current_app
from django.db.models.signals import pre_save
from django.test import Client
from django.utils.translation import gettext, override

from backoffice.sms.models import Message
from backoffice.staff import roles
from backoffice.workflow.transitions import perform
from cases.models import ApprovalChange, Case, CaseChange
from drivers.models import Correction, Driver
from tests.processes.browser import Page
from tests.processes.product import forget_queue
from tests.together import together
from tests.walks import reach_escalation

pytestmark = [
    pytest.mark.long,
    pytest.mark.django_db(transaction=True),
]

PEOPLE = 20
PATIENCE = 60  # seconds for a whole race on a busy machine
CHANGED_SINCE = (
    "%(who)s changed this at %(at)s, after you opened the page. Nothing was saved; look again."
)
DONE_ALREADY = "You already did this at %(at)s. It was not done twice."


@pytest.fixture(autouse=True)
def own_queue():
    """These tests commit, so they ring; not where somebody's worker listens."""
    conf, queue = current_app.conf, f"races-{uuid4().hex}"
    usual = conf.task_default_queue
    conf.task_default_queue = queue
    vars(current_app).pop("amqp", None)  # holds the queue's name
    yield
    conf.task_default_queue = usual
    vars(current_app).pop("amqp", None)
    if not conf.broker_url.startswith(("memory", "filesystem")):
        forget_queue(conf.broker_url, queue)


def sign_in(person):
    client = Client(raise_request_exception=False)
    client.force_login(person)
    return client


def open_page(client, path, field):
    """Load a page; return a function that saves its form with some values."""
    answer = client.get(path)
    form = Page(answer.status_code, path, answer.content.decode()).form(field)
    return lambda **values: client.post(path, form | values)


def seen(client, answer):
    """Return what the person reads after ``answer``, redirects followed."""
    if answer.status_code == 302:
        answer = client.get(answer.url)
    return Page(answer.status_code, "", answer.content.decode()).text


def says(text, sentence, **values):
    """Return whether ``text`` has the Korean ``sentence``; a value not given may be any."""
    with override("ko"):
        pattern = re.escape(gettext(sentence))
    for name, value in values.items():
        pattern = pattern.replace(re.escape(f"%({name})s"), re.escape(value))
    return re.search(re.sub(r"%\\\(\w+\\\)s", ".+?", pattern), text) is not None


def statuses(answers):
    return Counter(answer.status_code for answer in answers)


@pytest.fixture
def people(make_user):
    return [make_user(roles.AGENT, f"agent{n}", name=f"상담사{n:02d}") for n in range(PEOPLE)]


def test_twenty_people_save_one_driver_and_one_of_them_does(driver, people):
    path = f"/admin/drivers/driver/{driver.pk}/change/"
    saves = [open_page(sign_in(each), path, "birthdate") for each in people]
    days = [date(1980, 3, 1) + timedelta(days=n) for n in range(PEOPLE)]

    answers = together(
        *[
            lambda save=save, day=day: save(birthdate=day.isoformat(), reason="통화로 확인")
            for save, day in zip(saves, days, strict=True)
        ]
    )

    assert statuses(answers) == {302: 1, 200: PEOPLE - 1}
    won = next(place for place, each in enumerate(answers) if each.status_code == 302)
    assert Driver.objects.get(pk=driver.pk).birthdate == days[won]
    assert Correction.objects.get().requested_by == people[won]
    assert Message.objects.get().correction == Correction.objects.get()
    for answer in answers:
        if answer.status_code == 200:
            assert says(seen(None, answer), CHANGED_SINCE, who=people[won].name)


def test_negative_control_an_unguarded_save_lets_many_through(driver):
    """The same race without lock: read, compare, save. It must be seen to fail."""
    shown = driver.version
    have_read = threading.Barrier(PEOPLE)

    def save(day):
        mine = Driver.objects.get(pk=driver.pk)
        if mine.version != shown:
            return False
        have_read.wait(PATIENCE)
        mine.birthdate = day
        mine.save()
        return True

    days = [date(1980, 3, 1) + timedelta(days=n) for n in range(PEOPLE)]

    won = together(*[lambda day=day: save(day) for day in days])

    assert sum(won) > 1


def test_two_agents_close_one_case_and_one_of_them_does(make_case, agent, other_agent):
    case = make_case("start")
    path = f"/admin/cases/case/{case.pk}/move/close/"
    closes = [open_page(sign_in(each), path, "resolution") for each in (agent, other_agent)]

    answers = together(*[lambda close=close: close(resolution="guided") for close in closes])

    assert statuses(answers) == {302: 1, 200: 1}
    line = CaseChange.objects.get(case=case, transition="close")
    lost = next(each for each in answers if each.status_code == 200)
    assert says(seen(None, lost), CHANGED_SINCE, who=line.by.name)
    assert Case.objects.get(pk=case.pk).state == "closed"


def test_who_closes_a_case_that_is_closed_by_now_reads_by_whom(make_case, agent, other_agent):
    """The slower of the two above, whom the race shows only now and then."""
    case = make_case("start")
    path = f"/admin/cases/case/{case.pk}/move/close/"
    close = open_page(sign_in(agent), path, "resolution")
    perform(case, "close", by=other_agent, resolution=Case.Resolution.GUIDED)

    answer = close(resolution="guided")

    assert says(seen(None, answer), CHANGED_SINCE, who=other_agent.name)


def test_a_double_click_on_a_move_is_one_move(make_case, agent):
    case = make_case()
    clients = [sign_in(agent), sign_in(agent)]
    path = f"/admin/cases/case/{case.pk}/move/start/"

    answers = together(
        *[lambda client=client: client.post(path, {"version": case.version}) for client in clients]
    )

    assert statuses(answers) == {302: 2}
    assert CaseChange.objects.filter(case=case, transition="start").count() == 1
    read = [seen(*pair) for pair in zip(clients, answers, strict=True)]
    assert sum(says(text, DONE_ALREADY) for text in read) == 1


def test_a_double_click_on_save_is_one_correction(driver, agent):
    path = f"/admin/drivers/driver/{driver.pk}/change/"
    clients = [sign_in(agent), sign_in(agent)]
    saves = [open_page(client, path, "birthdate") for client in clients]

    answers = together(
        *[lambda save=save: save(birthdate="1980-03-05", reason="통화로 확인") for save in saves]
    )

    assert Correction.objects.count() == Message.objects.count() == 1
    assert max(statuses(answers)) < 400
    read = [seen(*pair) for pair in zip(clients, answers, strict=True)]
    assert sum(says(text, DONE_ALREADY) for text in read) == 1


def test_two_leads_approve_one_request_and_one_of_them_does(make_case, agent, lead, other_lead):
    case = make_case("start")
    perform(reach_escalation(case), "escalate", by=agent, reason="안내로 해결되지 않음")
    approval = case.approvals.get()
    path = f"/admin/cases/approval/{approval.pk}/move/approve/"
    approves = [open_page(sign_in(each), path, "reason") for each in (lead, other_lead)]

    answers = together(*[lambda approve=approve: approve(reason="확인함") for approve in approves])

    assert statuses(answers) == {302: 1, 200: 1}
    line = ApprovalChange.objects.get(approval=approval, transition="approve")
    approval = case.approvals.get()
    lost = next(each for each in answers if each.status_code == 200)
    assert (approval.state, approval.decided_by) == ("approved", line.by)
    assert says(seen(None, lost), CHANGED_SINCE, who=line.by.name)


@pytest.fixture
def both_have_checked():
    """Hold each new driver just before it is written until the other's form is checked too."""
    barrier = threading.Barrier(2)

    def hold(sender, instance, **signal):
        if instance._state.adding:
            try:
                barrier.wait(1)
            except threading.BrokenBarrierError:
                pass  # SQLite lets one person in at a time, from the first check to the end

    pre_save.connect(hold, sender=Driver)
    yield
    pre_save.disconnect(hold, sender=Driver)


def test_one_number_is_given_to_one_new_driver(lead, other_lead, both_have_checked):
    path = "/admin/drivers/driver/add/"
    adds = [open_page(sign_in(each), path, "vehicle_no") for each in (lead, other_lead)]
    typed = {
        "name": "홍길동",
        "phone": "01000005678",
        "birthdate": "1980-05-03",
        "service_type": "일반",
        "affiliation": "owner",
    }

    answers = together(*[lambda add=add: add(**typed) for add in adds])

    assert statuses(answers) == {302: 1, 200: 1}
    assert Driver.objects.get().phone_digits == "01000005678"
    lost = next(each for each in answers if each.status_code == 200)
    with override("ko"):
        assert gettext("Another driver already has this number.") in seen(None, lost)
