from celery import shared_task

from . import chain, keeping


@shared_task(name="audit.seal")
def seal():
    """Run by beat: gives what was committed since its place in the chain."""
    return {"sealed": chain.seal()}


@shared_task(name="audit.forget")
def forget():
    """Run by beat: what was kept long enough goes."""
    return {"removed": keeping.remove_past()}
