from celery import shared_task

from . import approvals
from .figures import keeping


@shared_task(name="cases.sweep_approvals")
def sweep_approvals():
    """Run by beat: requests end by themselves."""
    return {"ended": approvals.sweep()}


@shared_task(name="cases.count_figures")
def count_figures():
    """Run by beat: the days of which something has changed are counted anew."""
    return {"counted": keeping.catch_up()}
