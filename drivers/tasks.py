from celery import shared_task

from . import locking, services


@shared_task(name="drivers.sweep")
def sweep():
    """Run by beat: what the clock decides."""
    return {"unlocked": locking.unlock_due(), "applied": services.apply_due()}
