"""A dispatcher that is paused past its lease, and wakes up (drill D23)."""

import signal
from pathlib import Path

import pytest

from tests.drills.house import PATIENCE, lost_and_doubled
from tests.drills.scale import size
from tests.processes.product import eventually, ready

pytestmark = pytest.mark.long

TEXTS = size(20, 200)  # all of them in one lease


@pytest.fixture
def pause(make_house):
    """Let a worker stop at ``step`` with all texts in its hands; return house and worker."""

    def pausing(step, *hooks):
        house = make_house(
            hooks=[*hooks, "stops"], OUTBOX_LEASE=3, OUTBOX_IN_FLIGHT=200, OUTBOX_ASK_WAITS=[3600]
        )
        (house.product.var / "stop-at").write_text(step)
        worker = ready(house.start_worker())
        house.queue(TEXTS)
        eventually(lambda: is_stopped(worker), within=PATIENCE, what="the worker has stopped")
        return house, worker

    return pausing


def is_stopped(worker):
    status = Path(f"/proc/{worker.process.pid}/status").read_text()
    return "State:\tT" in status


def wake(house, worker):
    """Let it go on, and return when it has done so: it has worked off a text after that."""
    worker.signal(signal.SIGCONT)
    texts = house.taken_in_all()
    house.correct()
    house.wait_until_taken(texts + 1)
    house.come_to_rest()


def test_what_it_had_leased_was_sent_by_another_and_is_not_sent_again(pause, figures):
    house, paused = pause("leased")
    house.start_workers(1)
    house.start_beat(every=1)
    house.wait_until_taken(TEXTS)

    wake(house, paused)

    ledger = house.desk("ledger")
    lost, doubled = lost_and_doubled(ledger, house.taken())
    figures(leased=TEXTS, lost=len(lost), doubled=len(doubled))
    assert house.states() == {"accepted": TEXTS + 1}
    assert (lost, doubled) == ([], [])


def test_what_it_had_marked_is_in_doubt_and_not_sent_any_more(pause, figures):
    house, paused = pause("marked")
    in_doubt = eventually(
        lambda: house.desk("sweep")["unknown"], within=PATIENCE, what="the sweep finds them"
    )

    wake(house, paused)

    figures(marked=in_doubt, sent_after_waking=house.taken_in_all() - 1)
    assert in_doubt == TEXTS
    assert house.taken_in_all() == 1
    assert house.states() == {"unknown": TEXTS, "accepted": 1}


def test_what_was_on_the_wire_is_recorded_as_it_ended(make_house):
    house = make_house(
        latency=4,
        OUTBOX_LEASE=3,
        OUTBOX_IN_FLIGHT=200,
        OUTBOX_WIRE_LIMIT=120,  # the pause counts, however long it gets on a busy machine
        OUTBOX_ASK_WAITS=[3600],
    )
    paused = ready(house.start_worker())
    house.queue(TEXTS)
    house.wait_until_taken(TEXTS)
    paused.signal(signal.SIGSTOP)
    eventually(lambda: house.desk("sweep")["unknown"], within=PATIENCE, what="they are in doubt")

    paused.signal(signal.SIGCONT)

    eventually(
        lambda: house.states() == {"accepted": TEXTS},
        within=PATIENCE,
        what="the answers are recorded",
    )
    assert set(house.taken().values()) == {1}


def test_the_count_would_show_a_worker_without_a_fence(pause):
    """The control: who sends what it once leased sends what another has sent by now."""
    house, paused = pause("leased", "unfenced")
    house.start_workers(1)
    house.start_beat(every=1)
    house.wait_until_taken(TEXTS)

    paused.signal(signal.SIGCONT)

    house.wait_until_taken(2 * TEXTS)
    _lost, doubled = lost_and_doubled(house.desk("ledger"), house.taken())
    assert len(doubled) == TEXTS
