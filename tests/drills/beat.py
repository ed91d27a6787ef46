"""The product's beat, that sweeps every DRILL_SWEEP_EVERY seconds."""

import os

from backoffice.celery import app

app.conf.beat_schedule["sweep-outbox"] |= {
    "schedule": float(os.environ.get("DRILL_SWEEP_EVERY", 15))
}

if "clock" in os.environ.get("DRILL_HOOKS", ""):
    import tests.drills.hooks.clock  # noqa: F401
