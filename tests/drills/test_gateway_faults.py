"""
Every fault of a gateway at the head of the queue, against a real worker.

Drills D7 (busy, down), D8 (silence), D9 (broken line), D11 (nonsense, failure inside),
D17 (poison); and D10 (nobody listens).
"""

import pytest

from tests.drills.house import PATIENCE
from tests.drills.scale import size
from tests.processes.product import eventually

pytestmark = pytest.mark.long

BEHIND = size(30, 1000)
ONCE = {"state": "delivered", "attempts": 1}  # taken, in doubt, and settled by asking
# By the last four digits: how it ends, and how often the gateway took it.
ENDS = {
    "9404": ({"state": "failed", "attempts": 1}, 0),  # refused for good
    "9429": ({"state": "accepted", "attempts": 2}, 1),  # busy at the first try
    "9500": ({"state": "accepted", "attempts": 3}, 1),  # down for two tries
    "9408": (ONCE, 1),  # taken, no answer
    "9444": (ONCE, 1),  # taken, the line breaks
    "9200": (ONCE, 1),  # taken, the answer makes no sense
    "9201": (ONCE, 1),  # taken, the answer tells of a failure
    "9666": ({"state": "failed", "attempts": 1}, 0),  # a fault of ours, and never taken
}
DEAD = "demo://127.0.0.1:1?key=a2V5"


def test_each_faulty_text_ends_as_it_must_and_holds_up_nobody(make_house, figures):
    house = make_house(
        hooks=["poison"],
        OUTBOX_IN_FLIGHT=20,
        OUTBOX_WIRE_LIMIT=1,
        OUTBOX_RETRY_WAITS=[1, 1],
        OUTBOX_ASK_WAITS=[1, 1, 1, 1],
    )
    messages = {ending: house.correct(ending) for ending in ENDS}
    house.queue(BEHIND)

    house.start_workers(1)
    house.start_beat(every=1)

    expected = {ending: end for ending, (end, _times) in ENDS.items()}
    expected["9999"] = {"state": "accepted", "attempts": 1}
    eventually(
        lambda: house.desk("ends") == expected, within=PATIENCE, what=f"ends are {expected}"
    )
    eventually(house.rests, within=PATIENCE, what="nothing waits")
    times = {ending: house.gateway.count(each["reference"]) for ending, each in messages.items()}
    figures(faulty=len(ENDS), healthy_behind=BEHIND, doubled=sum(n > 1 for n in times.values()))
    assert times == {ending: times for ending, (_end, times) in ENDS.items()}
    assert house.taken_in_all() == BEHIND + sum(times.values())
    assert house.states()["accepted"] == BEHIND + 2


def test_where_nobody_listens_it_waits_and_a_second_gateway_takes_it_once(make_house):
    house = make_house(OUTBOX_RETRY_WAITS=[1, 300])
    message = house.correct()
    alone = house.start_worker(SMS_URL=DEAD)
    house.start_beat(every=1)
    eventually(
        lambda: (now := look(house, message))["attempts"] == 2 and now["state"] == "queued",
        within=PATIENCE,
        what="it was tried twice, and waits",
    )
    now = look(house, message)
    assert now["way"] == ["sending", "queued", "sending", "queued"]
    assert now["reason"] == "no_connection"
    assert house.taken_in_all() == 0

    alone.end()
    house.start_worker(SMS_URL=DEAD, SMS_SECOND_URL=house.gateway.url)
    house.desk("hurry")

    house.wait_until_taken(1)
    eventually(house.rests, within=PATIENCE, what="it is recorded")
    assert look(house, message)["state"] == "accepted"
    assert look(house, message)["attempts"] == 3
    assert house.taken() == {message["reference"]: 1}


def look(house, message):
    return house.desk("look", message=message["pk"])
