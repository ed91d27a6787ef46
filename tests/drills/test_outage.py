"""
The gateway is down with a queue waiting, and comes back without a stampede.

Drills D7 (waits grow, the hint is obeyed) and D22.
"""

import pytest

from tests.drills.house import PATIENCE, lost_and_doubled
from tests.drills.scale import size
from tests.processes.product import eventually

pytestmark = pytest.mark.long

TEXTS = size(150, 10_000)
IN_FLIGHT = size(10, 50)
# Half an hour by another clock: the product waits 5, 15, 60, 300 and 900 seconds.
WAITS = [1, 300]
ASKED_FOR = size(2, 5)  # seconds, in Retry-After: longer than the first wait
MINUTES = size(PATIENCE, 900)  # seconds


def test_it_is_tried_less_and_less_and_all_leave_once_it_is_back(make_house, figures):
    house = make_house(latency=0.02, OUTBOX_IN_FLIGHT=IN_FLIGHT, OUTBOX_RETRY_WAITS=WAITS)
    house.fault(status=503, retry_after=ASKED_FOR)
    house.start_workers(1)
    house.start_beat(every=1)
    house.queue(TEXTS)
    shortest = {}

    def all_wait_for_the_long_time():
        shortest.update(house.desk("waits"))
        return house.states() == {"queued": TEXTS} and house.desk("waits").keys() == {"2"}

    eventually(all_wait_for_the_long_time, within=MINUTES, what="all were tried twice")
    down = house.figures()
    house.fault()
    house.desk("hurry")
    eventually(house.rests, within=MINUTES, what="all have left")
    lost, doubled = lost_and_doubled(house.desk("ledger"), house.taken())
    at_once = house.figures()["most_at_once"]
    figures(waiting=TEXTS, tries_while_down=down["requests"], at_once_at_most=at_once)
    figures(waits=f"{shortest['1']:.0f} then {shortest['2']:.0f} s")
    figures(lost=len(lost), doubled=len(doubled))
    assert shortest["1"] >= ASKED_FOR
    assert shortest["2"] >= WAITS[1]
    assert down["requests"] == 2 * TEXTS
    assert at_once <= IN_FLIGHT
    assert (lost, doubled) == ([], [])
    assert house.states() == {"accepted": TEXTS}
