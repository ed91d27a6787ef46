"""What dice say of a call: how it comes in, and what somebody does next."""

from datetime import date

KNOWN = {"name": "홍길동", "vehicle_no": "서울12바3456"}
# On record; of the same year; of other years, which a lead decides.
DATES = [
    date(1980, 5, 3),
    date(1980, 5, 13),
    date(1980, 12, 28),
    date(1991, 12, 28),
    date(2000, 2, 29),
]
RECORDED = DATES[0]
OWN = "+821000000001"
PHONES = [OWN, "+821099990000", ""]
# The way to what is rare, where it is not the first choice: by step, one of these.
WAY = {
    "carrier-answer": ["asked"],
    "questions": ["none"],
    "change-offered": ["agreed", "quick", "objected"],
    "log-in-first": ["ask", "knows", "at_once"],
    "registered-date-wanted": ["tell", "not_needed"],
    "code-told": ["works", "fails"],
}


def an_answer(**how):
    """An answer on the way, but for ``how``."""
    usual = {
        "place": "way",
        "turn": 0,
        "fits": True,
        "day": DATES[1],
        "called_back": True,
        "who": "agent",
        "stale": False,
    }
    return usual | how


def some_call(dice):
    """How a call comes in: often one that leads far."""
    far = {
        "key": dice.choice(["q1", "q4"]),
        "channel": "phone",
        "presented": OWN,
        "lock": None,
        "mismatches": dice.choice([0, 9]),
        "again": 1,
        "limit": 6,
        "ahead": [dice.randrange(12) for _turn in range(dice.choice([7, 11, 11]))],
    }
    anyhow = {
        "key": dice.choice(["q1", "q2", "q3", "q4", "q4", "q4"]),
        "channel": dice.choice(["phone", "phone", "mail"]),
        "presented": dice.choice(PHONES),
        "lock": dice.choice([None, None, -1, 1]),
        "mismatches": dice.choice([0, 9, 10]),
        "again": dice.choice([0, 0, 1]),
        "limit": dice.choice([1, 2, 6]),
        "ahead": [],
    }
    return far if dice.random() < 0.5 else anyhow


def some_move(dice, due):
    """Mostly an answer, mostly a fitting one; often what is ``due``."""
    people = ["lead"] * 5 + ["other_lead", "agent", "other", "stranger"]
    moves = {
        "back": dice.choice(["agent", "other", "stranger"]),
        "time": dice.choice(["identity", "request", "decision", "schedule"]),
        "text": dice.choice(["delivered", "undelivered", "unknown"]),
        "desk": dice.choice(ASIDE),
        "begin": dice.choice(["q1", "q2", "q3", "q4"]),
        "event": dice.choice(EVENTS),
        "decide": {
            "verdict": dice.choice(["approve", "approve", "reject"]),
            "who": dice.choice(people),
            "fits": dice.random() < 0.9,
        },
        "read": dice.choice(people),
        "cancel": dice.choice(["agent", "stranger"]),
        "record": None,
        "answer": {
            "place": dice.choice([0, 1, 2, 3] + ["way"] * 12),
            "turn": dice.randrange(12),
            "fits": dice.random() < 0.9,
            "day": dice.choice(DATES),
            "called_back": dice.random() < 0.8,
            "who": dice.choice(["agent"] * 14 + ["other", "lead", "stranger"]),
            "stale": dice.random() < 0.07,
        },
    }
    weights = [2, 1, 1, 1, 1, 1, 1, 1, 0.3, 0.3, 20]
    what = due if due and dice.random() < 0.4 else dice.choices(list(moves), weights)[0]
    return what, moves[what]


ASIDE = [
    ("return_to_agent", "lead"),
    ("lift_identity_lock", "lead"),
    ("ask_again", "agent"),
    ("record_answer", "agent"),
    ("record_call_back", "agent"),
]
EVENTS = ["code.sent"] * 4 + ["login.succeeded"] * 4
EVENTS += ["code.mismatch", "code.match", "login.failed"]
