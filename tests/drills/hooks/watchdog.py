"""A watchdog in a hurry, and a task that never ends: two of them take every thread there is."""

import threading

from celery import shared_task

from backoffice.outbox import watchdog

watchdog.EVERY = 0.5  # seconds
watchdog.TO_END = 1  # seconds


@shared_task(name="drills.block")
def block():
    threading.Event().wait()
