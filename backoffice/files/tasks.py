from celery import shared_task

from . import jobs, services
from .models import Export


@shared_task(name="files.write_exports")
def write_exports():
    """Rung when somebody asked for an export."""
    return jobs.run_due(Export, services.write)


@shared_task(name="files.sweep")
def sweep():
    """Run by beat: what nobody rang for, what a dead worker left, what is over."""
    return {
        "found": jobs.sweep(Export),
        "expired": services.expire_due(),
        "written": jobs.run_due(Export, services.write),
    }
