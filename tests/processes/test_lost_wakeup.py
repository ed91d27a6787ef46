"""The broker is only a bell: what it loses is found by the sweep (drills D4 and D20)."""

import time

import pytest

from tests.drills.scale import size
from tests.processes.product import eventually, free_port

pytestmark = pytest.mark.long

TEXTS = size(20, 1000)
PERIOD = 15  # seconds; of the sweep
START = size(10, 60)  # seconds; for a worker, and for what it sends, on a busy machine


def test_texts_whose_bells_are_lost_leave_within_the_sweeps_period(product):
    gateway = product.start_gateway(report_to=f"http://127.0.0.1:{free_port()}/nobody/")
    product.migrate()
    desk = product.open_desk(SMS_URL=gateway.url)
    desk("furnish")
    queued = []
    for number in range(TEXTS):
        driver = desk("add_driver", phone=f"+82100{number:03d}1111")
        queued.append(desk("correct_birthdate", driver=driver["pk"], birthdate="1980-03-05"))

    lost = desk("flush")["bells"]

    assert lost == TEXTS
    assert desk("flush")["bells"] == 0
    assert desk("states") == {"queued": TEXTS}
    product.start_beat()
    product.start_worker(SMS_URL=gateway.url)
    started = time.monotonic()
    eventually(
        lambda: desk("states") == {"accepted": TEXTS},
        within=START + 2 * PERIOD,
        what="all have left",
    )
    assert time.monotonic() - started < START + PERIOD
    assert [gateway.count(each["reference"]) for each in queued] == [1] * TEXTS
