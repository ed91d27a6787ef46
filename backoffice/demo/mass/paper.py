"""What cases leave behind: identity checks, corrections with their texts, approvals, looks."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.db.models import Max
from django.utils.translation import gettext as _

from backoffice.audit.models import AccessRecord
from backoffice.sms.models import Message, MessageChange, Template
from backoffice.sms.reported import MessageReport
from cases.approvals import facts_of
from cases.models import Approval, ApprovalChange, Case, IdentityCheck
from cases.services import A_DAY
from drivers.models import Correction, CorrectionChange, Driver

from . import drivers as people
from .tables import Table

State, Resolution = Case.State, Case.Resolution
Sent = Message.State
BIRTHDATE = Correction.Field.BIRTHDATE
KEY = "birthdate_changed"


class Paper:
    """The rows beside the cases of one ``seed``."""

    def __init__(self, seed, calendar, drivers, staff):
        self.seed, self.epoch, self.staff = seed, calendar.epoch, staff
        _services, self.birthdates = drivers
        self.template = Template.objects.get(key=KEY)
        self.subject, self.body, self.size = self.template.render()
        self.checks = Table(
            IdentityCheck, "case_id", "driver_id", "number_matches", "call_back_answered",
            "items", "is_verified", "by_id", "at", "expires_at",
        )  # fmt: skip
        self.corrections = Table(
            Correction, "id", "version", "driver_id", "case_id", "field", "old_value",
            "new_value", "reason", "state", "requested_by_id", "requested_at", "applied_at",
        )  # fmt: skip
        self.steps = Table(
            CorrectionChange, "correction_id", "transition", "source", "target", "by_id", "at"
        )
        self.messages = Table(
            Message, "id", "reference", "intent", "state", "reason", "attempts", "gateway",
            "provider_id", "not_before", "queued_at", "claimed_at", "accepted_at", "settled_at",
            "driver_id", "case_id", "correction_id", "template_id", "template_version", "to",
            "kind", "subject", "body", "bytes", "driver_told_at",
        )  # fmt: skip
        self.sendings = Table(
            MessageChange, "message_id", "transition", "source", "target", "at", "note"
        )
        self.reports = Table(
            MessageReport, "message_id", "gateway", "source", "outcome", "reason", "effect",
            "told_at", "received_at",
        )  # fmt: skip
        self.approvals = Table(
            Approval, "id", "version", "case_id", "driver_id", "kind", "reason", "state",
            "requested_by_id", "requested_at", "expires_at", "decided_by_id", "decided_at",
            "decision", "used_at",
        )  # fmt: skip
        self.decisions = Table(
            ApprovalChange, "approval_id", "transition", "source", "target", "by_id", "at", "note"
        )
        self.looks = Table(
            AccessRecord, "at", "by_id", "account", "address", "action", "driver_id", "detail"
        )
        self.tables = [
            self.corrections, self.steps, self.messages, self.sendings, self.reports,
            self.approvals, self.decisions, self.checks, self.looks,
        ]  # fmt: skip

    def take_up(self):
        """Go on after the rows that are there."""
        self.keys = {
            model: model.objects.aggregate(last=Max("pk"))["last"] or 0
            for model in (Correction, Message, Approval)
        }
        corrected = Correction.objects.values_list("driver_id", "applied_at")
        self.corrected = {pk - 1: at for pk, at in corrected}  # when, by the driver's place
        self.first_correction = self.keys[Correction] + 1

    def _next(self, model):
        self.keys[model] += 1
        return self.keys[model]

    def may_correct(self, driver, birthdates):
        """Return whether a correction fits: one a driver, who has not been erased since."""
        return driver not in self.corrected and birthdates[driver] > 0

    def was_corrected_before(self, call):
        """Return whether the caller's record was corrected within a day before the call."""
        at = self.corrected.get(call.driver)
        return at is not None and call.opened_at - A_DAY < at <= call.opened_at

    def work_on(self, call, dice):
        """Do what ``call`` ends with; return the state that it is in then."""
        if call.end in {Resolution.CORRECTED, State.INFO_CORRECTED}:
            self._correct(call, dice)
            return State.INFO_CORRECTED
        if call.end in {Resolution.ANSWERED, State.ESCALATED}:
            self._escalate(call, dice)
            return State.ESCALATED
        if call.end == Resolution.CODE_READ_OUT:
            self._read_out(call, dice)
        elif call.end == State.DIAGNOSING and dice.random() < 0.2:
            by_when = (self.epoch + timedelta(hours=48 * dice.random() - 12)).replace(
                microsecond=0
            )
            facts = {"follow_up_at": by_when, "follow_up_reason": "통신사 확인 후 연락"}
            self._stay(call, "call_back", State.DIAGNOSING, "통신사 확인 후 연락", facts, dice)
        return State.DIAGNOSING

    @staticmethod
    def _stay(call, name, state, note, facts, dice):
        after = 60 + 600 * dice.random()
        return call.move(name, state, state, by=call.owner, after=after, note=note, facts=facts)

    # Corrections and their texts

    def _correct(self, call, dice):
        new = people.day(self.birthdates[call.driver])
        old = _slip(new, dice)
        verified_at = call.at + timedelta(seconds=20)
        self.checks.add(
            call.pk,
            call.driver_pk,
            True,
            False,
            {"name": True, "vehicle_no": True},
            True,
            call.owner,
            verified_at,
            verified_at + timedelta(minutes=settings.IDENTITY_MINUTES),
        )
        at = call.move(
            "correct_info",
            State.DIAGNOSING,
            State.INFO_CORRECTED,
            by=call.owner,
            after=60 + 300 * dice.random(),
        )
        pk = self._next(Correction)
        self.corrected[call.driver] = at
        self.corrections.add(
            pk, 1, call.driver_pk, call.pk, BIRTHDATE, old.isoformat(), new.isoformat(),
            "가입 시 생년월일 오기입", Correction.State.APPLIED, call.owner, at, at,
        )  # fmt: skip
        self.steps.add(
            pk, "apply", Correction.State.REQUESTED, Correction.State.APPLIED, call.owner, at
        )
        told_at = call.at + timedelta(seconds=600)  # where the text does not arrive
        has_arrived = self._send(
            call, pk, at, dice, told_at=told_at if call.end == Resolution.CORRECTED else None
        )
        if not has_arrived and call.end == Resolution.CORRECTED:
            call.move(
                "record_call_back",
                State.INFO_CORRECTED,
                State.INFO_CORRECTED,
                by=call.owner,
                after=600,
                note="유선으로 안내함",
            )

    def _send(self, call, correction, at, dice, *, told_at):
        """
        Add the text about ``correction``; return whether it arrived.

        :param told_at: when the driver is told by telephone should it not arrive, or None
        """
        pk, draw = self._next(Message), dice.random()
        reason, end = "", Sent.DELIVERED
        if draw < 0.02:
            reason, end = "switched_off", Sent.UNDELIVERED
        elif draw < 0.03:
            reason, end = "refused", Sent.FAILED
        elif draw < 0.06 and at > self.epoch - timedelta(days=2):
            reason, end = "no_answer", Sent.UNKNOWN
        is_taken = end in {Sent.DELIVERED, Sent.UNDELIVERED}
        sent, taken, ended = (at + timedelta(seconds=each) for each in (1, 2, 5))
        number = people.number_of(self.seed, call.driver)
        self.messages.add(
            pk,
            uuid.UUID(int=dice.getrandbits(128), version=4),
            f"{KEY}:{correction}",
            end,
            reason,
            1,
            "demo",
            f"D{dice.getrandbits(128):032x}" if is_taken else "",
            at,
            at,
            sent,
            taken if is_taken else None,
            ended,
            call.driver_pk,
            call.pk,
            correction,
            self.template.pk,
            self.template.version,
            f"0{number[3:]}",
            self.size.kind,
            self.subject,
            self.body,
            self.size.bytes,
            told_at if end != Sent.DELIVERED else None,
        )
        self.sendings.add(pk, Sent.SENDING, Sent.QUEUED, Sent.SENDING, sent, "")
        before = Sent.SENDING
        if is_taken:
            self.sendings.add(pk, Sent.ACCEPTED, Sent.SENDING, Sent.ACCEPTED, taken, "")
            before = Sent.ACCEPTED
            self.reports.add(
                pk, "demo", MessageReport.Source.REPORT, end, reason, MessageReport.Effect.MOVED,
                ended, ended,
            )  # fmt: skip
        self.sendings.add(pk, end, before, end, ended, reason)
        return end == Sent.DELIVERED

    # Approvals

    def _escalate(self, call, dice):
        reason = "안내한 조치 후에도 로그인 불가"
        at = call.move(
            "escalate", State.DIAGNOSING, State.ESCALATED,
            by=call.owner, after=120 + 900 * dice.random(), note=reason,
        )  # fmt: skip
        is_over = call.end == Resolution.ANSWERED
        if not is_over and at > self.epoch - timedelta(hours=20):
            self._ask(call, Approval.Kind.ESCALATION, reason, at)
        elif is_over or dice.random() < 0.7:
            decided_at = at + timedelta(seconds=int(60 + 3600 * dice.random()))
            self._ask(call, Approval.Kind.ESCALATION, reason, at, decided_at=decided_at)
            call.at = decided_at
        else:
            self._ask(call, Approval.Kind.ESCALATION, reason, at, is_expired=True)
        if is_over:
            answer = "단말 인증 이력 초기화 완료"
            facts = {"department_answer": answer}
            self._stay(call, "record_answer", State.ESCALATED, answer, facts, dice)

    def _read_out(self, call, dice):
        at = call.at + timedelta(seconds=int(60 + 60 * dice.random()))
        decided_at = at + timedelta(seconds=40)
        reason = "문자 미수신, 본인 확인 완료"
        self._ask(
            call,
            Approval.Kind.CODE_READ_OUT,
            reason,
            at,
            decided_at=decided_at,
            used_at=decided_at + timedelta(seconds=20),
        )
        call.at = decided_at + timedelta(seconds=30)

    def _ask(self, call, kind, reason, at, *, decided_at=None, is_expired=False, used_at=None):
        pk, lead = self._next(Approval), self.staff.leads[call.pk % len(self.staff.leads)]
        is_reading = kind == Approval.Kind.CODE_READ_OUT
        hours = settings.READ_OUT_MINUTES / 60 if is_reading else settings.APPROVAL_HOURS
        lasts = timedelta(hours=hours)
        state, decision, by = Approval.State.PENDING, "", None
        if decided_at is not None:
            state, decision, by = Approval.State.APPROVED, "확인함", lead
            self._decide(pk, "approve", state, by, decided_at, decision)
        elif is_expired:
            state, decision = Approval.State.EXPIRED, _("Nobody decided in time.")
            decided_at = at + lasts
            self._decide(pk, "expire", state, None, decided_at, "")
        self.approvals.add(
            pk, int(state != Approval.State.PENDING), call.pk, call.driver_pk, kind, reason,
            state, call.owner, at, at + lasts, by, decided_at, decision, used_at,
        )  # fmt: skip

    def _decide(self, pk, name, state, by, at, note):
        self.decisions.add(pk, name, Approval.State.PENDING, state, by, at, note)

    # Looks

    def note_look(self, call, dice):
        """Add the record of the desk's page, while such records are kept."""
        since = self.epoch - timedelta(days=settings.ACCESS_LOG_KEEP_DAYS - 1)
        if call.opened_at < since:
            return
        self.looks.add(
            call.moves[1][4],
            call.owner,
            self.staff.names[call.owner],
            f"10.0.{call.owner % 250}.{10 + call.owner % 200}",
            AccessRecord.Action.VIEW,
            call.driver_pk,
            {"page": "cases.case", "pk": call.pk, "part": "desk"},
        )

    # After a batch

    def touch_drivers(self):
        """Count the corrections of the batch as saves of their drivers."""
        driver, correction = Driver._meta.db_table, Correction._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {driver} SET version = {driver}.version + 1, updated_at = CASE "  # noqa: S608
                f"WHEN c.applied_at > {driver}.updated_at THEN c.applied_at "
                f"ELSE {driver}.updated_at END FROM {correction} c "
                f"WHERE c.driver_id = {driver}.id AND c.id >= %s",
                [self.first_correction],
            )
        self.first_correction = self.keys[Correction] + 1


def freeze_facts():
    """Give pending approvals the facts they rest on; those that are decided never ask again."""
    for approval in Approval.objects.pending().filter(facts={}).select_related("case", "driver"):
        Approval.objects.filter(pk=approval.pk).update(facts=facts_of(approval))


def _slip(birthdate, dice):
    """Return what was written instead of ``birthdate``: day and month swapped, or another day."""
    if birthdate.day <= 12 and birthdate.day != birthdate.month and dice.random() < 0.6:
        return birthdate.replace(month=birthdate.day, day=birthdate.month)
    days = [each for each in range(1, 29) if each != birthdate.day]
    return birthdate.replace(day=dice.choice(days))
