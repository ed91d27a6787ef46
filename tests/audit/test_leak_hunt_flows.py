"""The hunt in what is shown once, and in what fails: a telling, a reveal, a refusing database."""

import json

import pytest
from django.core.cache import cache
from django.db import IntegrityError, OperationalError
from django.test import Client

from backoffice.audit.models import AccessRecord
from backoffice.staff.models import Session
from drivers.admin import DriverAdmin
from drivers.forms import NewDriverForm
from drivers.models import Correction, Driver
from drivers.reveal import Field
from tests.audit.crawling import pages_of_rows
from tests.audit.marks import marks_in, of_date, of_number
from tests.audit.test_leak_hunt import leaks_to
from tests.audit.test_leak_hunt_elsewhere import bells, log  # noqa: F401 - fixtures
from tests.retention.life import BORN, COMPANY, NAME, OWN, PLATE, REAL, Life, said

pytestmark = pytest.mark.long

SHOWN = {"name": [NAME, NAME[1:]], "phone": of_number(OWN), "vehicle_no": [PLATE, PLATE[2:]]}
SHOWN["vehicle_no"].append(PLATE[-4:])
# But for the months in English, which nothing here writes into a failure.
WRITTEN = [each for day in (BORN, REAL) for each in of_date(day) if "N" not in each]
SCRIPT = {"Accept": "application/json"}


class Waiting(Life):
    """Somebody who wants to log in at once, with the date that is on record."""

    def waits_for_his_log_in(self):
        made = self.call("q4", "출근/대기/수락/완료").answer("none", "yes")
        made.compare(OWN).compare(REAL.isoformat())
        made.identify(name=NAME, vehicle_no=PLATE, call_back=True)
        made.compare(REAL.isoformat()).answer("quick", "ask")
        made.do(birthdate=REAL.isoformat(), reason=said("예약")).answer("tell")
        return made

    def logs_in(self):
        self.report("login.succeeded")
        self.texts_end("delivered")


@pytest.fixture
def waiting(agent, lead, other_lead):
    made = Waiting(agent, lead, other_lead)
    made.is_put_on_record()
    return made


@pytest.fixture
def beside(log, bells):  # noqa: F811 - the fixtures
    """beside(): the marks in what stands beside the pages."""

    def gather():
        sessions = [each.get_decoded() for each in Session.objects.all()]
        records = list(AccessRecord.objects.values())
        kept = list(getattr(cache, "_cache", {}).values())
        words = json.dumps([sessions, records, kept, bells], default=str, ensure_ascii=False)
        return marks_in(words) + marks_in(log.getvalue())

    return gather


def test_a_change_that_waits_is_told_nowhere_but_at_the_desk(
    waiting, beside, agent, lead, django_capture_on_commit_callbacks
):
    """One test, since it takes long to come there."""
    with django_capture_on_commit_callbacks(execute=True):
        made = waiting.waits_for_his_log_in()
        told = made.disclose(said("모름"))
    rows, leaks = pages_of_rows(), {}
    leaks["waits"] = [leaks_to(person, rows)[0] for person in (agent, lead)]
    with django_capture_on_commit_callbacks(execute=True):
        waiting.logs_in()
    leaks["is applied"] = [leaks_to(person, rows)[0] for person in (agent, lead)]

    assert Correction.objects.get().state == "applied"
    assert waiting.driver.birthdate == REAL
    assert set(marks_in(told.content.decode())) <= set(of_date(BORN))  # 4.6: on that answer
    assert BORN.isoformat() in told.content.decode()
    assert marks_in(str(told.headers) + told.cookies.output()) == []
    assert leaks == {"waits": [{}, {}], "is applied": [{}, {}]}
    assert beside() == []


def test_what_is_held_is_recorded_without_the_words_of_the_reason(waiting, beside):
    waiting.asks_what_is_held(why=said("교부"))

    assert AccessRecord.objects.filter(action="reveal", detail__page="rights").exists()
    assert beside() == []


@pytest.mark.parametrize("headers", [{}, SCRIPT], ids=["page", "script"])
@pytest.mark.parametrize("field", Field.values)
def test_a_reveal_shows_its_field_on_its_answer_alone(field, headers, waiting, beside, agent):
    driver = waiting.driver
    page = f"/admin/drivers/driver/{driver.pk}/reveal/{field}/"
    client = Client()
    client.force_login(agent)

    answer = client.post(page, {"why": "other", "words": said("해제")}, headers=headers)
    after = [client.get(page), client.get(f"/admin/drivers/driver/{driver.pk}/change/")]

    shown = answer.json()["value"] if headers else answer.content.decode()
    found = set(marks_in(shown.replace(said("해제"), "")))
    assert found
    assert found <= set(SHOWN[field])
    assert marks_in(str(answer.headers) + answer.cookies.output()) == []
    assert [marks_in(each.content.decode()) for each in after] == [[], []]
    assert AccessRecord.objects.filter(action="reveal", driver=driver).count() == 1
    assert beside() == []


@pytest.mark.parametrize("failure", [OperationalError, IntegrityError])
def test_a_refusing_database_is_quoted_nowhere(failure, waiting, beside, agent, monkeypatch):
    """As PostgreSQL says it: the whole row that it did not take."""
    row = [7, NAME, OWN[-4:], f"+8210{OWN[4:8]}{OWN[9:]}", BORN, COMPANY, PLATE, PLATE[-4:]]

    def fails(self, *args, **kwargs):
        said_of_row = f"Failing row contains ({', '.join(map(str, row))})."
        raise failure(f"{said_of_row}\nCONTEXT: {said('행')}, {WRITTEN}")

    driver = waiting.driver
    monkeypatch.setattr(DriverAdmin, "changeform_view", fails)
    client = Client(raise_request_exception=False)
    client.force_login(agent)

    answer = client.post(f"/admin/drivers/driver/{driver.pk}/change/", {"name": NAME})

    assert answer.status_code == (503 if failure is OperationalError else 500)
    assert marks_in(answer.content.decode() + str(answer.headers)) == []
    assert beside() == []


def test_a_number_that_somebody_else_was_given_meanwhile(waiting, beside, lead, monkeypatch):
    """The constraint itself, in the database's own words."""
    monkeypatch.setattr(NewDriverForm, "validate_unique", lambda form: None)
    monkeypatch.setattr(Driver, "validate_constraints", lambda driver, **kwargs: None)
    client = Client(raise_request_exception=False)
    client.force_login(lead)
    known = {"name": NAME, "phone": OWN, "birthdate": BORN.isoformat(), "vehicle_no": PLATE}
    about = {"service_type": "일반", "affiliation": "owner", "company": COMPANY}

    answer = client.post("/admin/drivers/driver/add/", known | about)

    assert answer.status_code == 500
    assert Driver.objects.count() == 1
    assert marks_in(answer.content.decode()) == []
    assert beside() == []
