"""
The database cannot be written to: a full disk, a database that only reads (drill D15).

The full disk is a small one of the drill's own, which only root can mount.
"""

import os
import sqlite3
import subprocess
from contextlib import closing

import pytest

from tests.drills.house import PATIENCE, House, lost_and_doubled
from tests.processes.browser import Browser
from tests.processes.product import SQLITE, Product, eventually, free_port

pytestmark = pytest.mark.long

SENTENCE = "저장된 내용은 없습니다"
UNTOUCHED = {"birthdate": "1980-05-03", "corrections": 0, "messages": 0}
SIZE = "32m"
TEXTS = 150
IN_FLIGHT = 5


@pytest.fixture
def small_disk(furnished, tmp_path):
    """A product whose database stands on a disk of SIZE; its gateway's books do not."""
    if os.environ.get("DATABASE_URL", "").startswith("postgres"):
        pytest.skip("The disk of a PostgreSQL server is not ours to fill.")
    product = Product(tmp_path, like=furnished)
    product.var.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "drill", str(product.var)]
    if os.getuid() or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("Only root can mount a small disk.")
    try:
        with product:
            yield product
    finally:
        subprocess.run(["umount", str(product.var)], check=True)


def fill(disk):
    """Leave no room, not even in the log that SQLite would write over."""
    with closing(sqlite3.connect(disk / SQLITE, timeout=20)) as database:
        database.execute("pragma wal_checkpoint(truncate)")
    with (disk / "filler").open("wb", buffering=0) as filler:
        try:
            while filler.write(b"\0" * 4096):
                pass
        except OSError:
            return


def opened_form(port, driver):
    """Return an agent who has opened the driver's page, its path, and what is typed into it."""
    agent = Browser(f"http://127.0.0.1:{port}").sign_in("agent")
    path = f"/admin/drivers/driver/{driver}/change/"
    form = agent.get(path).form("birthdate") | {"birthdate": "1980-03-05", "reason": "통화"}
    return agent, path, form


def test_a_full_disk_is_a_sentence_and_nothing_is_half_written(small_disk, figures):
    house, port = House(small_disk), free_port()
    driver = house.desk("add_driver", phone=house.phone())["pk"]
    house.product.start_web(port, **house.environment)
    agent, path, form = opened_form(port, driver)
    fill(small_disk.var)

    pages = [agent.post(path, form) for _try in range(3)]

    assert [(page.status, SENTENCE in page.text) for page in pages] == [(503, True)] * 3
    (small_disk.var / "filler").unlink()
    assert house.desk("traces", driver=driver) == UNTOUCHED
    assert agent.post(path, form).status == 200
    figures(refused=len(pages), half_written=0)
    assert house.desk("traces", driver=driver)["messages"] == 1


def test_a_drain_stops_at_a_full_disk_and_goes_on_afterwards(small_disk, figures):
    house = House(
        small_disk,
        latency=0.2,
        OUTBOX_IN_FLIGHT=IN_FLIGHT,
        OUTBOX_LEASE=2,
        OUTBOX_ASK_WAITS=[3600],
    )
    with house.supervised() as starts:
        house.queue(TEXTS)
        house.wait_until_taken(TEXTS // 5)

        fill(small_disk.var)
        eventually(house.has_met_a_full_disk, within=PATIENCE, what="the worker says so")
        (small_disk.var / "filler").unlink()

        house.start_beat(every=1)
        eventually(house.rests, within=PATIENCE, what="the drain goes on")
        lost, doubled = lost_and_doubled(house.desk("ledger"), house.taken())
        in_doubt = house.states().get("unknown", 0)
        figures(in_doubt=in_doubt, lost=len(lost), doubled=len(doubled), workers=starts())
    assert (lost, doubled) == ([], [])
    assert in_doubt <= 2 * IN_FLIGHT


def test_a_database_that_only_reads_is_a_sentence(make_house, figures):
    house, port, read_only = make_house(), free_port(), free_port()
    driver = house.desk("add_driver", phone=house.phone())["pk"]
    house.product.start_web(port, **house.environment)
    house.product.start_web(read_only, **{**house.environment, "DRILL_READ_ONLY": "1"})
    agent, path, form = opened_form(port, driver)
    agent.address = f"http://127.0.0.1:{read_only}"

    page = agent.post(path, form)

    assert (page.status, SENTENCE in page.text) == (503, True)
    assert house.desk("traces", driver=driver) == UNTOUCHED
    agent.address = f"http://127.0.0.1:{port}"
    assert agent.post(path, form).status == 200
    figures(read_only="a sentence")
