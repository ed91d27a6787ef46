"""A case, and what may happen to it and to its driver."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from backoffice.sms.models import Message
from cases.models import Answer, Approval, Case, Walk
from cases.playbooks.facts import FACTS
from cases.services import check_identity, correct_birthdate
from drivers.models import Driver, VerificationEvent
from tests.cases.playbooks.dice import OWN, RECORDED
from tests.cases.playbooks.finish import ranks
from tests.cases.playbooks.walking import answer, back, book

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


class Scene:
    """A case under diagnosis, and what happens to it and to its driver."""

    def __init__(self, make_case, agent):
        self.agent = agent
        self.make_case = make_case
        self.case = make_case("start")
        self.driver = self.case.driver

    def read(self, name):
        return FACTS[name].read(Case.objects.get(pk=self.case.pk))

    def set(self, **fields):
        Case.objects.filter(pk=self.case.pk).update(**fields)

    def lock(self, until):
        locked = Driver.VerificationState.LOCKED
        Driver.objects.update(verification_state=locked, locked_until=until)

    def events(self, *kinds, ago=MINUTE, driver=None):
        start = timezone.now() - ago
        for place, kind in enumerate(kinds):
            VerificationEvent.objects.create(
                event_id=f"{VerificationEvent.objects.count()}",
                kind=kind,
                phone=self.driver.phone,
                driver=driver or self.driver,
                occurred_at=start + timedelta(milliseconds=place),
            )

    def mismatches(self, count, **more):
        self.events(*["code.mismatch"] * count, **more)

    def answered(self, key, step, value, **more):
        """An answer in a walk of the playbook ``key`` that is over."""
        version = book(key).published
        walk = Walk.objects.create(case=self.case, version=version, ended_at=timezone.now())
        row = {"walk": walk, "case": self.case, "step": version.steps.get(key=step)}
        return Answer.objects.create(**row, value=value, by=self.agent, **more)

    def identify(self, name="홍길동", call_back_answered=True):
        said = {"name": name, "vehicle_no": "서울12바3456"}
        return check_identity(
            self.case, said, call_back_answered=call_back_answered, by=self.agent
        )

    def correct(self, days=1, **more):
        self.identify()
        date = self.driver.birthdate - days * DAY
        correct_birthdate(self.case, date, reason="통화", by=self.agent, **more)

    def asks(self, kind, state="pending", *, decided=MINUTE, **fields):
        """A request that was made in the case, and decided so long ago."""
        fields |= {"state": state, "decided_at": timezone.now() - decided}
        asked = {"case": self.case, "driver": self.driver, "requested_by": self.agent}
        return Approval.objects.create(**asked, kind=kind, reason="확인", **fields)

    def reads_out(self, *states, **more):
        for state in states:
            self.asks("code_read_out", state, **more)

    def texts(self, *states):
        """Correct once; the case's texts then stand like that."""
        self.correct()
        first = self.case.messages.get()
        for place, state in enumerate(states):
            if place:
                first.pk, first.intent, first.reference = None, f"{place}", f"{place:032x}"
                first.save(force_insert=True)
            Message.objects.filter(pk=first.pk).update(state=state)


@pytest.fixture
def scene(make_case, agent):
    return Scene(make_case, agent)


@pytest.fixture
def at(make_case):
    """at("q4", "identity"): a case whose walk stands at that step."""

    def stand(key, step, **fields):
        case = make_case("start", **fields)
        version = book(key).published
        Walk.objects.create(case=case, version=version, step=version.steps.get(key=step))
        return case

    return stand


@pytest.fixture
def missed(at, driver, agent):
    """missed(6): so many comparisons in a case did not match and were taken back."""

    def miss(times, **fields):
        case = at("q3", "birthdate-compared", **{"driver": driver} | fields)
        for _time in range(times):
            answer(case, by=agent, said=date(1991, 12, 28))
            back(case, by=agent)
        return case

    return miss


@pytest.fixture
def world(
    make_case,
    make_driver,
    agent,
    other_agent,
    lead,
    other_lead,
    privacy_officer,
    signed_in,
    settings,
):
    class World:
        pass

    world = World()
    world.settings = settings
    settings.CODE_SOURCE_URL = "simulator://"
    world.make_case, world.driver = make_case, make_driver(phone=OWN, birthdate=RECORDED)
    world.agent, world.other = agent, other_agent
    world.lead, world.other_lead = lead, other_lead
    world.stranger, world.ranks = privacy_officer, ranks()
    client = signed_in(agent)
    world.look = lambda case: client.get(f"/admin/cases/case/{case.pk}/desk/").content.decode()
    return world
