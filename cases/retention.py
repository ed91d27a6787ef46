"""How long a case tells of a person. The figures stay: type, state, times, outcomes."""

from datetime import timedelta

from django.db.models import F
from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.outbox.models import Delivery
from backoffice.retention.beneath import Leftovers
from backoffice.retention.rules import Rule, rule
from backoffice.sms.models import Message
from drivers import retention as drivers_retention
from drivers.models import Correction
from drivers.signals import about_to_erase, drivers_erased
from drivers.words import mask_for_good

from .models import (
    AgitPost,
    AgitPostChange,
    Answer,
    Approval,
    ApprovalChange,
    Case,
    CaseChange,
    IdentityCheck,
    Presence,
)

drivers_retention.holds += [
    lambda: Case.objects.exclude(state=Case.State.CLOSED),
    Approval.objects.pending,
]


@rule
class ClosedCases(Rule):
    name = "cases"
    label = _("closed cases")
    goes = _(
        "the link to the driver, the presented number, notes, reasons and answers in words, "
        "what approvals rested on, the text in Agit"
    )
    stays = _("type, state, times, resolution, the way through the playbook and its outcomes")
    setting = "CASES_KEEP_DAYS"
    model = Case
    age = "closed_at"

    def old(self, before):
        return super().old(before).filter(state=Case.State.CLOSED, erased_at=None)

    def due(self, before):
        on_the_wire = AgitPost.objects.filter(state=Delivery.State.SENDING)
        return self.old(before).exclude(pk__in=on_the_wire.values("case"))

    def erase(self, keys):
        _erase_posts(keys)
        _erase_approvals(Approval.objects.filter(case__in=keys))
        # Their own rules keep them longer or shorter; by them a case would be the driver's.
        Correction.objects.filter(case__in=keys).update(case=None)
        Message.objects.filter(case__in=keys).update(case=None)
        IdentityCheck.objects.filter(case__in=keys).update(driver=None)
        # How two birthdates differ narrows the record down.
        Answer.objects.filter(case__in=keys).exclude(slip="").update(slip="")
        CaseChange.objects.filter(case__in=keys).exclude(note="").update(note="")
        Case.objects.filter(pk__in=keys).update(
            driver=None,
            presented_phone="",
            note="",
            department_answer="",
            follow_up_reason="",
            erased_at=timezone.now(),
            version=F("version") + 1,
        )


@rule
class ApprovalsWithoutCase(Rule):
    """Those that were asked for on a driver's own page."""

    name = "approvals"
    label = _("approvals without a case")
    goes = _("the link to the driver, the reasons, and what they rested on")
    stays = _("what was asked for, when, by whom, and the decision")
    setting = "CASES_KEEP_DAYS"
    model = Approval
    age = "decided_at"

    def old(self, before):
        return super().old(before).filter(case=None, erased_at=None)

    def erase(self, keys):
        _erase_approvals(Approval.objects.filter(pk__in=keys))


@rule
class Presences(Leftovers):
    name = "presences"
    label = _("who had a desk open")
    goes = _("the whole row")
    model = Presence
    age = "seen_at"

    def before(self):
        return timezone.now() - timedelta(days=1)


def _erase_approvals(approvals):
    keys = list(approvals.filter(erased_at=None).values_list("pk", flat=True))
    ApprovalChange.objects.filter(approval__in=keys).exclude(note="").update(note="")
    Approval.objects.filter(pk__in=keys).update(
        driver=None,
        correction=None,
        reason="",
        decision="",
        facts={},
        erased_at=timezone.now(),
        version=F("version") + 1,
    )


def _erase_posts(cases):
    """Take the text of their posts; one that waits for an address until today never goes out."""
    posts = AgitPost.objects.filter(case__in=cases, erased_at=None)
    for post in posts.filter(state=Delivery.State.QUEUED):
        post.advance(Delivery.State.FAILED, source=Delivery.State.QUEUED, reason="erased")
    keys = list(posts.values_list("pk", flat=True))
    AgitPostChange.objects.filter(agit_post__in=keys).exclude(note="").update(note="")
    AgitPost.objects.filter(pk__in=keys).update(
        text="", provider_id="", answer=None, detail="", ask_at=None, erased_at=timezone.now()
    )


@receiver(about_to_erase)
def mask_what_cases_say(sender, drivers, **signal):
    """Cases are kept for longer than a driver who left; their words name him no more."""
    for rows, of, *names in (
        (Case.objects, "driver", "note", "department_answer", "follow_up_reason"),
        (CaseChange.objects, "case__driver", "note"),
        (Approval.objects, "driver", "reason", "decision"),
        (ApprovalChange.objects, "approval__driver", "note"),
        (AgitPostChange.objects, "agit_post__case__driver", "note"),
    ):
        mask_for_good(rows, *names, of=of, drivers=drivers)


@receiver(drivers_erased)
def erase_what_was_asked_about(sender, keys, **signal):
    """What was asked for on the pages of drivers who are gone."""
    _erase_approvals(Approval.objects.filter(case=None, driver__in=keys))
