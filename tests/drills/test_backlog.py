"""A long backlog is being sent, and somebody corrects a birthdate (drill D18)."""

import re
import time
from pathlib import Path

import pytest

from tests.drills.scale import size

pytestmark = pytest.mark.long

BACKLOG = size(3000, 100_000)
FRESH = 3  # corrections, one after the other
SENT = size(1500, 15_000)  # so many are watched
AT_ONCE = 10  # seconds until a fresh text has left, on a machine that has other work
GROWTH = 24  # MiB that the worker may grow while it sends


def resident(worker):
    """Return how much memory the worker has, in MiB."""
    status = Path(f"/proc/{worker.process.pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) / 1024


def test_a_fresh_text_leaves_at_once_and_the_memory_stays_flat(make_house, figures):
    house = make_house(latency=0.02)
    house.queue(BACKLOG)
    [worker] = house.start_workers(1)
    house.desk("ring", name="outbox.dispatch")
    house.wait_until_taken(SENT // 5)
    before, slowest = resident(worker), 0

    for part in range(1, FRESH + 1):
        house.wait_until_taken(SENT // 5 + SENT * part // (FRESH + 1))
        began = time.monotonic()
        message = house.correct()
        while not house.gateway.count(message["reference"]):
            assert time.monotonic() < began + AT_ONCE
        slowest = max(slowest, time.monotonic() - began)

    house.wait_until_taken(SENT, within=size(60, 600))
    grown = resident(worker) - before
    figures(backlog=BACKLOG, slowest_fresh=f"{slowest:.1f} s")
    figures(memory=f"{before:.0f} MiB", grown=f"{grown:.1f} MiB over {SENT} texts")
    assert house.states()["queued"] > 0
    assert grown < GROWTH
