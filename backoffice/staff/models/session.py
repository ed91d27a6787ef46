from datetime import timedelta

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class SessionQuerySet(models.QuerySet):
    def open(self):
        """Those that would be let in at this moment."""
        now = timezone.now()
        return self.filter(
            user__isnull=False,
            is_ended=False,
            seen_at__gt=now - timedelta(minutes=settings.IDLE_MINUTES),
            began_at__gt=now - timedelta(hours=settings.SESSION_HOURS),
        )

    def end_of(self, user, *, but=None):
        """End what ``user`` has open, except the session with the key ``but``."""
        return self.filter(user=user).exclude(session_key=but).delete()[0]


class Session(AbstractBaseSession):
    """
    One sign-in of one person, from one browser.

    The columns repeat what the session's own data say, so that they can be listed;
    see ``sessions.SessionStore``. Deleting the row ends it at once.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="sessions"
    )
    address = models.CharField(_("address"), max_length=45, blank=True)
    device = models.CharField(_("device"), max_length=200, blank=True)
    began_at = models.DateTimeField(_("signed in at"), null=True)
    seen_at = models.DateTimeField(_("last seen at"), null=True)
    is_ended = models.BooleanField(default=False)  # by idleness; what was typed may still come

    objects = BaseSessionManager.from_queryset(SessionQuerySet)()

    class Meta(AbstractBaseSession.Meta):
        pass

    @classmethod
    def get_session_store_class(cls):
        from ..sessions import SessionStore

        return SessionStore
