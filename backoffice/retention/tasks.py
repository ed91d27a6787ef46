import logging

from celery import shared_task

from . import running

logger = logging.getLogger(__name__)


@shared_task(name="retention.run")
def run():
    """Run by beat, once a day."""
    try:
        return running.run().counts()
    except running.RunsAlready:
        logger.warning("Retention runs already; this time is left out.")
