"""kill -9 of the worker at each step of a delivery (drill D2): nothing lost, nothing doubled."""

import signal

import pytest

from tests.processes.product import eventually, free_port, ready

pytestmark = pytest.mark.long

KILLABLE = {"DJANGO_SETTINGS_MODULE": "tests.processes.kill_settings"}
SILENT = "9408"  # the demo's gateway takes these and never answers
PLAIN = "1111"


class House:
    """Everything but the worker runs all the time; the worker dies and comes back."""

    def __init__(self, product):
        self.product = product
        self.drivers = 0
        port = free_port()
        # Reports come late enough that the sweep has its say first.
        self.gateway = product.start_gateway(
            report_to=f"http://127.0.0.1:{port}/hooks/sms/demo/", report_after=3.0
        )
        self.killable = {**KILLABLE, "SMS_URL": self.gateway.url}
        product.migrate()
        self.start_worker()
        self.desk = product.open_desk(**self.killable)
        self.desk("furnish")
        product.start_web(port, SMS_URL=self.gateway.url)

    def start_worker(self):
        self.worker = self.product.start_worker(**self.killable)

    def queue_text(self, ending):
        self.drivers += 1
        driver = self.desk("add_driver", phone=f"+82100{self.drivers:03d}{ending}")
        return self.desk("correct_birthdate", driver=driver["pk"], birthdate="1980-03-05")

    def kill_worker_during_a_delivery(self, step, ending=PLAIN):
        """
        Return the message; the worker is dead, and another one is about to start.

        How the dead one left the message is in ``left``: the next may be quicker than a look.
        """
        if self.worker.process.poll() is not None:
            self.start_worker()
        ready(self.worker)
        order = self.product.var / "kill-at"
        order.write_text(step)
        message = self.queue_text(ending)
        assert self.worker.wait(10) == -signal.SIGKILL
        assert not order.exists()
        self.left = self.look(message)["state"], self.gateway.count(message["reference"])
        self.start_worker()
        return message

    def look(self, message):
        return self.desk("look", message=message["pk"])

    def state_after_sweeps(self, message, *states):
        """Sweep, as beat has it done, until the message is in one of ``states``."""

        def swept():
            self.desk("sweep")
            now = self.look(message)
            return now["state"] in states and now

        return eventually(swept, within=10, what=f"message in {states}")

    def new_worker_works(self):
        """Let the new worker sweep and deliver; return when it surely has."""
        ready(self.worker)
        self.desk("ring", name="outbox.sweep")
        message = self.queue_text(PLAIN)
        eventually(
            lambda: self.gateway.count(message["reference"]), within=10, what="a later text"
        )

    def settled(self, message):
        return eventually(
            lambda: (now := self.look(message))["state"] == "delivered" and now,
            within=10,
            what="the report has settled it",
        )


@pytest.fixture(scope="module")
def house(product):
    return House(product)


def test_killed_before_the_claim_it_is_delivered_once_by_the_next_worker(house):
    message = house.kill_worker_during_a_delivery("before_claim")
    assert house.left == ("queued", 0)

    house.new_worker_works()

    now = house.settled(message)
    assert house.gateway.count(message["reference"]) == 1
    assert now["way"] == ["sending", "accepted", "delivered"]
    assert not now["for_a_person"]


def test_killed_before_the_wire_it_waits_for_a_person_and_is_not_sent(house):
    message = house.kill_worker_during_a_delivery("before_wire")
    assert house.left[0] == "sending"

    now = house.state_after_sweeps(message, "unknown")

    assert now["reason"] == "worker_lost"
    assert now["for_a_person"]
    house.new_worker_works()
    assert house.gateway.count(message["reference"]) == 0
    assert house.look(message) == now


@pytest.mark.parametrize(
    ("step", "ending"),
    [
        pytest.param("while_waiting", SILENT, id="while_waiting"),
        pytest.param("after_answer", PLAIN, id="after_answer"),
    ],
)
def test_killed_on_the_wire_it_is_in_doubt_until_the_report_and_never_sent_twice(
    house, step, ending
):
    message = house.kill_worker_during_a_delivery(step, ending)
    assert house.left == ("sending", 1)

    in_doubt = house.state_after_sweeps(message, "unknown")

    assert in_doubt["reason"] == "worker_lost"
    assert in_doubt["for_a_person"]
    house.new_worker_works()
    now = house.settled(message)
    assert house.gateway.count(message["reference"]) == 1
    assert now["attempts"] == 1
    assert now["way"] == ["sending", "unknown", "delivered"]
    assert not now["for_a_person"]
