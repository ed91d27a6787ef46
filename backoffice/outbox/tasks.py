import logging
import time

from celery import shared_task
from celery.signals import worker_ready, worker_shutting_down

from . import dispatch, health, watchdog
from .asking import ask_about_open_ends
from .drain import tune_process

logger = logging.getLogger(__name__)


@shared_task(name="outbox.dispatch")
def dispatch_due():
    """Rung at every commit that queued something."""
    handled = dispatch.dispatch_due()
    ask_about_open_ends(dispatch.kinds())
    return handled


@worker_ready.connect
def get_ready(**signal):
    """Tune the worker; one that stands beside due rows and does nothing is ended."""
    tune_process()
    watchdog.start()


@worker_shutting_down.connect
def give_back(**signal):
    """Stop claiming when the worker is asked to end: what is leased goes back at once."""
    dispatch.stopping.set()


@shared_task(name="outbox.sweep")
def sweep():
    """Run by beat; also delivers what nobody rang for."""
    health.beat("sweep")
    began = time.monotonic()
    found = dispatch.sweep()
    settled = ask_about_open_ends(dispatch.kinds())
    found |= {"settled": settled, "handled": dispatch.dispatch_due()}
    logger.info("Swept.", extra={**found, "ms": round(1000 * (time.monotonic() - began))})
    return found
