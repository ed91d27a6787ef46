"""
Ends a worker that is alive but idle, so that its supervisor starts another one.

Measured: after a broker was killed and came back, two thirds of the workers stayed up and
did nothing. What is due then waits for ever, though every process is there.
"""

import logging
import os
import signal
import threading
import time

from django.conf import settings
from django.db import DatabaseError, connection

from . import dispatch, health

logger = logging.getLogger(__name__)

EVERY = 15  # seconds
TO_END = 15  # seconds; more than a delivery may take on the wire


def start():
    """Watch from a thread of this worker's main process."""
    threading.Thread(target=_watch, name="outbox-watchdog", daemon=True).start()


def _watch():
    while not dispatch.stopping.wait(EVERY):
        if is_idle_beside_work():
            logger.critical("Rows are due and this worker does nothing; it ends itself.")
            end()
            return


def end():
    """End this process: it is asked first, and made to where its threads hang."""
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(TO_END)
    os.kill(os.getpid(), signal.SIGKILL)


def is_idle_beside_work():
    """Return whether rows wait for longer than the limit and no drain claimed any meanwhile."""
    limit = settings.OUTBOX_WATCHDOG
    try:
        if health.is_alive("drain", within=limit):
            return False
        return any(health.oldest_due(kind) > limit for kind in dispatch.kinds())
    except DatabaseError:
        return False  # without a database an idle worker is no wonder
    finally:
        connection.close()
