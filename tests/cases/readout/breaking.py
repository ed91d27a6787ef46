"""Each way in which a guard of the read-out does not hold, while all the others do."""

from datetime import timedelta
from uuid import uuid4

from django.utils import timezone

from cases.models import Answer, Case, IdentityCheck, Playbook, Walk
from drivers.models import Correction, Driver, VerificationEvent

HOUR = timedelta(hours=1)


def _case(**fields):
    return lambda case: Case.objects.filter(pk=case.pk).update(**fields)


def _check(**fields):
    return lambda case: IdentityCheck.objects.filter(case=case).update(
        **{name: value() if callable(value) else value for name, value in fields.items()}
    )


def _taken_back(record):
    return lambda case: _recorded(case, record).update(taken_back_at=timezone.now())


def _recorded(case, record):
    return Answer.objects.filter(case=case, step__record=record)


def _three_failures(case):
    """Three checks failed, and a fourth that nobody should have been let into did not."""
    good = case.identity_checks.get()
    for verified in (False, False, False, True):
        good.pk, good.is_verified = None, verified
        good.save(force_insert=True)


def _locked(case):
    until = timezone.now() + HOUR
    Driver.objects.filter(pk=case.driver_id).update(
        verification_state="locked", locked_until=until
    )


def _ten_mismatches(case):
    for _each in range(10):
        _event(case, kind="code.mismatch")


def _event(case, **fields):
    known = {"phone": case.driver.phone, "occurred_at": timezone.now(), "driver": case.driver}
    VerificationEvent.objects.create(event_id=uuid4(), **(known | fields))


def _sent(**fields):
    """Instead of the event that counts, one that does not."""

    def change(case):
        VerificationEvent.objects.all().delete()
        told = {name: value(case) for name, value in fields.items()}
        _event(case, kind="code.sent", **told)

    return change


def _answered(playbook, record, value):
    """In an earlier case of the same driver."""

    def change(case):
        version = Playbook.objects.get(key=playbook).published
        earlier = case.previous_case
        walk = Walk.objects.create(case=earlier, version=version, ended_at=timezone.now())
        step = version.steps.get(record=record)
        Answer.objects.create(walk=walk, case=earlier, step=step, value=value)

    return change


def _renumbered(case):
    Correction.objects.create(
        driver=case.driver,
        field="phone",
        old_value="01000005678",
        new_value=case.driver.phone_digits,
        reason="번호 변경",
        state="applied",
        requested_by=case.owner,
        applied_at=timezone.now() - 23 * HOUR,
    )


BREAKS = {  # what is wrong: (the guard that says so, how it becomes so)
    "the number is withheld": ("G1", _case(presented_phone="")),
    "a third number called": ("G1", _case(presented_phone="+821000009999")),
    "nobody called back": ("G2", _check(call_back_answered=False)),
    "the number was not checked": ("G3", _taken_back("number_checked")),
    "the network was not checked": ("G3", _taken_back("wifi")),
    "the spam box was not checked": ("G3", _taken_back("spam")),
    "the carrier was not named": ("G3", _taken_back("carrier_told")),
    "the carrier's answer was taken back": ("G3", _taken_back("carrier_asked")),
    "the carrier was not asked": (
        "G3",
        lambda case: _recorded(case, "carrier_asked").update(value="not_yet"),
    ),
    "it is the first contact": ("G3", _case(recontact_no=0)),
    "the verification is locked": ("G4", _locked),
    "ten codes did not match": ("G4", _ten_mismatches),
    "the USIM differs": ("G5", _answered("q2", "usim", "differs")),
    "the phone is a new one": ("G5", _answered("q3", "changed", "device")),
    "the driver says his number changed": ("G5", _answered("q3", "changed", "phone")),
    "the driver says both are new": ("G5", _answered("q4", "changed", "both")),
    "the number was corrected": ("G5", _renumbered),
    "the phone is out of reach": ("G6", _taken_back("operable")),
    "no code was sent": ("G6", lambda case: VerificationEvent.objects.all().delete()),
    "the code is old": (
        "G6",
        _sent(occurred_at=lambda case: timezone.now() - timedelta(minutes=10, seconds=1)),
    ),
    "the code is older than the call": (
        "G6",
        _sent(occurred_at=lambda case: case.created_at - timedelta(seconds=1)),
    ),
    "the code went to another number": ("G6", _sent(phone=lambda case: "+821000009999")),
    "the identity has expired": ("G7", _check(expires_at=timezone.now)),
    "the identity was not shown": ("G7", _check(is_verified=False)),
    "three checks had failed": ("G7", _three_failures),
}
ONE_OF_EACH = {guard: name for name, (guard, _how) in reversed(BREAKS.items())}
