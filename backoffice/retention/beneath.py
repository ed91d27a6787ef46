"""Rules for what stands beneath retention: access records, sessions and the admin's own log."""

from django.contrib.admin.models import LogEntry
from django.utils.translation import gettext_lazy as _

from backoffice.audit import keeping
from backoffice.audit.models import AccessRecord
from backoffice.staff.models import Session

from .rules import Rule, Taken, rule


class Leftovers(Rule):
    """Rows that are of no use to anybody once they are old."""

    stays = _("nothing")

    def erase(self, keys):
        self.model._base_manager.filter(pk__in=keys).delete()


@rule
class ExpiredSessions(Leftovers):
    name = "sessions"
    label = _("expired sign-ins")
    goes = _("the whole row")
    model = Session
    age = "expire_date"


@rule
class AdminLog(Leftovers):
    """What Django's admin notes beside the access records; it names rows by their label."""

    name = "admin_log"
    label = _("the admin's own log")
    goes = _("the whole row")
    setting = "ACCESS_LOG_KEEP_DAYS"
    model = LogEntry
    age = "action_time"


@rule
class AccessRecords(Rule):
    """They go from the old end of their chain, which stays verifiable."""

    name = "access_records"
    label = AccessRecord._meta.verbose_name_plural
    goes = _("the whole row")
    stays = _("an anchor of the chain")
    setting = "ACCESS_LOG_KEEP_DAYS"
    model = AccessRecord
    age = "at"

    def take(self, before, *, after, limit):
        count, oldest = keeping.remove_next(before)
        return Taken(last=count or None, count=count, oldest=oldest)
