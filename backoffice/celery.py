"""The Celery application. Tasks are bells and sweeps; what is to do stands in the database."""

import os

from celery import Celery
from celery.schedules import crontab
from celery.signals import setup_logging
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backoffice.settings")

# The embedded broker: files under var/, written aside and renamed.
TRANSPORT_ALIASES["filesystem"] = "backoffice.outbox.spool:Transport"
app = Celery("backoffice")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def leave_the_log_to_django(**signal):
    """A receiver is enough: Celery then puts no handlers and formats of its own."""


app.conf.beat_schedule = {
    # Finds what a lost wake-up, a flushed broker or a killed worker left behind.
    "sweep-outbox": {
        "task": "outbox.sweep",
        "schedule": 15.0,  # seconds
        # A sweep that waited longer than its period is replaced by the next.
        "options": {"expires": 15.0},
    },
    # Files: what nobody rang for, what a dead worker left, and what is over.
    "sweep-files": {
        "task": "files.sweep",
        "schedule": 15.0,
        "options": {"expires": 15.0},
    },
    # The same for files of drivers.
    "sweep-imports": {
        "task": "importing.sweep",
        "schedule": 15.0,
        "options": {"expires": 15.0},
    },
    # Ends locks, and applies what was scheduled and not logged in for.
    "sweep-drivers": {
        "task": "drivers.sweep",
        "schedule": 60.0,
        "options": {"expires": 60.0},
    },
    # When the fewest call, and behind midnight, so that a day is over when it is counted.
    "retention": {
        "task": "retention.run",
        "schedule": crontab(hour=4, minute=10),  # in Seoul
        "options": {"expires": 6 * 3600},  # seconds; after a long outage the next night will do
    },
    # Approvals that expire, or whose facts have changed with the clock.
    "sweep-approvals": {
        "task": "cases.sweep_approvals",
        "schedule": 15.0,
        "options": {"expires": 15.0},
    },
    # The leads' figures; nobody needs them by the second.
    "count-figures": {
        "task": "cases.count_figures",
        "schedule": 30.0,
        "options": {"expires": 30.0},
    },
    # Ended sessions, lifted locks and old changes of rights; at an hour's delay nobody looks.
    "tidy-staff": {
        "task": "staff.tidy",
        "schedule": 3600.0,
        "options": {"expires": 3600.0},
    },
    # The shorter, the less time a record stands outside of the chain.
    "seal-access-records": {
        "task": "audit.seal",
        "schedule": 15.0,
        "options": {"expires": 15.0},
    },
}
