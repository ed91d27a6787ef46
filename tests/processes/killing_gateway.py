"""
A gateway whose process kills itself, with -9, at one step of a delivery.

The step is named by the file ``kill-at`` in VAR_DIR, which is taken away by the
one who dies, so that the next worker lives.
"""

import asyncio
import os
import signal
import threading
import time

from celery.signals import task_prerun
from django.conf import settings

from backoffice.sms.gateways.demo import DemoGateway

STEPS = ("before_claim", "before_wire", "while_waiting", "after_answer")


def is_told_to_die(step):
    order = settings.VAR_DIR / "kill-at"
    if not order.exists() or order.read_text() != step:
        return False
    order.unlink()
    return True


def die():
    os.kill(os.getpid(), signal.SIGKILL)


def die_at(step):
    if is_told_to_die(step):
        die()


@task_prerun.connect
def before_claim(**signal):
    die_at("before_claim")


class KillingGateway(DemoGateway):
    """The demo's, on the other side of which everything stays real."""

    async def send(self, outgoing):
        die_at("before_wire")
        if is_told_to_die("while_waiting"):
            # A thread, because this one waits for the answer.
            threading.Thread(target=self._die_once_taken, args=[outgoing], daemon=True).start()
        accepted = await super().send(outgoing)
        die_at("after_answer")
        return accepted

    def _die_once_taken(self, outgoing):
        while asyncio.run(self.look_up(outgoing)) is None:
            time.sleep(0.02)
        die()
