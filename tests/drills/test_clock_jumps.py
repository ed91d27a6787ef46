"""The clock jumps an hour on and an hour back while texts are on their way (drill D13)."""

import signal

import pytest

from tests.drills.house import PATIENCE, lost_and_doubled
from tests.drills.scale import size
from tests.processes.product import eventually

pytestmark = pytest.mark.long

TEXTS = size(100, 2000)
HOUR = 3600
IN_FLIGHT = 10


@pytest.mark.parametrize("jump", [HOUR, -HOUR])
def test_no_text_is_doubled_and_none_is_stuck(jump, make_house, figures):
    """Worker and beat live by the new time; what is queued has been so by the old one."""
    house = make_house(
        latency=0.1,
        hooks=["clock"],
        OUTBOX_LEASE=3,
        OUTBOX_IN_FLIGHT=IN_FLIGHT,
        OUTBOX_ASK_WAITS=[9 * HOUR],
    )
    [worker] = house.start_workers(1)
    house.start_beat(every=1)
    house.queue(TEXTS)
    house.wait_until_taken(TEXTS // 10)

    (house.product.var / "clock-jump").write_text(str(jump))

    house.wait_until_taken(TEXTS // 3)
    house.correct()
    house.wait_until_taken(TEXTS // 2)
    worker.signal(signal.SIGKILL)  # what it had leased and sent bears times of its clock
    house.start_worker()
    eventually(house.rests, within=size(PATIENCE, 300), what="none is stuck")
    lost, doubled = lost_and_doubled(house.desk("ledger"), house.taken())
    states = house.states()
    figures(**{f"in_doubt_at_{jump:+}_s": states.get("unknown", 0)})
    assert (lost, doubled) == ([], [])
    assert states.keys() <= {"accepted", "delivered", "unknown"}  # asked, an hour too early
    assert states.get("unknown", 0) <= 3 * IN_FLIGHT
