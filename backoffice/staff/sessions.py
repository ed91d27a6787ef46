"""Sessions that know whose they are, end after idleness, and can be ended from elsewhere."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth import SESSION_KEY, user_logged_in, user_logged_out
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.dispatch import receiver
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from backoffice.addresses import client_address

from .models import Session

BEGAN, SEEN, ENDED, ADDRESS, DEVICE = "began", "seen", "ended", "address", "device"
SEEN_EVERY = timedelta(minutes=1)  # how often being seen is written down, at most


class SessionStore(DatabaseStore):
    """Django's own, whose rows can be listed by person."""

    @classmethod
    def get_model_class(cls):
        return Session

    def create_model_instance(self, data):
        row = super().create_model_instance(data)
        row.user_id = data.get(SESSION_KEY)
        row.address = data.get(ADDRESS, "")
        row.device = data.get(DEVICE, "")
        row.began_at = _moment(data, BEGAN)
        row.seen_at = _moment(data, SEEN)
        row.is_ended = ENDED in data
        return row


@receiver(user_logged_in)
def begin(sender, request, **signal):
    """Write down where a session comes from, and start its clocks."""
    now = timezone.now().isoformat()
    request.session.pop(ENDED, None)
    request.session.update(
        {
            BEGAN: now,
            SEEN: now,
            ADDRESS: client_address(request),
            DEVICE: request.headers.get("User-Agent", "")[:200],
        }
    )


def seconds_left(session):
    """Return for how long ``session`` goes on if nothing happens; 0 where it is over."""
    began, seen = _moment(session, BEGAN), _moment(session, SEEN)
    if ENDED in session or began is None or seen is None:
        return 0
    idle_end = seen + timedelta(minutes=settings.IDLE_MINUTES)
    last_end = began + timedelta(hours=settings.SESSION_HOURS)
    return max(0, int((min(idle_end, last_end) - timezone.now()).total_seconds()))


def note_activity(session):
    """Let the idle time begin anew; written at most once a minute."""
    now = timezone.now()
    if now - _moment(session, SEEN) >= SEEN_EVERY:
        session[SEEN] = now.isoformat()


def end(request):
    """
    Let the session open nothing any more, and remember whose it was.

    Only he may still send what he was typing, after signing in again.
    """
    request.session[ENDED] = timezone.now().isoformat()
    user_logged_out.send(sender=type(request.user), request=request, user=request.user)


def _moment(data, name):
    return parse_datetime(data.get(name, ""))
