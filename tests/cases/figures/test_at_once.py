"""Cases change while two counters run: afterwards every figure is right."""

import random
import threading

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from backoffice.sms.models import Message
from backoffice.sms.queueing import queue_text
from backoffice.workflow.transitions import perform
from cases.figures import keeping
from cases.models import Case, DayFigures, StaleDay
from tests.together import together

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time"),
]

AGENTS, ACTS = 3, 25


@pytest.mark.parametrize("seed", range(3))
def test_whatever_happens_meanwhile_is_counted(
    seed, make_case, agent, other_agent, driver, capsys
):
    leaf = make_case().consultation_type
    left = threading.Semaphore(0)

    def work(number):
        try:
            go_on(number, random.Random(f"{seed}/{number}"))
        finally:
            left.release()

    def go_on(number, dice):
        mine = []
        for act in range(ACTS):
            with transaction.atomic():
                if not mine or dice.random() < 0.4:
                    mine.append(make_case(driver=driver, consultation_type=leaf))
                else:
                    case = Case.objects.get(pk=dice.choice(mine).pk)
                    step(case, dice)
                if dice.random() < 0.3:
                    intent = f"{seed}/{number}/{act}"
                    queue_text("birthdate_changed", driver=driver, intent=intent)
                transaction.set_rollback(dice.random() < 0.2)
            mine = [each for each in mine if Case.objects.filter(pk=each.pk).exists()]
            for message in Message.objects.filter(state="queued").order_by("?")[:1]:
                message.advance(dice.choice(["sending", "failed"]))

    def step(case, dice):
        if case.state == "new":
            perform(case, "start", by=agent)
        elif case.state == "diagnosing" and dice.random() < 0.5:
            perform(case, "hand_over", by=case.owner, to=dice.choice([agent, other_agent]))
        elif case.state == "diagnosing":
            perform(case, "close", by=agent, resolution="guided")

    def count():
        while left._value < AGENTS:
            keeping.catch_up()

    together(*[lambda n=n: work(n) for n in range(AGENTS)], count, count)
    keeping.catch_up()

    call_command("figures", "--check")
    assert not StaleDay.objects.exists()
    everybody = DayFigures.objects.filter(about="cases", person=0, version=0)
    assert (
        sum(
            n
            for counts in everybody.values_list("counts", flat=True)
            for name, n in counts.items()
            if name.startswith("state:")
        )
        == Case.objects.count()
    )


def test_a_commit_while_it_is_counted_leaves_its_mark(make_case, agent, monkeypatch):
    """Counted without it, and the mark that came later is not taken with the earlier ones."""
    case = make_case()
    plain, starts = keeping.differences, []

    def differences(*about):
        found = plain(*about)
        if not starts:
            starts.append(together(lambda: perform(case, "start", by=agent)))
        return found

    monkeypatch.setattr(keeping, "differences", differences)
    keeping.catch_up()
    counts = DayFigures.objects.get(person=0, about="cases").counts
    assert (counts.get("state:new"), StaleDay.objects.exists()) == (1, True)

    keeping.catch_up()
    assert DayFigures.objects.get(person=0, about="cases").counts.get("state:diagnosing") == 1


def test_who_comes_while_another_counts_goes_home(make_case):
    keeping.catch_up()
    make_case()
    with transaction.atomic():
        assert keeping._is_our_turn(wait=False)
        assert together(keeping.catch_up) == [0]
    assert keeping.catch_up() == 1
