"""A new version is rolled out while texts are on their way (drills D3 and D19)."""

import signal
import time

import pytest

from tests.drills.house import PATIENCE, House, lost_and_doubled
from tests.drills.scale import size
from tests.processes.product import Product, eventually, ready

pytestmark = pytest.mark.long

TEXTS = size(300, 5000)
TO_END = 10  # seconds that a worker has to end by itself


def test_a_worker_that_is_asked_to_end_leaves_nothing_in_doubt(make_house, figures):
    """The lease is the product's own: who comes next need not wait for it to run out."""
    house = make_house(latency=0.2, OUTBOX_IN_FLIGHT=20)
    worker = ready(house.start_worker())
    house.queue(TEXTS)
    house.wait_until_taken(TEXTS // 5)

    worker.signal(signal.SIGTERM)
    began = time.monotonic()
    worker.wait(TO_END)
    figures(seconds_to_end=round(time.monotonic() - began, 1))

    states = house.states()
    figures(in_doubt=states.get("unknown", 0) + states.get("sending", 0))
    assert states.keys() == {"queued", "accepted"}
    began = time.monotonic()
    house.start_workers(1)
    house.desk("ring", name="outbox.dispatch")
    house.wait_until_taken(states["accepted"] + 1)
    assert time.monotonic() - began < 30
    house.come_to_rest()
    assert lost_and_doubled(house.desk("ledger"), house.taken()) == ([], [])
    assert house.states() == {"accepted": TEXTS}


def test_a_worker_that_starts_before_the_migration_goes_on_after_it(tmp_path):
    with Product(tmp_path) as product:
        house = House(product)
        worker = ready(house.start_worker())
        house.start_beat(every=1)
        eventually(
            lambda: worker.has_said("Task outbox.sweep") and worker.has_said("raised unexpected"),
            within=PATIENCE,
            what="a sweep without tables",
        )

        product.migrate()
        house.desk("furnish")
        message = house.correct()

        house.wait_until_taken(1)
        assert house.gateway.count(message["reference"]) == 1
        assert worker.process.poll() is None


def test_an_old_worker_lives_with_what_newer_code_writes(make_house, figures):
    house = make_house(OUTBOX_LEASE=1)
    house.correct()
    parked = house.desk("deploy_later_schema")
    house.desk("flush")
    worker = ready(house.start_worker())
    house.desk("ring", name="outbox.later")

    messages = [house.correct() for _ in range(5)]

    house.wait_until_taken(len(messages))
    eventually(
        lambda: house.states() == {"accepted": len(messages), "parked": parked},
        within=PATIENCE,
        what="what it knows has left, what it does not know is untouched",
    )
    figures(sent_by_old_code=len(messages), of_an_unknown_state=parked)
    assert house.desk("sweep") == {"unknown": 0, "failed": 0}
    assert parked == 1
    assert set(house.taken().values()) == {1}
    assert worker.process.poll() is None
