"""What has to be true of what a second person decided, counted here by itself."""

from datetime import timedelta

from django.conf import settings
from django.db.models import Q

from backoffice.audit.models import AccessRecord
from cases.models import Answer
from drivers.models import Correction, VerificationEvent

DAY = timedelta(days=1)
SELF_CHECKS = {"number_checked", "wifi", "spam", "carrier_told"}


def _decisions(case):
    for asked in case.approvals.select_related("decided_by"):
        is_decided = asked.state in {"approved", "rejected"}
        if is_decided != (asked.decided_by is not None):
            yield f"{asked} is {asked.state}, decided by {asked.decided_by}"
        if is_decided and asked.decided_by_id == asked.requested_by_id:
            yield f"{asked} was decided by who asked for it"
        if is_decided and not asked.decided_by.has_perm("cases.decide_approval"):
            yield f"{asked} was decided by somebody who may not"
        if is_decided and not asked.decision.strip():
            yield f"{asked} was decided without a reason"
        lines = asked.changes.exclude(transition="read_out")
        if lines.count() != (asked.state != "pending"):
            yield f"{asked} was decided {lines.count()} times"
    escalated = case.approvals.filter(kind="escalation", state="approved")
    intents = case.agit_posts.values_list("intent", flat=True)
    if sorted(intents) != sorted(f"agit:{each.pk}" for each in escalated):
        yield f"{len(intents)} posts for {escalated.count()} escalations"


def _sensitive_corrections(case):
    """A22: no other year, and no second change within the days set, without a lead's word."""
    changes = Correction.objects.filter(driver=case.driver, field="birthdate", undoes=None)
    for correction in changes:
        asked_at = correction.requested_at
        since = asked_at - timedelta(days=settings.SECOND_CORRECTION_DAYS)
        earlier = changes.filter(applied_at__gte=since, applied_at__lte=asked_at)
        other_year = correction.old.year != correction.new.year
        approved = case.approvals.filter(
            kind="sensitive_correction", correction=correction, state="approved"
        )
        is_carried_out = correction.state in {"scheduled", "applied", "undone"}
        if is_carried_out and (other_year or earlier.exists()) and not approved.exists():
            yield f"{correction} without a second person"
        if not is_carried_out and correction.state != "cancelled" and approved.exists():
            yield f"{correction} was approved, but is {correction.state}"


def _scheduled_corrections(case):
    """4.6: applied at a log-in after it was asked for, or when its time had come."""
    for correction in case.corrections.filter(state="applied").exclude(apply_at=None):
        log_in = VerificationEvent.objects.filter(
            driver=case.driver,
            kind="login.succeeded",
            occurred_at__gte=correction.requested_at,
            occurred_at__lte=correction.applied_at,
        )
        if correction.apply_at > correction.applied_at and not log_in.exists():
            yield f"{correction} was applied before the log-in"
    for told in AccessRecord.objects.filter(action="reveal", driver=case.driver):
        held = case.identity_checks.filter(
            is_verified=True, call_back_answered=True, at__lte=told.at, expires_at__gt=told.at
        )
        scheduled = case.corrections.filter(requested_at__lte=told.at).exclude(apply_at=None)
        if not (held.exists() and scheduled.exists()):
            yield "the registered birthdate was told without what comes first"


def _read_outs(case):
    """1.9 to 1.12: no code without every guard, as things stood when it was read."""
    for asked in case.approvals.exclude(used_at=None):
        missing = [guard for guard, holds in _guards(case, asked) if not holds]
        if missing:
            yield f"{asked} was read out against {missing}"


def _guards(case, asked):
    at = asked.used_at
    holds = Q(taken_back_at=None) | Q(taken_back_at__gt=at)
    answers = Answer.objects.filter(holds, at__lte=at).order_by("pk")
    recorded = dict(answers.filter(case=case).values_list("step__record", "value"))
    of_driver = answers.filter(case__driver=case.driver)
    usim = list(of_driver.filter(step__record="usim").values_list("value", flat=True))
    changed = of_driver.filter(
        step__record="changed", value__in=["phone", "device", "both"], at__gte=at - DAY
    )
    check = case.identity_checks.filter(at__lte=at).order_by("-pk").first()
    events = VerificationEvent.objects.filter(driver=case.driver, occurred_at__lte=at)
    sent = events.filter(
        kind="code.sent",
        occurred_at__gte=max(case.created_at, at - timedelta(minutes=10)),
    )
    others = case.driver.approvals.filter(used_at__gt=at - DAY, used_at__lte=at)
    lasts = timedelta(minutes=settings.READ_OUT_MINUTES)
    yield "G1", case.presented_phone == case.driver.phone
    yield "G2", check is not None and check.call_back_answered
    yield "G3", recorded.keys() >= SELF_CHECKS and recorded.get("carrier_asked") == "asked"
    yield "G3", case.recontact_no >= 1
    yield "G4", _mismatches(events, since=at - DAY) < settings.MISMATCHES_TO_LOCK
    yield "G5", usim[-1:] != ["differs"] and not changed.exists()
    yield "G6", recorded.get("operable") == "yes" and sent.exists()
    yield "G7", check is not None and check.is_verified and check.expires_at > at
    yield "G8", asked.kind == "code_read_out" and asked.state == "approved"
    yield "G8", asked.decided_at - lasts <= asked.requested_at
    yield "G8", asked.decided_at <= at <= asked.decided_at + lasts
    yield "G9", asked.changes.filter(transition="read_out", by=asked.decided_by).count() == 1
    yield "G11", not others.exclude(pk=asked.pk).exists()
    told = AccessRecord.objects.filter(action="read_out", detail__approval=asked.pk)
    yield "G12", [each.by for each in told] == [asked.decided_by]


def _mismatches(events, since):
    """Since the last success, within the day for which a lock lasts."""
    kinds = events.filter(occurred_at__gte=since).order_by("occurred_at", "pk")
    count = 0
    for kind in kinds.values_list("kind", flat=True):
        count = 0 if kind in {"code.match", "login.succeeded"} else count
        count += kind == "code.mismatch"
    return count


SECOND_PERSON = (_decisions, _sensitive_corrections, _scheduled_corrections, _read_outs)
