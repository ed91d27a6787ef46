"""
Work that takes longer than a page: rows are the truth, Celery is the bell.

While a worker is at a job it holds a lock on the job's progress file, which ends with
the worker, however it ends. Whoever finds a running row whose lock is free knows that its
worker is dead. Progress stands in that file, because a job whose work is one transaction
cannot tell it by the database.
"""

import fcntl
import logging
import os
import traceback
import uuid
from contextlib import contextmanager

from celery import current_app
from django.conf import settings
from django.db import models, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from kombu.exceptions import OperationalError

from backoffice.audit.records import forget, from_address
from backoffice.workflow.refusal import TransitionRefused

from . import store

logger = logging.getLogger(__name__)

BROKEN = gettext_noop("It could not be finished. Ask for it again, or tell the operators.")


class Job(models.Model):
    """Something that a person asked for and a worker does. Subclasses have the states."""

    STEPS = {}  # what waits for a worker, and what it is while he is at it
    FAILED = "failed"
    FOLDER = ""  # beneath VAR_DIR, for its files
    TASK = ""  # the bell

    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )
    address = models.CharField(_("address"), max_length=45, blank=True, editable=False)
    language = models.CharField(max_length=10, editable=False)
    requested_at = models.DateTimeField(_("requested at"), auto_now_add=True)
    # Made with the form, so that a form sent twice is one job.
    request_key = models.UUIDField(unique=True, editable=False)
    token = models.UUIDField(default=uuid.uuid4, editable=False)  # names its files
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    fault = models.CharField(_("why it failed"), max_length=300, blank=True, editable=False)
    finished_at = models.DateTimeField(_("finished at"), null=True, editable=False)

    class Meta:
        abstract = True

    @property
    def is_moving(self):
        """Whether a worker has something to do with it."""
        return self.state in {*self.STEPS, *self.STEPS.values()}

    @property
    def shown_fault(self):
        return translation.gettext(self.fault) if self.fault else ""

    def path(self, ending):
        """Return where its file with this ending is."""
        return store.folder(self.FOLDER) / f"{self.token.hex}.{ending}"

    def done(self):
        """Return how far the worker at it has come, as a count."""
        try:
            return int(self.path("progress").read_text() or 0)
        except (FileNotFoundError, ValueError):
            return 0

    def advance(self, source, target, **facts):
        """Move the row from ``source`` to ``target``; return whether it was there."""
        moved = type(self).objects.filter(pk=self.pk, state=source)
        if not moved.update(state=target, **facts):
            return False
        for name, value in {"state": target, **facts}.items():
            setattr(self, name, value)
        return True

    def fail(self, sentence):
        """End it with a sentence for who asked; its files go. What is over stays as it ended."""
        self.refresh_from_db(fields=["state"])  # what was rolled back did not happen to the row
        if not self.is_moving:
            return
        failed = self.advance(
            self.state, self.FAILED, fault=sentence[:300], finished_at=timezone.now()
        )
        if failed:
            self.clear()

    def left_behind(self):
        """The worker died in the middle; called by who finds it."""
        self.fail(BROKEN)

    def clear(self):
        """Delete its files."""
        store.remove(self.FOLDER, self.token.hex)

    def ring(self):
        """Ring for a worker once the transaction at hand is committed; only a bell."""
        transaction.on_commit(lambda: _ring(self.TASK), robust=True)


def _ring(task):
    try:
        current_app.send_task(task, retry=False)
    except (OperationalError, OSError):
        logger.warning("The worker could not be woken; the sweep will find what is due.")


def run_due(kind, work):
    """
    Do every job of ``kind`` that waits, oldest first; return how many.

    :param work: does the step that a job is at, and advances it: called with the job and a
        function that tells a count; a ``TransitionRefused`` of it is the sentence of a failure
    """
    waiting = kind.objects.filter(state__in=kind.STEPS).order_by("pk")
    return sum(run(job, work) for job in waiting)


def run(job, work):
    """Do the step that ``job`` waits for; return False where another worker is at it."""
    with at_work(job) as tell:
        job = type(job).objects.get(pk=job.pk)
        if tell is None or job.state not in job.STEPS:
            return False
        if not job.advance(job.state, job.STEPS[job.state], attempts=job.attempts + 1):
            return False
        origin = from_address(job.address)
        try:
            with translation.override(job.language):
                work(job, tell)
        except TransitionRefused as refusal:
            job.fail(str(refusal))
        except Exception as failure:  # noqa: BLE001  the person is told, and so is the log
            # Without its text, which may carry what was in a row.
            way = "".join(traceback.format_tb(failure.__traceback__))
            logger.error(
                "%s %s broke: %s\n%s", type(job).__name__, job.pk, type(failure).__name__, way
            )
            job.fail(BROKEN)
        finally:
            forget(origin)
    return True


def sweep(kind):
    """Find the jobs of ``kind`` whose worker died; return how many."""
    found = 0
    for job in kind.objects.filter(state__in=kind.STEPS.values()):
        with at_work(job) as tell:
            if tell is not None:
                job = kind.objects.get(pk=job.pk)
                if job.state in kind.STEPS.values():
                    job.left_behind()
                    found += 1
    return found


@contextmanager
def at_work(job):
    """Be the one at ``job``: gives a function that tells progress, or None to who comes late."""
    descriptor = os.open(job.path("progress"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield None
        else:
            yield lambda count: os.pwrite(descriptor, f"{count:<12}".encode(), 0)
    finally:
        os.close(descriptor)
