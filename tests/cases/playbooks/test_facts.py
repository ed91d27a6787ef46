"""Each fact that a check reads, each of its outcomes, from the rows that hold it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cases.playbooks.facts import FACTS

MINUTE = timedelta(minutes=1)
SCENES = {
    "presented_number matches": lambda s: None,
    "presented_number differs": lambda s: s.set(presented_phone="+821099990000"),
    "presented_number withheld": lambda s: s.set(presented_phone=""),
    "channel phone": lambda s: None,
    "channel mail": lambda s: s.set(channel="mail"),
    "recontact first": lambda s: None,
    "recontact again": lambda s: setattr(s, "case", s.make_case("start", driver=s.driver)),
    "mismatches_left some": lambda s: s.mismatches(9),
    "mismatches_left none": lambda s: s.mismatches(10),
    "locked yes": lambda s: s.lock(timezone.now() + MINUTE),
    "locked no": lambda s: s.lock(timezone.now() - MINUTE),
    "usim same": lambda s: s.answered("q2", "usim", "same"),
    "usim differs": lambda s: s.answered("q2", "usim", "differs"),
    "usim not_asked": lambda s: s.answered("q3", "reinstalled", "yes"),
    "reinstalled yes": lambda s: s.answered("q3", "reinstalled", "yes"),
    "reinstalled no": lambda s: s.answered("q4", "reinstalled", "no"),
    "reinstalled not_asked": lambda s: s.answered("q2", "usim", "same"),
    "changed phone": lambda s: s.answered("q3", "questions", "phone"),
    "changed device": lambda s: s.answered("q4", "questions", "device"),
    "changed both": lambda s: s.answered("q3", "questions", "both"),
    "changed sms": lambda s: s.answered("q4", "questions", "sms"),
    "changed none": lambda s: s.answered("q3", "questions", "none"),
    "changed not_asked": lambda s: s.answered("q3", "reinstalled", "no"),
    "phone_compared match": lambda s: s.answered("q3", "phone-compared", "match"),
    "phone_compared mismatch": lambda s: s.answered("q3", "phone-compared", "mismatch"),
    "phone_compared not_compared": lambda s: s.answered("q3", "birthdate-compared", "match"),
    "birthdate_compared match": lambda s: s.answered("q3", "birthdate-compared", "match"),
    "birthdate_compared mismatch": lambda s: s.answered("q4", "real-birthdate", "mismatch"),
    "birthdate_compared not_compared": lambda s: s.answered("q3", "phone-compared", "match"),
    "identity verified": lambda s: s.identify(),
    "identity not_verified": lambda s: s.identify(name="고길동"),
    "identity_called_back verified": lambda s: s.identify(),
    "identity_called_back not_verified": lambda s: s.identify(call_back_answered=False),
    "correction none": lambda s: None,
    "correction applied": lambda s: s.correct(),
    "correction scheduled": lambda s: s.correct(after_log_in=True),
    "notice none": lambda s: None,
    "notice delivered": lambda s: s.texts("delivered"),
    "notice on_its_way": lambda s: s.texts("accepted"),
    "notice not_delivered": lambda s: s.texts("undelivered"),
    "read_out none": lambda s: s.asks("escalation"),
    "read_out pending": lambda s: s.reads_out("pending"),
    "read_out approved": lambda s: s.reads_out("approved"),
    "read_out read": lambda s: s.reads_out("approved", used_at=timezone.now()),
    "read_out rejected": lambda s: s.reads_out("rejected"),
    "read_out ended": lambda s: s.reads_out("expired"),
    "correction_approval none": lambda s: s.correct(),
    "correction_approval pending": lambda s: s.correct(days=366),
    "correction_approval approved": lambda s: s.asks("sensitive_correction", "approved"),
    "correction_approval rejected": lambda s: s.asks("sensitive_correction", "rejected"),
    "correction_approval ended": lambda s: s.asks("sensitive_correction", "expired"),
}


def test_every_outcome_of_every_fact_is_here():
    assert set(SCENES) == {
        f"{fact.name} {each}" for fact in FACTS.values() for each in fact.outcomes
    }


@pytest.mark.parametrize("name", SCENES)
def test_fact(name, scene):
    fact, outcome = name.split()

    SCENES[name](scene)

    assert scene.read(fact) == outcome
