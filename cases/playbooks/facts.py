"""
What a *check* may read: each fact a function from a case to one of its outcomes.

Facts are computed by the system from what is recorded; nobody types them.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Prefetch, prefetch_related_objects

from backoffice.sms.models import Message
from cases.models import Answer, Approval, Case, IdentityCheck, guards
from drivers.models import Correction, VerificationEvent

FACTS = {}
# The answers by which a code is refused, by the fact that keeps them (2.4, G5).
REFUSING = {"usim": ("differs",), "changed": ("phone", "device", "both")}


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact, and every outcome that it can have."""

    name: str
    outcomes: tuple[str, ...]
    read: Callable[[Case], str]


def fact(*outcomes):
    def register(read):
        FACTS[read.__name__] = Fact(read.__name__, outcomes, read)
        return read

    return register


@fact("matches", "differs", "withheld")
def presented_number(case):
    """Rules E1, E3, E4: is the number that called the driver's own?"""
    if not case.presented_phone:
        return "withheld"
    is_own = case.driver is not None and case.presented_phone == case.driver.phone
    return "matches" if is_own else "differs"


@fact("phone", "mail")
def channel(case):
    """Rules E1, E2: how the inquiry came in."""
    return case.channel


@fact("first", "again")
def recontact(case):
    """Rules 1.9, 2.5: has the driver called about the same before, within the days set?"""
    return "again" if case.recontact_no else "first"


@fact("some", "none")
def mismatches_left(case):
    """Rules 1.5, 1.7: may the driver still try a code (fewer than 10 mismatches, A1)?"""
    if case.driver is None:
        return "some"
    if case.ahead is not None:
        count = case.ahead.mismatches
    else:
        count = VerificationEvent.objects.mismatches_of(case.driver)
    return "none" if count >= settings.MISMATCHES_TO_LOCK else "some"


@fact("yes", "no")
def locked(case):
    """Rule 1.7: is the driver's verification locked now?"""
    return "yes" if case.driver is not None and case.driver.is_locked else "no"


@fact("same", "differs", "not_asked")
def usim(case):
    """Rules 2.2 to 2.4: is the number of the device that of the USIM at verification?"""
    if case.driver is None:
        return _recorded(case, "usim")
    if case.ahead is not None:
        return case.ahead.usim or "not_asked"
    found = _usim_answers().filter(case__driver=case.driver).order_by("-pk")
    return found.values_list("value", flat=True).first() or "not_asked"


def _usim_answers():
    # Whatever the question was, and however long ago: a mismatch holds until it is "same".
    return Answer.objects.filter(taken_back_at=None, step__record="usim")


@fact("yes", "no", "not_asked")
def reinstalled(case):
    """Rules 3.3, 3.6: was the app installed anew before the log-in?"""
    return _recorded(case, "reinstalled")


@fact("phone", "device", "both", "sms", "none", "not_asked")
def changed(case):
    """Rules 3.1, 4.1: did the driver change his number or his device?"""
    return _recorded(case, "changed")


@fact("match", "mismatch", "not_compared")
def phone_compared(case):
    """Rule 3.3: the latest comparison of the phone number."""
    return _compared(case, "phone")


@fact("match", "mismatch", "not_compared")
def birthdate_compared(case):
    """Rule 3.3: the latest comparison of the birthdate."""
    return _compared(case, "birthdate")


@fact("verified", "not_verified")
def identity(case):
    """Rules 4.1, 1.9: is the caller shown to be the driver, and still?"""
    return "verified" if guards.identity_is_verified(case) else "not_verified"


@fact("verified", "not_verified")
def identity_called_back(case):
    """Rule 4.6, G2: was the caller shown to be the driver in a call that we made, and still?"""
    latest = case.latest_identity_check()
    is_reached = latest is not None and latest.call_back_answered
    return "verified" if is_reached and latest.holds_for(case) else "not_verified"


@fact("none", "scheduled", "applied")
def correction(case):
    """Rules 4.2, 4.6: what became of the birthdate in this case."""
    # What takes one back is a correction as well, but not one that helps the driver.
    states = set(
        case.corrections.filter(field="birthdate", undoes=None).values_list("state", flat=True)
    )
    if Correction.State.APPLIED in states:
        return "applied"
    return "scheduled" if Correction.State.SCHEDULED in states else "none"


@fact("delivered", "on_its_way", "not_delivered", "none")
def notice(case):
    """Rules 4.4, 4.5: has the driver got the text of this case?"""
    states = set(case.messages.filter(resent_as=None).values_list("state", flat=True))
    if not states:
        return "none"
    if states & set(Message.NEED_A_PERSON):
        return "not_delivered"
    return "delivered" if states == {Message.State.DELIVERED} else "on_its_way"


@fact("none", "pending", "approved", "read", "rejected", "ended")
def read_out(case):
    """Rules 1.10 to 1.15: where the request to read out the code stands."""
    latest = _approval(case, Approval.Kind.CODE_READ_OUT)
    if latest is not None and latest.used_at is not None:
        return "read"
    return "ended" if latest is not None and latest.is_too_old_to_read else _standing(latest)


@fact("none", "pending", "approved", "rejected", "ended")
def correction_approval(case):
    """A22: where the request for the latest sensitive correction stands."""
    return _standing(_approval(case, Approval.Kind.SENSITIVE_CORRECTION))


def _approval(case, kind):
    return Approval.objects.filter(case=case, kind=kind).order_by("-pk").first()


def _standing(approval):
    if approval is None:
        return "none"
    ended = {Approval.State.EXPIRED, Approval.State.VOID}
    return "ended" if approval.state in ended else str(approval.state)


def _recorded(case, name):
    return _latest(case, "not_asked", record=name)


def _compared(case, item):
    return _latest(case, "not_compared", kind="compare", item=item)


def _latest(case, otherwise, **of_step):
    if case.ahead is not None:
        return case.ahead.latest(of_step) or otherwise
    of = {f"step__{name}": value for name, value in of_step.items()}
    found = case.answers.filter(taken_back_at=None, **of).order_by("-pk")
    return found.values_list("value", flat=True).first() or otherwise


@dataclass(slots=True)
class Ahead:
    """What the facts of one case rest on, besides the case and the driver themselves."""

    answers: list[dict]  # with what their steps are; the latest first
    identity_check: IdentityCheck | None
    usim: str = ""
    mismatches: int = 0

    def latest(self, of_step):
        for answer in self.answers:
            if all(answer[f"step__{name}"] == value for name, value in of_step.items()):
                return answer["value"]
        return ""


def read_ahead(cases):
    """
    Read for all ``cases`` at once what each fact would else ask for one by one.

    For a page of many that is made and forgotten: these objects see no later answer.
    """
    checks = IdentityCheck.objects.order_by("-pk")
    prefetch_related_objects(cases, Prefetch("identity_checks", checks, to_attr="checks_found"))
    answers = {}
    found = Answer.objects.filter(case__in=cases, taken_back_at=None).order_by("-pk")
    # Not as objects: a queue has hundreds of answers.
    for answer in found.values("case", "value", "step__kind", "step__item", "step__record"):
        answers.setdefault(answer["case"], []).append(answer)
    drivers = {case.driver for case in cases if case.driver is not None}
    of_drivers = _usim_answers().filter(case__driver__in=drivers).order_by("pk")
    usims = dict(of_drivers.values_list("case__driver", "value"))  # the latest stays
    mismatches = VerificationEvent.objects.mismatches_of_each(drivers)
    for case in cases:
        case.ahead = Ahead(
            answers=answers.get(case.pk, []),
            identity_check=next(iter(case.checks_found), None),
            usim=usims.get(case.driver_id, ""),
            mismatches=mismatches.get(case.driver_id, 0),
        )
