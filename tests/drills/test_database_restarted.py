"""PostgreSQL is stopped hard during a drain and during saves, and comes back (drill D6)."""

import os

import pytest

from tests.drills.house import PATIENCE, House, lost_and_doubled
from tests.drills.postgres_server import Postgres
from tests.drills.scale import size
from tests.processes.browser import Browser
from tests.processes.product import Product, eventually, free_port

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(
        not os.environ.get("DATABASE_URL", "").startswith("postgres"),
        reason="SQLite is no server that could be restarted.",
    ),
]

TEXTS = size(300, 5000)
IN_FLIGHT = 20
SENTENCE = "저장된 내용은 없습니다"


@pytest.fixture
def postgres():
    with Postgres() as postgres:
        yield postgres


@pytest.fixture
def house(tmp_path, postgres):
    with Product(tmp_path, server=postgres.url) as product:
        product.migrate()
        house = House(
            product,
            latency=0.1,
            OUTBOX_IN_FLIGHT=IN_FLIGHT,
            OUTBOX_LEASE=3,
            OUTBOX_ASK_WAITS=[3600],
        )
        house.desk("furnish")
        yield house


def test_saves_say_it_in_a_sentence_and_the_drain_goes_on_by_itself(house, postgres, figures):
    port = free_port()
    house.product.start_web(port, **house.environment)
    driver = house.desk("add_driver", phone=house.phone())["pk"]
    agent = Browser(f"http://127.0.0.1:{port}").sign_in("agent")
    path = f"/admin/drivers/driver/{driver}/change/"
    form = agent.get(path).form("birthdate") | {"birthdate": "1980-03-05", "reason": "통화"}
    [worker] = house.start_workers(1)
    house.start_beat(every=1)
    house.queue(TEXTS)
    house.wait_until_taken(TEXTS // 4)

    postgres.stop_hard()
    refused = [agent.post(path, form), agent.get(path), agent.post(path, form)]
    postgres.start()

    assert [(page.status, SENTENCE in page.text) for page in refused] == [(503, True)] * 3
    traces = house.desk("traces", driver=driver)
    assert traces == {"birthdate": "1980-05-03", "corrections": 0, "messages": 0}
    assert agent.post(path, form).status == 200
    assert house.desk("traces", driver=driver)["messages"] == 1
    eventually(house.rests, within=size(PATIENCE, 600), what="the drain goes on")
    ledger = house.desk("ledger")
    lost, doubled = lost_and_doubled(ledger, house.taken())
    in_doubt = sum(state == "unknown" for state in ledger.values())
    figures(texts=TEXTS, lost=len(lost), doubled=len(doubled), in_doubt=in_doubt)
    assert (lost, doubled) == ([], [])
    assert in_doubt <= 2 * IN_FLIGHT
    assert worker.process.poll() is None
