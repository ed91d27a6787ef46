"""
A process whose clock jumps: by what the file ``clock-jump`` in VAR_DIR says, in seconds.

Only the clock on the wall; the one that counts seconds goes on, as on a real machine.
"""

import os
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import time_machine

EVERY = 0.05  # seconds
order = Path(os.environ["VAR_DIR"]) / "clock-jump"


def watch():
    begun, now = time.monotonic(), datetime.now(UTC)
    jumped, traveller = "", None
    while True:
        time.sleep(EVERY)
        wanted = order.read_text() if order.exists() else ""
        if wanted == jumped:
            continue
        true_time = now + timedelta(seconds=time.monotonic() - begun)
        if traveller:
            traveller.stop()
        traveller = time_machine.travel(true_time + timedelta(seconds=int(wanted)), tick=True)
        traveller.start()
        jumped = wanted


threading.Thread(target=watch, name="clock-jump", daemon=True).start()
