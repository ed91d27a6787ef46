"""
A worker that stops itself (SIGSTOP) at one step of a delivery, as a paused machine does.

The step is named by the file ``stop-at`` in VAR_DIR, which is taken away by the one who
stops: ``leased``, before anything is marked as on the wire, or ``marked``, before it is sent.
"""

import os
import signal
import time

from django.conf import settings

from backoffice.sms.models import Message


def stop_if_told(step):
    order = settings.VAR_DIR / "stop-at"
    if order.exists() and order.read_text() == step:
        order.unlink()
        os.kill(os.getpid(), signal.SIGSTOP)
        time.sleep(0.2)  # another thread takes the signal: this one must not run on meanwhile


def stopping_after(name, step):
    original = getattr(Message, name)

    def stopping(cls, *arguments):
        rows = original(*arguments)
        if rows:
            stop_if_told(step)
        return rows

    setattr(Message, name, classmethod(stopping))


stopping_after("claim_ahead", "leased")
stopping_after("put_on_wire", "marked")
