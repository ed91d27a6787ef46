"""The back-office of a driver-support centre: settings and what every app stands on."""

from .celery import app as celery_app

__all__ = ["celery_app"]
