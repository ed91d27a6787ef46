"""Several acts at the same moment, each in a thread with a database connection of its own."""

import threading
from concurrent.futures import ThreadPoolExecutor

from django.db import connections

PATIENCE = 120  # seconds, on a busy machine


def together(*acts):
    """Start all ``acts`` at the same moment; return what they returned, in their order."""
    start = threading.Barrier(len(acts), timeout=PATIENCE)

    def run(act):
        try:
            start.wait()
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts, timeout=PATIENCE))
