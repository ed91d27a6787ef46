"""Everything around a worker: the product's processes, a distant gateway, and what they count."""

import json
import sqlite3
import threading
from collections import Counter
from contextlib import closing, contextmanager
from urllib.request import Request, urlopen

from tests.processes.product import eventually, ready

NOBODY = "http://127.0.0.1:1/nobody/"
PATIENCE = 60  # seconds for what takes a few on a machine that is not busy
PLAIN = "9999"  # the gateway takes these and never reports on them


class House:
    """
    A furnished product with its gateway and a desk; a drill starts its workers and breaks them.

    :param latency: seconds until the gateway answers
    :param hooks: modules of ``tests.drills.hooks`` for the workers
    :param waits: settings of the product, seconds for what is a period
    """

    def __init__(self, product, *, latency=0.05, hooks=(), **waits):
        self.product = product
        self.drivers = 0
        self.gateway = product.start_gateway(
            report_to=NOBODY, module="tests.drills.gateway", options=[f"--latency={latency}"]
        )
        self.environment = {
            "DJANGO_SETTINGS_MODULE": "tests.drills.settings",
            "DRILL_SETTINGS": json.dumps(waits),
            "DRILL_HOOKS": ",".join(hooks),
            "SMS_URL": self.gateway.url,
        }
        self.desk = product.open_desk("tests.drills.desk", **self.environment)

    # Processes

    def start_worker(self, **environment):
        return self.product.start_worker(**{**self.environment, **environment})

    def start_workers(self, count):
        return [ready(each) for each in [self.start_worker() for _ in range(count)]]

    @contextmanager
    def supervised(self):
        """Keep a worker running: one that ends is started again. Tells how many there were."""
        workers = [ready(self.start_worker())]
        is_over = threading.Event()

        def supervise():
            while not is_over.wait(0.1):
                if workers[-1].process.poll() is not None:
                    workers.append(self.start_worker())

        supervisor = threading.Thread(target=supervise)
        supervisor.start()
        try:
            yield lambda: len(workers)
        finally:
            is_over.set()
            supervisor.join()

    def start_beat(self, *, every):
        """Start a beat that sweeps ``every`` so many seconds."""
        return self.product.start_beat(
            "tests.drills.beat", **self.environment, DRILL_SWEEP_EVERY=str(every)
        )

    # Work

    def phone(self, ending=PLAIN):
        self.drivers += 1
        return f"+82100{self.drivers:03d}{ending}"

    def queue(self, count, ending=PLAIN):
        self.desk("queue_texts", count=count, phone=self.phone(ending))

    def correct(self, ending=PLAIN):
        """Correct a driver's birthdate, as a page does; return the message as it stands."""
        driver = self.desk("add_driver", phone=self.phone(ending))
        return self.desk("correct_birthdate", driver=driver["pk"], birthdate="1980-03-05")

    # Counts

    def taken(self):
        """Return how often the gateway took each reference, by its own books."""
        with closing(sqlite3.connect(f"file:{self.gateway.store}?mode=ro", uri=True)) as books:
            pairs = books.execute("select reference, count(*) from messages group by reference")
            return Counter(dict(pairs.fetchall()))

    def taken_in_all(self):
        with closing(sqlite3.connect(f"file:{self.gateway.store}?mode=ro", uri=True)) as books:
            return books.execute("select count(*) from messages").fetchone()[0]

    def figures(self):
        """Return what the gateway has measured itself."""
        request = Request(
            f"{self.gateway.address}/figures",
            headers={"Authorization": f"Bearer {self.gateway.key}"},
        )
        with urlopen(request, timeout=10) as response:
            return json.load(response)

    def has_met_a_full_disk(self):
        workers = [child for child in self.product.children if child.name == "worker"]
        return any("disk is full" in each.words() for each in workers)

    def fault(self, **answer):
        """Let the gateway answer so instead of taking anything; without one it works again."""
        file = self.gateway.store.with_name("fault")
        if answer:
            file.write_text(json.dumps(answer))
        else:
            file.unlink()

    def states(self):
        return self.desk("states")

    def come_to_rest(self, *, within=PATIENCE):
        """Sweep as beat would until nothing waits and nothing is on the wire."""

        def swept():
            self.desk("sweep")
            return self.rests()

        eventually(swept, within=within, what="nothing waits and nothing is on the wire")
        return self.states()

    def rests(self):
        return not self.states().keys() & {"queued", "sending"}

    def wait_until_taken(self, count, *, within=PATIENCE):
        eventually(
            lambda: self.taken_in_all() >= count, within=within, what=f"{count} texts taken"
        )


def lost_and_doubled(ledger, taken):
    """
    Return the references that were lost, and those that the gateway took twice.

    Lost is what the product believes to have left and the gateway never took.
    """
    left = [each for each, state in ledger.items() if state in {"accepted", "delivered"}]
    lost = [each for each in left if not taken[each]]
    doubled = [each for each, times in taken.items() if times > 1]
    return lost, doubled
