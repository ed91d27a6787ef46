"""
The drain: claims ahead, keeps a window of deliveries on the wire, records in small groups.

The database is talked to by the thread that calls, the wire by a thread with an event
loop of its own. A row is leased first, and put on the wire (committed) just before it is
handed over, so that a worker that dies leaves in doubt only what really was out.
"""

import asyncio
import gc
import logging
import queue
import sys
import threading
import time
import uuid

from django.conf import settings
from django.db import DataError, IntegrityError

from . import health, http, journal
from .wire import InDoubt, NotTaken

logger = logging.getLogger(__name__)

GATHER = 0.004  # seconds in which a few results are joined by others, to be recorded together
BEAT = 10  # seconds between two signs of life
NO_MORE = None  # said to a slot of the wire
LOOK_AGAIN = 1  # second until a kind that had nothing is looked at again


def tune_process():
    """
    Make this process fit for two threads at work, the wire's and the database's.

    Measured at 200 in flight: without the first, a thread waits up to 5 ms for the other;
    without the second, the collector walks through all of Django again and again.
    """
    sys.setswitchinterval(0.0005)  # seconds
    gc.collect()
    gc.freeze()


class Wire:
    """An event loop in a thread of its own, at most ``width`` deliveries at once."""

    def __init__(self, width):
        self.width = width
        self.results = queue.SimpleQueue()
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self._run, name="outbox-wire", daemon=True)
        self.out = 0  # handed to the loop and not collected yet
        self.is_ready = threading.Event()

    def __enter__(self):
        self.thread.start()
        self.is_ready.wait()
        return self

    def __exit__(self, *failure):
        self.loop.call_soon_threadsafe(self._line_up, [NO_MORE] * self.width)
        self.thread.join()

    def _run(self):
        with asyncio.Runner(loop_factory=lambda: self.loop) as runner:
            runner.run(self._serve())

    async def _serve(self):
        self.waiting = asyncio.Queue()
        async with http.session() as session, asyncio.TaskGroup() as slots:
            http.shared_session.set(session)
            for _slot in range(self.width):
                slots.create_task(self._deliver())
            self.is_ready.set()

    def put(self, rows, *, until):
        """Hand ``rows`` over as slots become free, up to ``until``; they are marked already."""
        self.out += len(rows)
        self.loop.call_soon_threadsafe(self._line_up, [(row, until) for row in rows])

    def _line_up(self, rows):
        for each in rows:
            self.waiting.put_nowait(each)

    async def _deliver(self):
        """Hand over one row after the other until there is none left to come."""
        while (each := await self.waiting.get()) is not NO_MORE:
            row, until = each
            # Not the wall clock: it may be set back while the process is stopped.
            began = time.monotonic()
            outcome = None if began > until else await _outcome_of(row)  # abandoned: hands off
            row.took = round(1000 * (time.monotonic() - began))  # milliseconds
            self.results.put((row, outcome))

    def collect(self, *, patience):
        """Return what came back, waiting ``patience`` seconds for the first of it."""
        found = []
        if not self.out:
            return found
        try:
            found.append(self.results.get(timeout=patience))
            if self.results.qsize() < self.width // 8:
                time.sleep(GATHER)
            while True:
                found.append(self.results.get_nowait())
        except queue.Empty:
            if not found and not self.thread.is_alive():
                raise RuntimeError("The wire has ended with deliveries on it.") from None
        self.out -= len(found)
        return found


async def _outcome_of(row):
    """Return the ``Accepted``, or the ``WireError`` that tells why not; never raises."""
    try:
        return await row.hand_over()
    except (NotTaken, InDoubt) as failure:
        return failure
    except Exception as failure:
        logger.exception("Could not hand over %s %s.", type(row).__name__, row.pk)
        return InDoubt(type(failure).__name__, reason="unexpected_error")


class Drain:
    """One run through what is due, of all ``kinds``."""

    def __init__(self, kinds, *, seconds, limit=None, should_stop=lambda: False):
        self.worker = uuid.uuid4()
        self.stop_at = time.monotonic() + seconds
        self.limit = limit  # how many rows at most; None for all that are due
        self.should_stop = should_stop
        self.width = settings.OUTBOX_IN_FLIGHT
        self.leased = {kind: [] for kind in kinds}
        self.empty_until = dict.fromkeys(kinds, 0.0)
        self.has_leases = set()
        self.beaten_at = 0.0
        self.handled = 0

    def run(self):
        """Deliver until nothing is due, or it is time to stop; return how many were handled."""
        with Wire(self.width) as wire:
            try:
                while self._send_more(wire) or wire.out:
                    self._record(wire.collect(patience=0.05))
            finally:
                self._give_back()
                while wire.out:
                    self._record(wire.collect(patience=1))
        return self.handled

    def _send_more(self, wire):
        """Fill the window, and as much again ahead; return whether there was anything to send."""
        if self.should_stop() or time.monotonic() >= self.stop_at:
            return False
        is_sending = False
        for kind in [*self.leased]:
            while True:
                room = 2 * self.width - wire.out
                if wire.out and room < max(self.width // 8, 1):
                    return True  # not worth a transaction yet
                self._claim(kind, force=not wire.out)
                rows, self.leased[kind] = self.leased[kind][:room], self.leased[kind][room:]
                if not rows:
                    break
                # Read before they are marked: a process may be stopped right after it.
                until = time.monotonic() + settings.OUTBOX_LEASE.total_seconds()
                rows = kind.put_on_wire(self.worker, rows)
                journal.on_the_wire(kind, rows)
                wire.put(rows, until=until)
                is_sending = True
                # What stands behind a backlog of this kind comes first the next time.
                self.leased[kind] = self.leased.pop(kind)
        return is_sending

    def _claim(self, kind, *, force):
        """Lease the next rows of ``kind`` if none are left, and it was not empty just now."""
        now = time.monotonic()
        if self.leased[kind] or (now < self.empty_until[kind] and not force):
            return
        # While one bite is fetched the wire lives on what is marked already. Of two rows one is
        # the newest.
        ahead = max(self.width, 2)
        wanted = ahead if self.limit is None else min(ahead, self.limit - self.handled)
        rows = []
        if wanted > 0:
            rows = kind.claim_what_may_go(self.worker, wanted)
        if rows and now > self.beaten_at + BEAT:
            health.beat("drain")
            self.beaten_at = now
        self.leased[kind] = rows
        self.handled += len(rows)
        if rows:
            self.has_leases.add(kind)
        else:
            self.empty_until[kind] = now + LOOK_AGAIN

    def _give_back(self):
        for kind in self.has_leases:
            kind.give_back(self.worker)
            self.handled -= len(self.leased[kind])
            self.leased[kind] = []

    def _record(self, results):
        by_kind = {}
        for row, outcome in results:
            if outcome is not None:
                by_kind.setdefault(type(row), []).append((row, outcome))
        for kind, pairs in by_kind.items():
            journal.outcomes(kind, pairs)
            try:
                kind.record_outcomes(pairs)
            except (DataError, IntegrityError):
                # One that cannot be stored must not take the others with it.
                for row, outcome in pairs:
                    _record_alone(row, outcome)


def _record_alone(row, outcome):
    try:
        row.record(outcome)
    except (DataError, IntegrityError):
        logger.exception("Could not record %s %s.", type(row).__name__, row.pk)
        row.record(InDoubt("", reason="unexpected_error"))
