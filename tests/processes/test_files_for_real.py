"""A file in and a file out through the real processes, also when the worker is killed over it."""

import json
import re
import signal
from urllib.request import Request

import pytest

from tests.drivers.importing.conftest import UPLOAD, csv_file, row
from tests.files.conftest import read_xlsx
from tests.processes.browser import Browser
from tests.processes.product import eventually, free_port, ready

pytestmark = pytest.mark.long

KILLABLE = {"DJANGO_SETTINGS_MODULE": "tests.processes.kill_files_settings"}
EXPORT = "/admin/drivers/driver/export/"
SWEEPS = ("importing.sweep", "files.sweep")


class Lead(Browser):
    """A team lead's, who can send files and get some."""

    def upload(self, content):
        """Send the form with a file; return the address of its import."""
        fields = self.get(UPLOAD).form("request_key")
        mark = "a-line-between-the-parts"
        parts = [
            f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in fields.items()
            if name != "file"
        ]
        head = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="d.csv"\r\n\r\n'
        body = ("".join(parts) + head).encode() + content + f"\r\n--{mark}--\r\n".encode()
        kind = {"Content-Type": f"multipart/form-data; boundary={mark}"}
        with self.opener.open(Request(self.address + UPLOAD, body, kind), timeout=30) as answer:
            return answer.geturl().removeprefix(self.address).removesuffix("change/")

    def export(self):
        """Ask for the list of drivers; return the address of the export."""
        form = self.get(EXPORT).form("reason")
        page = self.post(EXPORT, form | {"format": "xlsx", "reason": "월간 점검"})
        return page.url.removeprefix(self.address).removesuffix("change/")

    def press(self, job, name):
        return self.post(f"{job}{name}/", self.get(f"{job}change/").form("csrfmiddlewaretoken"))

    def download(self, job):
        form = self.get(f"{job}change/").form("csrfmiddlewaretoken")
        body = f"csrfmiddlewaretoken={form['csrfmiddlewaretoken']}".encode()
        with self.opener.open(f"{self.address}{job}download/", body, timeout=15) as answer:
            return answer.read()

    def state(self, job):
        return json.loads(self.get(f"{job}progress/").html)["state"]


class House:
    """Web and worker; the worker dies and comes back."""

    def __init__(self, product):
        self.product = product
        product.migrate()
        self.worker = product.start_worker(**KILLABLE)
        self.desk = product.open_desk(**KILLABLE)
        self.desk("furnish")
        port = free_port()
        product.start_web(port, **KILLABLE)
        self.lead = Lead(f"http://127.0.0.1:{port}").sign_in("lead")
        ready(self.worker)

    def wait_for(self, job, state, within=30):
        """Sweep, as beat has it done, until ``job`` is in ``state``."""

        def swept():
            for name in SWEEPS:
                self.desk("ring", name=name)
            return self.lead.state(job) == state

        eventually(swept, within=within, what=f"{job} is {state}")

    def drivers(self):
        return self.desk("count_drivers")["drivers"]

    def kill_worker_at(self, step):
        order = self.product.var / "kill-at"
        order.write_text(step)
        return order

    def bury_and_replace(self):
        assert self.worker.wait(30) == -signal.SIGKILL
        self.worker = ready(self.product.start_worker(**KILLABLE))


@pytest.fixture(scope="module")
def house(product):
    return House(product)


def many(count, first=0):
    return csv_file(*(row(f"010-3{each:03d}-0000") for each in range(first, first + count)))


def test_a_file_goes_in_and_the_list_comes_out(house):
    before = house.drivers()
    job = house.lead.upload(many(20))
    house.wait_for(job, "checked")
    house.lead.press(job, "confirm")
    house.wait_for(job, "imported")

    export = house.lead.export()
    house.wait_for(export, "ready")
    page = house.lead.press(export, "password")
    password = re.search(r"data-secret>([^<]+)<", page.html)[1]
    lines = read_xlsx(house.lead.download(export), password)

    assert house.drivers() == before + 20
    assert len(lines) == 2 + before + 20
    assert lines[2][0] == "남*민"  # the newest
    assert house.lead.state(export) == "fetched"


def test_killed_in_the_middle_of_an_import_nothing_of_it_is_there_and_it_says_so(house):
    before = house.drivers()
    job = house.lead.upload(many(30, first=500))
    house.wait_for(job, "checked")
    house.kill_worker_at("import")
    house.lead.press(job, "confirm")

    house.bury_and_replace()
    house.wait_for(job, "failed")

    assert house.drivers() == before
    assert "중단되었습니다" in house.lead.get(f"{job}change/").text
    again = house.lead.upload(many(30, first=500))
    house.wait_for(again, "checked")
    house.lead.press(again, "confirm")
    house.wait_for(again, "imported")
    assert house.drivers() == before + 30


def test_killed_in_the_middle_of_an_export_it_is_written_by_the_next_worker(house):
    house.kill_worker_at("export")
    house.desk("add_driver", phone="+821000001234")
    export = house.lead.export()

    house.bury_and_replace()

    house.wait_for(export, "ready")
    assert [path.suffix for path in (house.product.var / "exports").glob("*.sealed")] == [
        ".sealed"
    ]
