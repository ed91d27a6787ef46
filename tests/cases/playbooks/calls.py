"""A call that goes any way at all, as dice say."""

from datetime import date, timedelta

from django.utils import timezone

from backoffice.sms.models import Message
from backoffice.workflow.transitions import TransitionRefused, perform
from cases.models import Case, IdentityCheck
from cases.playbooks import engine
from drivers.models import Driver, VerificationEvent
from tests.cases.playbooks.finish import best_choice
from tests.cases.playbooks.history import told
from tests.cases.playbooks.walking import answer, back, book, here

KNOWN = {"name": "홍길동", "company": "한빛운수"}
DATES = [date(1980, 5, 3), date(1980, 3, 5), date(1991, 12, 28), date(2000, 2, 29)]
RECORDED = DATES[0]
PHONES = ["+821000000001", "+821099990000", ""]


def detail(step, fits, day):
    """What somebody types at an act: a mistake, unless it ``fits``."""
    later = timezone.now() + timedelta(hours=1 if fits else -1)
    said = KNOWN if fits else KNOWN | {"name": "고길동"}
    if day == RECORDED:
        said = {"name": "홍길동", "birthdate": day}
    return {
        "identity_check": said | {"call_back_answered": True},
        "correct_birthdate": {"birthdate": day, "reason": "통화" if fits else ""},
        "call_back": {"at": later, "reason": "재통화"},
        "record_call_back": {"reason": "통화" if fits else " "},
        "escalate": {"reason": "확인" if fits else ""},
        "close": {},
        "switch": {},
    }[step.action]


def some_call(dice):
    """How a call comes in."""
    return {
        "key": dice.choice(["q1", "q2", "q3", "q4", "q4", "q4"]),
        "channel": dice.choice(["phone", "phone", "mail"]),
        "presented": dice.choice(PHONES),
        "lock": dice.choice([None, None, -1, 1]),
        "mismatches": dice.choice([0, 9, 10]),
        "again": dice.choice([0, 0, 1]),
    }


def some_move(dice):
    """Mostly an answer, mostly a fitting one."""
    moves = {
        "back": dice.choice(["agent", "other", "stranger"]),
        "time": None,
        "text": dice.choice(["delivered", "undelivered", "unknown"]),
        "lead": dice.choice(["return_to_agent", "lift_identity_lock"]),
        "begin": dice.choice(["q1", "q2", "q3", "q4"]),
        "answer": {
            "place": dice.choice([0, 1, 2, 3] + [4] * 8),  # 4 is the way to a correction
            "fits": dice.random() < 0.9,
            "day": dice.choice(DATES),
            "who": dice.choice(["agent"] * 14 + ["other", "stranger"]),
            "stale": dice.random() < 0.07,
        },
    }
    what = dice.choices(list(moves), weights=[2, 1, 1, 1, 1, 20])[0]
    return what, moves[what]


class Call:
    """One case and who has to do with it: two agents, a lead, somebody who may do nothing."""

    def __init__(self, world, *, key, channel, presented, lock, mismatches, again):
        self.world = world
        driver = world.driver
        if lock:
            until = timezone.now() + timedelta(hours=lock)
            Driver.objects.update(verification_state="locked", locked_until=until)
        for each in range(mismatches):
            VerificationEvent.objects.create(
                event_id=f"{each}",
                kind="code.mismatch",
                phone=driver.phone,
                driver=driver,
                occurred_at=timezone.now(),
            )
        self.case = world.make_case(driver=driver, channel=channel, presented_phone=presented)
        Case.objects.filter(pk=self.case.pk).update(recontact_no=again)
        engine.begin(self.case, book(key), by=world.agent)

    def move(self, what, how):
        """Make one move; a refusal is a sentence that tells nothing of the record."""
        sentence, before = "", self.step()
        try:
            getattr(self, what)(how)
        except TransitionRefused as refusal:
            sentence = str(refusal)
        assert not list(told(sentence, Driver.objects.get()))
        if what == "answer" and (how["stale"] or how["who"] == "stranger"):
            assert sentence or before is None

    def step(self):
        """The step at which the case stands, or None."""
        walk = engine.open_walk(self.case)
        return walk and walk.step

    def answer(self, how):
        if (step := self.step()) is None:
            return
        choices = list(step.choices.order_by("position").values_list("value", flat=True))
        value, more = choices[how["place"] % len(choices)] if choices else "", {}
        if step.kind == "compare":
            phone = self.world.driver.phone if how["fits"] else None
            more["said"] = how["day"] if step.item == "birthdate" else phone
        if step.kind == "do":
            more["details"] = detail(step, how["fits"], how["day"])
        if how["stale"]:
            more["last"] = -1
        answer(self.case, value, by=getattr(self.world, how["who"]), **more)

    def back(self, who):
        if self.step():
            back(self.case, by=getattr(self.world, who))

    def time(self, _how):
        now = timezone.now()
        IdentityCheck.objects.filter(expires_at__gt=now).update(expires_at=now)

    def text(self, state):
        Message.objects.update(state=state)

    def lead(self, name):
        perform(self.case, name, by=self.world.lead, reason="확인")

    def begin(self, key):
        engine.begin(self.case, book(key), by=self.world.agent)


def finish(case, world):
    """Bring the walk of ``case`` to an end by the shortest way, as a willing agent would."""
    for turn in range(60):
        if (walk := engine.open_walk(case)) is None:
            return
        step, more, value = walk.step, {}, ""
        if step.kind == "do":
            more["details"] = detail(step, 1, DATES[turn % len(DATES)])
        elif step.kind == "compare":
            more["said"] = RECORDED if step.item == "birthdate" else world.driver.phone
        else:
            value = best_choice(step, world.ranks)
        try:
            answer(case, value, by=world.agent, **more)
        except TransitionRefused:
            if step.action == "identity_check":  # three failures: a team lead looks
                perform(case, "lift_identity_lock", by=world.lead, reason="확인")
            elif step.action == "close" and not case.called_back_at:  # the text did not arrive
                case = perform(case, "record_call_back", by=world.agent, reason="통화")
            else:
                back(case, by=world.agent)
    raise AssertionError(f"The walk does not end; it stands at {here(case)}.")
