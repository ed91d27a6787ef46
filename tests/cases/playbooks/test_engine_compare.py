"""Comparing blindly: the result is kept, what was said is not."""

from datetime import date

import pytest

from backoffice.audit.models import AccessRecord
from backoffice.workflow.transitions import TransitionRefused
from drivers.phones import parse_phone
from tests.cases.playbooks.walking import all_rows, answer, here

DATE = date(1991, 12, 28)
COMPARISONS = [
    # step, said, what it may have been written as, outcome, slip
    ("birthdate-compared", DATE, ["1991-12-28", "19911228", "1991, 12, 28"], "mismatch", ""),
    ("birthdate-compared", date(1980, 3, 5), ["1980-03-05", "1980, 3, 5"], "mismatch", "swapped"),
    ("birthdate-compared", date(1980, 5, 3), ["1980-05-03", "1980, 5, 3"], "match", ""),
    ("phone-compared", parse_phone("01077778888"), ["77778888", "7777-8888"], "mismatch", ""),
]


@pytest.mark.parametrize(("step", "said", "words", "outcome", "slip"), COMPARISONS)
def test_a_comparison_keeps_the_result_and_no_words(at, agent, step, said, words, outcome, slip):
    case = at("q3", step)
    assert not [word for word in words if word in all_rows()]

    answer(case, by=agent, said=said)

    row = case.answers.get(step__key=step)
    assert (row.value, row.slip, row.by) == (outcome, slip, agent)
    assert not [word for word in words if word in all_rows()]
    record = AccessRecord.objects.latest("pk")
    assert (record.driver, record.by, record.action) == (case.driver, agent, "view")


def test_a_comparison_does_not_take_the_agents_word(at, agent):
    case = at("q3", "birthdate-compared")

    answer(case, "match", by=agent, said=DATE)

    assert case.answers.filter(step__key="birthdate-compared").get().value == "mismatch"


@pytest.mark.parametrize("missing", ["driver", "words"])
def test_nothing_is_compared_without(at, agent, missing):
    case = at("q3", "birthdate-compared")
    if missing == "driver":
        type(case).objects.update(driver=None)

    with pytest.raises(TransitionRefused):
        answer(case, by=agent, said=DATE if missing == "driver" else None)

    assert here(case) == "birthdate-compared"
    assert not AccessRecord.objects.filter(detail__has_key="compared").exists()
