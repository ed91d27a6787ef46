"""The product's settings, with a worker that can be told to die over a file."""

from backoffice.settings import *  # noqa: F403

CELERY_IMPORTS = ["tests.processes.killing_files"]
EXPORTS = {"team_lead"}
