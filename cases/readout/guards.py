"""
What has to hold before a code may be read out (G1 to G7 and G11; rules 1.9 to 1.12).

Each guard is a question to the case, with a refusal that says what to do instead. G8 is
the approval itself, G9 and G10 are ``services`` and the page, G12 is ``services``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.contrib.auth import get_user_model
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.workflow.transitions import TransitionRefused
from cases.models import Approval, Case, guards
from cases.playbooks.facts import FACTS, REFUSING
from cases.services import lock_sentence
from drivers.models import Correction, VerificationEvent

DAY = timedelta(hours=24)
CODE_LIVES = timedelta(minutes=10)  # NIST SP 800-63B: a code is valid for ten minutes at most

# What the steps of the first question record; editing a playbook keeps these names.
SELF_CHECKS = ("number_checked", "wifi", "spam", "carrier_told")
CARRIER_ASKED = "carrier_asked"
OPERABLE = "operable"


class GuardRefused(TransitionRefused):
    """A guard of the read-out does not hold; ``guard`` is its number."""

    def __init__(self, guard, sentence):
        super().__init__(f"{guard}: {sentence}")
        self.guard = guard


@dataclass(frozen=True, slots=True)
class Guard:
    """One guard: its number, whether it holds for a case, and what is said where it does not."""

    number: str
    holds: Callable[[Case], bool]
    sentence: str


GUARDS = []


def guard(number, sentence):
    def register(holds):
        GUARDS.append(Guard(number, holds, sentence))
        return holds

    return register


def refuse_unguarded(case, *, by, approval=None):
    """
    Check every guard on what is stored now.

    :param by: who asks, or who is about to read
    :param approval: the request that is being carried out, which does not count for the caps
    :raises GuardRefused: names the first guard that does not hold, and what to do instead
    """
    if case.driver is None:
        raise GuardRefused("G1", _("Record the driver first."))
    for each in GUARDS:
        if not each.holds(case):
            raise GuardRefused(each.number, each.sentence)
    _refuse_over_caps(case, by, approval)


@guard(
    "G1",
    _(
        "The number that called or wrote is not the driver's own. A code is never told to a "
        "third number; guide the self-checks or end the call."
    ),
)
def is_own_number(case):
    return FACTS["presented_number"].read(case) == "matches"


@guard(
    "G2", _("Call the driver back on the number on record and check the identity in that call.")
)
def was_called_back(case):
    latest = case.identity_checks.order_by("-pk").first()
    return latest is not None and latest.call_back_answered


@guard(
    "G3",
    _(
        "The four self-checks, the carrier's answer and an earlier contact come first. Guide "
        "them, and read out only when the driver calls again."
    ),
)
def did_what_comes_first(case):
    recorded = dict(
        case.answers.filter(taken_back_at=None, step__record__in=[*SELF_CHECKS, CARRIER_ASKED])
        .order_by("pk")  # the latest answer counts
        .values_list("step__record", "value")
    )
    has_checked = set(SELF_CHECKS) <= set(recorded)
    # The contacts are those of the case's type, which may have been edited on the way.
    topic = case.consultation_type.parent.name
    is_again = (
        case.recontact_no >= 1
        and case.walks.filter(ended_at=None, version__playbook__topic=topic).exists()
    )
    return has_checked and recorded.get(CARRIER_ASKED) == "asked" and is_again


@guard("G4", _("The verification is locked or too often tried. Wait for the unlock."))
def is_not_locked(case):
    is_open = FACTS["locked"].read(case) == "no"
    return is_open and FACTS["mismatches_left"].read(case) == "some"


@guard(
    "G5",
    _(
        "The USIM differs, or the number or the device was changed within a day. "
        "Escalate to the department."
    ),
)
def is_the_same_device(case):
    since = timezone.now() - DAY
    renumbered = case.driver.corrections.filter(
        field=Correction.Field.PHONE, applied_at__gte=since
    )
    changed = case.answers.model.objects.filter(
        case__driver=case.driver,
        taken_back_at=None,
        at__gte=since,
        step__record="changed",
        value__in=REFUSING["changed"],
    )
    has_the_usim = FACTS["usim"].read(case) not in REFUSING["usim"]
    return has_the_usim and not renumbered.exists() and not changed.exists()


@guard(
    "G6",
    _(
        "No code was sent to the driver in this call. Let the driver press the button of the app "
        "now, while you talk, and ask again."
    ),
)
def is_live(case):
    can_operate = case.answers.filter(taken_back_at=None, step__record=OPERABLE, value="yes")
    sent = VerificationEvent.objects.filter(
        driver=case.driver,
        phone=case.driver.phone,
        kind=VerificationEvent.Kind.SENT,
        occurred_at__gte=max(case.created_at, timezone.now() - CODE_LIVES),
    )
    return can_operate.exists() and sent.exists()


@guard("G7", _("The caller's identity is not verified, or not any more. Check it again."))
def is_known(case):
    return guards.identity_is_verified(case) and not lock_sentence(case)


def _refuse_over_caps(case, by, approval):
    asker = approval.requested_by if approval is not None else by
    if approval is not None:
        # Two that are read at once would not count each other.
        people = get_user_model().objects.filter(pk__in=[asker.pk, by.pk]).order_by("pk")
        list(people.select_for_update(no_key=True))
    since = timezone.now() - DAY
    read = Approval.objects.filter(kind=Approval.Kind.CODE_READ_OUT, used_at__gte=since)
    if approval is not None:
        read = read.exclude(pk=approval.pk)
    if read.filter(driver=case.driver).exists():
        raise GuardRefused(
            "G11",
            _("A code was read out to this driver within a day. Escalate to the department."),
        )
    if read.filter(requested_by=asker).count() >= settings.READ_OUTS_PER_AGENT:
        raise GuardRefused(
            "G11", _("You have asked for as many read-outs as one agent may in a day. Escalate.")
        )
    if approval is None:
        return
    if read.filter(decided_by=by).count() >= settings.READ_OUTS_PER_LEAD:
        raise GuardRefused(
            "G11", _("You have read out as many codes as one lead may in a day. Ask another lead.")
        )
