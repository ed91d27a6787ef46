"""kill -9 of workers at random in the middle of a drain (drill D1)."""

import random
import signal

import pytest

from tests.drills.house import lost_and_doubled
from tests.drills.scale import size

pytestmark = pytest.mark.long

TEXTS = size(600, 20_000)
KILLS = size(4, 20)
WORKERS = 2
IN_FLIGHT = size(10, 50)
AHEAD = IN_FLIGHT  # marked as sending already, so that the wire never waits
LATENCY = size(0.1, 0.05)  # seconds
PATIENCE = size(60, 600)  # seconds


@pytest.fixture
def kill_while_it_drains(make_house):
    """Queue, drain, and kill as often as KILLS says; return the house at rest."""

    def drain(texts, kills, *, latency=LATENCY, workers=WORKERS, **details):
        house = make_house(
            latency=latency,
            OUTBOX_IN_FLIGHT=IN_FLIGHT,
            OUTBOX_LEASE=2,
            OUTBOX_ASK_WAITS=[3600],  # asking would settle what is to be counted
            **details,
        )
        workers = house.start_workers(workers)
        house.start_beat(every=1)
        house.queue(texts)
        # At random, but while there is work: counted by what the gateway has taken.
        moments = sorted(random.sample(range(texts // 20, texts * 9 // 10), kills))
        for moment in moments:
            house.wait_until_taken(moment, within=PATIENCE)
            victim = workers.pop(random.randrange(len(workers)))
            victim.signal(signal.SIGKILL)
            victim.wait(10)
            workers.append(house.start_worker())
        house.come_to_rest(within=PATIENCE)
        return house

    return drain


def test_nothing_is_lost_and_nothing_is_taken_twice(kill_while_it_drains, figures):
    house = kill_while_it_drains(TEXTS, KILLS)

    ledger, taken = house.desk("ledger"), house.taken()
    lost, doubled = lost_and_doubled(ledger, taken)
    in_doubt = {each for each, state in ledger.items() if state == "unknown"}
    figures(texts=TEXTS, kills=KILLS, lost=len(lost), doubled=len(doubled))
    figures(in_doubt=len(in_doubt), never_taken=sum(not taken[each] for each in in_doubt))
    assert len(ledger) == TEXTS
    assert set(ledger.values()) <= {"accepted", "unknown"}
    assert (lost, doubled) == ([], [])
    assert len(in_doubt) <= KILLS * (IN_FLIGHT + AHEAD)
    assert set(house.desk("listed")) == in_doubt
    assert_asking_settles(in_doubt, house)


def assert_asking_settles(in_doubt, house):
    taken = house.taken()
    left = len(in_doubt)
    while left:  # many askings, of which each takes some
        house.desk("ask")
        left = house.states().get("unknown", 0)
    ledger = house.desk("ledger")
    ends = {each: ledger[each] for each in in_doubt}
    assert ends == {each: "delivered" if taken[each] else "failed" for each in in_doubt}
    assert house.taken() == taken


def test_the_count_would_show_what_a_naive_worker_does(kill_while_it_drains):
    """The control: who sends first and writes afterwards sends twice when killed in between."""
    house = kill_while_it_drains(200, 2, latency=0.5, workers=1, hooks=["naive"])

    _lost, doubled = lost_and_doubled(house.desk("ledger"), house.taken())

    assert doubled
