"""Cases by the million: who calls, about what, and how it went."""

import random
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings

from cases.models import Case, CaseChange, CaseNumber, ConsultationType

from . import drivers as people
from .tables import Table
from .ways import Ways

State, Resolution = Case.State, Case.Resolution

# How those that are over ended, and where those stand that are not.
ENDS = {
    Resolution.GUIDED: 62,
    Resolution.CORRECTED: 12,
    Resolution.NO_RESPONSE: 8,
    Resolution.ANSWERED: 6,
    Resolution.WAIT_UNLOCK: 5,
    Resolution.REFUSED_IDENTITY: 3,
    Resolution.CODE_READ_OUT: 2,
    Resolution.DUPLICATE: 2,
}
OPEN = {State.NEW: 25, State.DIAGNOSING: 40, State.INFO_CORRECTED: 20, State.ESCALATED: 15}
NEEDS_A_DRIVER = {
    Resolution.CORRECTED,
    Resolution.CODE_READ_OUT,
    Resolution.ANSWERED,
    State.INFO_CORRECTED,
    State.ESCALATED,
}
NOTES = ["", "", "", "앱 재설치 안내함", "통신사 확인 후 재시도 예정", "유심 변경 이력 있음"]
AGAIN = 0.1  # so many call about what they or others called about in these days


@dataclass
class Call:
    """One case while it is drawn; ``moves`` become its history."""

    pk: int
    opened_at: datetime
    driver: int | None  # place
    owner: int
    end: str  # a resolution, or the state in which it still is
    at: datetime
    moves: list = field(default_factory=list)
    facts: dict = field(default_factory=dict)  # columns that are not as they mostly are

    @property
    def driver_pk(self):
        return self.driver + 1 if self.driver is not None else None

    def move(self, name, source, target, *, by, after, note="", facts=()):
        """Let it move ``after`` so many seconds, and return when that was."""
        self.at = self.at + timedelta(seconds=int(after))
        self.moves.append((name, source, target, by, self.at, note))
        self.facts.update(facts)
        return self.at


class Cases:
    """
    Makes the cases of one ``seed`` in batches, in the order in which they were opened.

    What a batch rests on besides is read from the database by ``take_up()``: a second start
    goes on as the first one would have.
    """

    def __init__(self, seed, calendar, drivers, staff, paper):
        self.seed, self.calendar, self.staff, self.paper = seed, calendar, staff, paper
        self.services, self.birthdates = drivers
        self.topics = _leaves()
        self.recent = deque(maxlen=20 + 3 * calendar.cases_a_day())  # drivers, by place
        self.contacts = {}  # (driver, leaf): pk, opened, closed, re-contact; of these days
        self.cases = Table(
            Case, "id", "version", "number", "state", "driver_id", "channel", "presented_phone",
            "consultation_type_id", "note", "owner_id", "resolution", "department_answer",
            "follow_up_at", "follow_up_reason", "previous_case_id",
            "recontact_no", "follows_correction", "created_by_id", "created_at", "closed_at",
        )  # fmt: skip
        self.changes = Table(
            CaseChange, "case_id", "transition", "source", "target", "by_id", "at", "note"
        )
        self.ways = Ways(seed)
        self.tables = [self.cases, self.changes, *self.ways.tables, *paper.tables]

    def take_up(self, place):
        """Read what the cases before ``place`` leave behind."""
        latest = Case.objects.filter(pk__lte=place).order_by("-pk")
        found = latest.values_list("driver_id", flat=True)[: self.recent.maxlen]
        self.recent.extend(pk and pk - 1 for pk in reversed(found))
        since = self.calendar.opened_at(place) - self._window - timedelta(days=2)
        names = ("pk", "driver_id", "consultation_type_id", "created_at", "closed_at")
        rows = latest.filter(created_at__gte=since, driver__isnull=False).exclude(
            resolution=Resolution.DUPLICATE
        )
        for pk, driver, leaf, *times, number in rows.order_by("pk").values_list(
            *names, "recontact_no"
        ):
            self.contacts.setdefault((driver - 1, leaf), []).append((pk, *times, number))
        self.ways.take_up()
        self.paper.take_up()

    @property
    def _window(self):
        return timedelta(days=settings.RECONTACT_DAYS)

    def prepare(self, start, end):
        """Add the cases from ``start`` to ``end``, a whole batch."""
        dice = random.Random(f"{self.seed}/cases/{start}")  # noqa: S311  # nosec B311 # repeatable
        numbers = {}
        for place in range(start, end):
            opened_at = self.calendar.opened_at(place)
            year, number = self.calendar.number_of(place, opened_at)
            numbers[year] = number
            self._add(self._call(place, opened_at, dice), f"C-{year}-{number:06d}", dice)
        self._forget(opened_at)
        self.numbers = numbers

    def write_numbers(self):
        """Go on counting the year's cases after those of the batch."""
        for year, last in self.numbers.items():
            CaseNumber.objects.update_or_create(year=year, defaults={"last": last})

    def _call(self, place, opened_at, dice):
        days = (self.calendar.count - place) / max(17, self.calendar.cases_a_day())
        is_open = dice.random() < (0.5 if days <= 3 else 0.02 if days <= 10 else 0)
        kinds = OPEN if is_open else ENDS
        [end] = dice.choices(list(kinds), list(kinds.values()))
        driver = self._caller(dice)
        if driver is None and end in NEEDS_A_DRIVER:
            end = State.DIAGNOSING if is_open else Resolution.GUIDED
        if end in {Resolution.CORRECTED, State.INFO_CORRECTED} and not self.paper.may_correct(
            driver, self.birthdates
        ):
            end = State.DIAGNOSING if is_open else Resolution.GUIDED
        owner = dice.choice(self.staff.agents)
        return Call(place + 1, opened_at, driver, owner, end, opened_at)

    def _caller(self, dice):
        """Return a driver's place: few call often, some once more, and some are unknown."""
        draw = dice.random()
        if draw < 0.04:
            driver = None
        elif draw < 0.04 + AGAIN and self.recent:
            driver = self.recent[int(dice.random() * len(self.recent))]
        else:
            count = len(self.services)
            driver = int(count * dice.random() ** 1.5) * people.STRIDE % count
        self.recent.append(driver)
        return driver

    def _add(self, call, number, dice):
        service = self.services[call.driver] if call.driver is not None else 0
        leaf = self.topics[dice.random() < 0.3][service]
        call.moves.append(("open", "", State.NEW, call.owner, call.opened_at, ""))
        state, closed_at = self._went(call, dice)
        previous, recontact = self._link(call, leaf, closed_at)
        phone = people.number_of(self.seed, call.driver) if call.driver is not None else ""
        draw = dice.random()
        if draw < 0.1 or not phone:
            phone = f"+82101{int(draw * 1e8):07d}" if draw < 0.95 else ""
        facts = call.facts
        self.cases.add(
            call.pk,
            len(call.moves) - 1,
            number,
            state,
            call.driver_pk,
            Case.Channel.MAIL if dice.random() < 0.08 else Case.Channel.PHONE,
            phone,
            leaf,
            dice.choice(NOTES),
            call.owner if len(call.moves) > 1 else None,
            call.end if closed_at else "",
            facts.get("department_answer", ""),
            facts.get("follow_up_at"),
            facts.get("follow_up_reason", ""),
            previous,
            recontact,
            self.paper.was_corrected_before(call),
            call.owner,
            call.opened_at,
            closed_at,
        )
        self.ways.add(call, leaf, dice)
        for name, source, target, by, at, note in call.moves:
            self.changes.add(call.pk, name, source, target, by, at, note)

    def _went(self, call, dice):
        """Let ``call`` go its way; return the state it came to, and when it was closed."""
        if call.end == State.NEW:
            return State.NEW, None
        call.move(
            "start", State.NEW, State.DIAGNOSING, by=call.owner, after=30 + 400 * dice.random()
        )
        state = self.paper.work_on(call, dice)
        self.paper.note_look(call, dice)
        if call.end in State.values:
            return state, None
        closer = self.staff.leads[0] if state == State.ESCALATED else call.owner
        after = 60 + 2000 * dice.random()
        return State.CLOSED, call.move("close", state, State.CLOSED, by=closer, after=after)

    def _link(self, call, leaf, closed_at):
        """Return key and number of the earlier contact, as ``services.link_to_earlier`` finds."""
        if call.driver is None:
            return None, 0
        about = call.driver, leaf
        since = call.opened_at - self._window
        found = next(
            (
                (pk, number + 1)
                for pk, opened, closed, number in reversed(self.contacts.get(about, []))
                if opened >= since or (closed is not None and closed >= since)
            ),
            (None, 0),
        )
        if call.end != Resolution.DUPLICATE:
            contact = call.pk, call.opened_at, closed_at, found[1]
            self.contacts.setdefault(about, []).append(contact)
        return found

    def _forget(self, now):
        since = now - self._window - timedelta(days=2)
        for key in [key for key, found in self.contacts.items() if found[-1][1] < since]:
            del self.contacts[key]


def _leaves():
    """Return the leaves' keys by service, for each topic."""
    found = {}
    for leaf in ConsultationType.objects.filter(is_leaf=True).select_related("parent"):
        found.setdefault(leaf.parent.position, {})[leaf.name] = leaf.pk
    return [[found[place][service] for service in people.SERVICES] for place in sorted(found)]
