from datetime import timedelta

from celery.beat import PersistentScheduler

CLOCKS_DISAGREE = timedelta(seconds=1)


class Scheduler(PersistentScheduler):
    """
    Celery's own, for a clock that may be set back.

    Celery's waits until the old time has come again, for an hour where it was an hour, and
    nothing is swept meanwhile.
    """

    def tick(self, *args, **kwargs):
        for entry in self.schedule.values():
            now = entry.default_now()
            if entry.last_run_at > now + CLOCKS_DISAGREE:
                entry.last_run_at = now
                self._heap = None  # it is ordered by times of the old clock
        return super().tick(*args, **kwargs)
