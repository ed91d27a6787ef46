"""A call that goes any way at all, as dice say."""

from datetime import timedelta
from uuid import uuid4

from django.utils import timezone

from backoffice.sms.models import Message
from backoffice.workflow.transitions import TransitionRefused, perform
from cases import approvals
from cases.models import Approval, Case, IdentityCheck
from cases.playbooks import engine
from cases.readout.services import read_out
from drivers import services
from drivers.locking import unlock_due
from drivers.models import Correction, Driver
from drivers.verification import take_event
from tests.cases.playbooks.dice import KNOWN, RECORDED, WAY, an_answer
from tests.cases.playbooks.history import told
from tests.cases.playbooks.walking import answer, back, book, type_of


def detail(step, fits, day, *, called_back=True):
    """What somebody types at an act: a mistake, unless it ``fits``."""
    later = timezone.now() + timedelta(hours=1 if fits else -1)
    said = KNOWN if fits else KNOWN | {"name": "고길동"}
    if day == RECORDED:
        said = {"name": "홍길동", "birthdate": day}
    reason = {"reason": "확인" if fits else " "}
    return {
        "identity_check": said | {"call_back_answered": called_back},
        "correct_birthdate": {"birthdate": day} | reason,
        "schedule_birthdate": {"birthdate": day} | reason,
        "call_back": {"at": later, "reason": "재통화"},
        "close": {},
        "switch": {},
    }.get(step.action, reason)


class Call:
    """One case and who has to do with it: agents, leads, somebody who may do nothing."""

    def __init__(self, world, *, key, channel, presented, lock, mismatches, again, limit, ahead):
        self.world, self.codes = world, []
        world.settings.MISMATCHED_COMPARISONS = limit
        if lock:  # over for so many hours, or for so many to come
            since = timedelta(hours=24 - lock)
            self.happen(*["code.mismatch"] * 10, at=timezone.now() - since)
        self.happen(*["code.mismatch"] * mismatches)
        self.case = world.make_case(
            driver=world.driver,
            channel=channel,
            presented_phone=presented,
            consultation_type=type_of(key),
        )
        Case.objects.filter(pk=self.case.pk).update(recontact_no=again)
        engine.begin(self.case, book(key), by=world.agent)
        for turn in ahead:
            if (step := self.step()) is not None and step.key == "live-try":
                self.happen("code.sent")
            self.move("answer", an_answer(turn=turn))

    def happen(self, *kinds, at=None):
        """The login service reports these events."""
        for kind in kinds:
            take_event(
                event_id=uuid4(),
                kind=kind,
                phone=self.world.driver.phone,
                occurred_at=at or timezone.now(),
            )

    def move(self, what, how):
        """Make one move; a refusal is a sentence that tells nothing of the record."""
        sentence, before = "", what == "answer" and self.step()
        try:
            getattr(self, what)(how)
        except TransitionRefused as refusal:
            sentence = str(refusal)
        assert not list(told(sentence, Driver.objects.get()))
        assert not [code for code in self.codes if code in sentence]
        if what == "answer" and (how["stale"] or how["who"] == "stranger"):
            assert sentence or not before
        return sentence

    def step(self):
        """The step at which the case stands, or None."""
        walk = self.case.walks.filter(ended_at=None).select_related("step").first()
        return walk and walk.step

    def due(self):
        """What somebody would do now, who sees that something waits; or None."""
        asked = self.case.approvals.order_by("-pk").first()
        if asked is not None and asked.is_pending:
            return "decide"
        if asked is not None and asked.kind == "code_read_out" and asked.state == "approved":
            return "read" if asked.used_at is None else None
        if self.case.corrections.filter(state="scheduled").exists():
            return "event"
        return None

    def who(self, name):
        return getattr(self.world, name)

    # The moves

    def answer(self, how):
        if (step := self.step()) is None:
            return
        choices = list(step.choices.order_by("position").values_list("value", flat=True))
        value, more = "", {}
        if choices and how["place"] == "way":
            ways = WAY.get(step.key, choices[:1])
            value = ways[how["turn"] % len(ways)]
        elif choices:
            value = choices[how["place"] % len(choices)]
        if step.kind == "compare":
            phone = self.world.driver.phone if how["fits"] else None
            more["said"] = how["day"] if step.item == "birthdate" else phone
        if step.kind == "do":
            more["details"] = detail(step, how["fits"], how["day"], called_back=how["called_back"])
        if how["stale"]:
            more["last"] = -1
        answer(self.case, value, by=self.who(how["who"]), **more)

    def back(self, who):
        if self.step():
            back(self.case, by=self.who(who))

    def time(self, what):
        """Something is over now; then beat comes round."""
        now = timezone.now()
        past = now - timedelta(minutes=self.world.settings.READ_OUT_MINUTES, seconds=1)
        approved = Approval.objects.filter(state="approved", used_at=None)
        {
            "identity": IdentityCheck.objects.filter(expires_at__gt=now).update,
            "request": Approval.objects.pending().update,
            "decision": approved.update,
            "schedule": Correction.objects.filter(state="scheduled").update,
        }[what](
            **{
                "identity": {"expires_at": now},
                "request": {"expires_at": now},
                "decision": {"decided_at": past},
                "schedule": {"apply_at": now},
            }[what]
        )
        unlock_due()
        services.apply_due()
        approvals.sweep()

    def text(self, state):
        Message.objects.update(state=state)

    def desk(self, how):
        name, who = how
        perform(self.case, name, by=self.who(who), reason="확인")

    def begin(self, key):
        engine.begin(self.case, book(key), by=self.world.agent)

    def event(self, kind):
        self.happen(kind)

    def decide(self, how):
        """Decide what was asked last, whatever became of it since."""
        asked = self.case.approvals.order_by("-pk").first()
        if asked is not None:
            reason = "확인" if how["fits"] else ""
            approvals.decide(asked, how["verdict"], by=self.who(how["who"]), reason=reason)

    def read(self, who):
        asked = self.case.approvals.order_by("-pk").first()
        if asked is not None:
            self.codes.append(str(read_out(asked, by=self.who(who))))

    def cancel(self, who):
        correction = self.case.corrections.order_by("-pk").first()
        if correction is not None:
            services.cancel(correction, by=self.who(who), reason="기사 요청")

    def record(self, _how):
        """Somebody edits the driver's page; pending requests rest on another record then."""
        driver = Driver.objects.get()
        driver.company += "1"
        driver.save()
