from celery import shared_task

from . import approvals


@shared_task(name="cases.sweep_approvals")
def sweep_approvals():
    """Run by beat: requests end by themselves."""
    return {"ended": approvals.sweep()}
