"""A day of the centre with something of everything, and its figures."""

import pytest
from django.utils import timezone

from backoffice.workflow.transitions import perform
from cases.figures import keeping
from cases.figures.days import day_of
from cases.models import Case, DayFigures, Playbook
from cases.playbooks import engine
from tests.cases.playbooks.walking import answer, ask, close, draft, say


@pytest.fixture
def today():
    return day_of(timezone.now())


@pytest.fixture
def opened():
    """opened(case, "2026-10-05 10:00"): as if the case had been opened then."""

    def move(case, at, **fields):
        moment = timezone.datetime.fromisoformat(f"{at}+09:00")
        Case.objects.filter(pk=case.pk).update(created_at=moment, **fields)
        moved = Case.objects.get(pk=case.pk)
        moved.save()  # a door that leaves a mark
        return moved

    return move


@pytest.fixture
def version(db):
    """A small playbook: said, then asked; one answer closes the call, the other asks again."""
    made = draft(
        say("hello", "works"),
        ask("works", {"yes": "end", "no": "hello"}),
        close("end"),
        key="small",
    )
    return perform(made, "publish", by=None)


@pytest.fixture
def walk(version, make_case, agent):
    """walk("next", "yes", ""): a case that was led through the small playbook by these answers."""

    def lead_through(*values, case=None, **fields):
        case = case or make_case(**fields)
        engine.begin(case, Playbook.objects.get(key="small"), by=agent)
        for value in values:
            answer(case, value, by=agent)
        return Case.objects.get(pk=case.pk)

    return lead_through


@pytest.fixture
def counted():
    """counted(day=…, person=…): the sums that are stored after the counter has caught up."""

    def read(about="cases", version=0, person=0, **fields):
        keeping.catch_up()
        sums = {}
        rows = DayFigures.objects.filter(about=about, version=version, person=person, **fields)
        for counts in rows.values_list("counts", flat=True):
            for name, n in counts.items():
                sums[name] = sums.get(name, 0) + n
        return sums

    return read


@pytest.fixture
def text(make_message):
    """text("delivered"): a text in this state, queued now or as said."""
    return make_message
