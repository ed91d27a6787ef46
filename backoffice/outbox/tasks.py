from celery import shared_task

from . import dispatch


@shared_task(name="outbox.dispatch")
def dispatch_due():
    """Rung at every commit that queued something."""
    return dispatch.dispatch_due()


@shared_task(name="outbox.sweep")
def sweep():
    """Run by beat; also delivers what nobody rang for."""
    found = dispatch.sweep()
    return {**found, "handled": dispatch.dispatch_due()}
