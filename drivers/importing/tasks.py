from celery import shared_task

from backoffice.files import jobs

from . import services
from .models import DriverImport


@shared_task(name="importing.run")
def run():
    """Rung when a file was uploaded, and when an import was confirmed."""
    return jobs.run_due(DriverImport, services.work)


@shared_task(name="importing.sweep")
def sweep():
    """Run by beat: what nobody rang for, what a dead worker left, what is over."""
    return {
        "found": jobs.sweep(DriverImport),
        "dropped": services.expire_due(),
        "done": jobs.run_due(DriverImport, services.work),
    }
