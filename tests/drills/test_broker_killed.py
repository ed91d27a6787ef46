"""
The broker dies and comes back; a worker that stands idle is ended and started anew.

Drills D5 (saving meanwhile) and D24 (worker idle).
"""

import time

import pytest

from tests.drills.house import House
from tests.drills.redis_server import Redis
from tests.drills.scale import size

pytestmark = pytest.mark.long

AWAY = size(2, 60)  # seconds
SAVES = size(10, 60)
WATCHDOG = size(5, 20)  # seconds
PERIOD = size(1, 15)  # seconds, of the sweep


@pytest.fixture
def redis(tmp_path):
    with Redis(tmp_path) as redis:
        yield redis


@pytest.fixture
def house_on_redis(product, redis):
    product.environment["CELERY_BROKER_URL"] = redis.url
    return House(product, hooks=["watchdog"], OUTBOX_WATCHDOG=WATCHDOG)


def test_texts_saved_while_redis_was_dead_leave_when_it_is_back(house_on_redis, redis, figures):
    house = house_on_redis
    with house.supervised() as starts:
        house.start_beat(every=PERIOD)
        house.correct()
        house.wait_until_taken(1)

        redis.kill()
        longest, until = 0, time.monotonic() + AWAY
        for _save in range(SAVES):
            began = time.monotonic()
            house.correct()
            longest = max(longest, time.monotonic() - began)
        time.sleep(max(0, until - time.monotonic()))  # the outage lasts as long as the drill says
        redis.start()

        back = time.monotonic()
        house.wait_until_taken(1 + SAVES)
        figures(saved_meanwhile=SAVES, longest_save=f"{longest:.1f} s")
        figures(all_left_after=f"{time.monotonic() - back:.1f} s", workers_ended=starts() - 1)
    assert longest < 5
    assert set(house.taken().values()) == {1}
    assert house.come_to_rest() == {"accepted": 1 + SAVES}


def test_a_worker_whose_threads_all_hang_is_ended_and_the_next_one_delivers(make_house, figures):
    house = make_house(hooks=["watchdog"], OUTBOX_WATCHDOG=1)
    with house.supervised() as starts:
        for _thread in range(2):
            house.desk("ring", name="drills.block")
        message = house.correct()

        began = time.monotonic()
        house.start_beat(every=1)
        house.wait_until_taken(1)

        figures(stalled_worker_replaced_after=f"{time.monotonic() - began:.1f} s")
        assert starts() >= 2
    assert house.taken() == {message["reference"]: 1}
