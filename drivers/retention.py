"""How long a driver's data is kept."""

from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.retention.rules import Rule, rule
from backoffice.sms.retention import on_their_way

from .erasing import erase_corrections, erase_drivers
from .models import (
    Correction,
    Driver,
    RightsRequest,
    RightsRequestChange,
    VerificationEvent,
)

Kind = VerificationEvent.Kind

# What a withdrawn driver still waits for: functions that return rows with a ``driver``. The
# apps above add theirs.
holds = [on_their_way, Correction.objects.open, RightsRequest.objects.open]


@rule
class WithdrawnDrivers(Rule):
    name = "drivers"
    label = _("withdrawn drivers")
    goes = _(
        "name, phone, birthdate, company, vehicle number, search keys, what the login service "
        "reported, values and reasons of corrections, words and numbers of texts; in notes that "
        "are kept longer, name and numbers are masked"
    )
    stays = _("the service type, the times, and which corrections there were")
    setting = "WITHDRAWN_KEEP_DAYS"
    model = Driver
    age = "left_at"

    def old(self, before):
        # A row that was loaded as withdrawn does not say since when.
        gone = Driver._base_manager.filter(state=Driver.State.WITHDRAWN, erased_at=None)
        return gone.annotate(left_at=Coalesce("withdrawn_at", "updated_at")).filter(
            left_at__lt=before
        )

    def due(self, before):
        free = self.old(before)
        for hold in holds:
            # Looked up driver by driver: a million messages are not read for a batch of them.
            free = free.filter(~Exists(hold().filter(driver=OuterRef("pk"))))
        return free

    def erase(self, keys):
        erase_drivers(keys)


@rule
class Corrections(Rule):
    """Of drivers who are still there."""

    name = "corrections"
    label = _("corrections of the record")
    goes = _("the old and the new value, and the reasons")
    stays = _("which field, when, by whom, and how it ended")
    setting = "CORRECTIONS_KEEP_DAYS"
    model = Correction
    age = "ended_at"

    def old(self, before):
        kept = Correction._base_manager.filter(erased_at=None)
        return kept.annotate(ended_at=Coalesce("applied_at", "requested_at")).filter(
            ended_at__lt=before
        )

    def due(self, before):
        return self.old(before).exclude(pk__in=Correction.objects.open())

    def erase(self, keys):
        erase_corrections(Correction.objects.filter(pk__in=keys))


@rule
class VerificationEvents(Rule):
    """
    What the login service reported, but for what still counts.

    A driver's mismatches count since his latest success (A3), so that one stays, and
    whatever came after it, for as long as the number is his.
    """

    name = "events"
    label = _("reports of the login service")
    goes = _("the whole row")
    stays = _("the latest success of a driver, and the mismatches since")
    setting = "EVENTS_KEEP_DAYS"
    model = VerificationEvent
    age = "occurred_at"

    def due(self, before):
        later = VerificationEvent.objects.filter(
            driver=OuterRef("driver"),
            phone=OuterRef("phone"),
            kind__in=VerificationEvent.SUCCESSES,
            occurred_at__gt=OuterRef("occurred_at"),
        )
        counts_no_more = (
            Q(driver=None)
            | Q(kind__in=[Kind.SENT, Kind.LOGIN_FAILED])
            | ~Q(phone=F("driver__phone"))
            | Exists(later)
        )
        return self.old(before).filter(counts_no_more)

    def erase(self, keys):
        VerificationEvent.objects.filter(pk__in=keys).delete()


@rule
class RightsRequests(Rule):
    name = "rights"
    label = _("rights requests")
    goes = _("the link to the driver, what exactly was asked for, and the answer in words")
    stays = _("the kind, the days, and how it ended")
    setting = "RIGHTS_KEEP_DAYS"
    model = RightsRequest
    age = "answered_at"

    def old(self, before):
        return super().old(before).filter(erased_at=None)

    def erase(self, keys):
        lines = RightsRequestChange.objects.filter(rights_request__in=keys)
        lines.exclude(note="").update(note="")
        RightsRequest.objects.filter(pk__in=keys).update(
            driver=None, note="", answer="", erased_at=timezone.now(), version=F("version") + 1
        )
