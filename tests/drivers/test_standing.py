"""A1 to A3: when the verification of a number is locked, until when, and what counts on."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import settings as at_most
from hypothesis import strategies as st

from drivers.models.verification import Standing, standing

START = datetime(2026, 3, 2, 1, tzinfo=UTC)
DAY, MINUTE, SECOND = timedelta(days=1), timedelta(minutes=1), timedelta(seconds=1)
MISS, MATCH, LOGIN = "code.mismatch", "code.match", "login.succeeded"
INDIFFERENT = ["code.sent", "login.failed"]
many = at_most(max_examples=200, deadline=None, database=None, print_blob=True)


def misses(count, after=timedelta(0)):
    """So many mismatches, a minute apart."""
    return [(MISS, START + after + MINUTE * place) for place in range(count)]


TENTH = START + 9 * MINUTE
UNLOCK = TENTH + DAY


def test_nothing_reported_is_open():
    assert standing([]) == Standing(0, None)


@pytest.mark.parametrize("count", range(10))
def test_reading_a1_nine_are_open(count):
    assert standing(misses(count)) == Standing(count, None)


def test_reading_a1_the_tenth_locks_for_24_hours_from_itself():
    assert standing(misses(10)) == Standing(10, UNLOCK)


@pytest.mark.parametrize("later", [SECOND, MINUTE, DAY - SECOND])
def test_reading_a2_a_try_while_it_is_locked_changes_nothing(later):
    tried = [(MISS, TENTH + later)] * 15

    assert standing(misses(10) + tried) == Standing(10, UNLOCK)


@pytest.mark.parametrize("later", [DAY, DAY + SECOND, 40 * DAY])
def test_reading_a3_the_unlock_restarts_the_count(later):
    first = [(MISS, TENTH + later)]

    assert standing(misses(10) + first) == Standing(1, None)


def test_reading_a3_ten_more_after_the_unlock_lock_once_more():
    again = misses(10, after=2 * DAY)

    assert standing(misses(10) + again) == Standing(10, UNLOCK + 2 * DAY)


@pytest.mark.parametrize("success", [MATCH, LOGIN])
def test_reading_a3_a_success_restarts_the_count(success):
    after = (success, TENTH)

    assert standing([*misses(9), after]) == Standing(0, None)
    assert standing([*misses(9), after, *misses(9, after=DAY)]) == Standing(9, None)
    assert standing([*misses(9), after, *misses(10, after=DAY)]) == Standing(10, UNLOCK + DAY)


@pytest.mark.parametrize("success", [MATCH, LOGIN])
def test_reading_a3_a_success_ends_a_lock(success):
    assert standing([*misses(10), (success, TENTH + MINUTE)]) == Standing(0, None)


def test_reading_a3_it_is_the_total_and_not_in_a_row():
    between = [(kind, at + SECOND) for _kind, at in misses(9) for kind in INDIFFERENT]
    events = sorted(misses(9) + between, key=lambda event: event[1])

    assert standing(events) == Standing(9, None)
    assert standing([*events, (MISS, TENTH)]) == Standing(10, UNLOCK)


def test_both_numbers_come_from_the_settings(settings):
    settings.MISMATCHES_TO_LOCK, settings.LOCK_HOURS = 3, 1

    assert standing(misses(2)) == Standing(2, None)
    assert standing(misses(3)) == Standing(3, START + 2 * MINUTE + timedelta(hours=1))
    assert standing(misses(61)) == Standing(3, START + 2 * MINUTE + timedelta(hours=1))
    assert standing(misses(63)) == Standing(1, None)


# For whatever a driver may do

tries = st.tuples(
    st.sampled_from([MISS, MISS, MISS, MISS, MISS, MATCH, LOGIN, *INDIFFERENT]),
    st.integers(1, 30).map(timedelta) | st.integers(0, 600).map(lambda count: MINUTE * count),
)


@st.composite
def histories(draw):
    """Events in order, mostly near each other, sometimes days apart."""
    at, events = START, []
    for kind, pause in draw(st.lists(tries, max_size=60)):
        at += pause
        events.append((kind, at))
    return events


def by_hand(events):
    """The rule as one would work it out on paper: look for each tenth mismatch."""
    starts = [place + 1 for place, (kind, _at) in enumerate(events) if kind in {MATCH, LOGIN}]
    tries = [at for kind, at in events[max(starts, default=0) :] if kind == MISS]
    until = None
    while len(tries) >= 10:
        until = tries[9] + DAY
        rest = [at for at in tries[10:] if at >= until]
        if not rest:
            return Standing(10, until)
        tries = rest
    return Standing(len(tries), None)


@many
@given(events=histories())
def test_it_is_what_one_works_out_on_paper(events):
    assert standing(events) == by_hand(events)


@many
@given(events=histories())
def test_reading_a1_a_lock_lasts_24_hours_from_a_mismatch_that_was_reported(events):
    found = standing(events)

    if found.locked_until is None:
        assert found.mismatches < 10
    else:
        assert found.mismatches == 10
        assert (MISS, found.locked_until - DAY) in events


@many
@given(events=histories(), more=st.lists(st.integers(0, 24 * 3600 - 1), max_size=12))
def test_reading_a2_no_try_within_a_lock_lengthens_it(events, more):
    found = standing(events)
    last = events[-1][1] if events else START
    if found.locked_until is None:
        return
    room = found.locked_until - last
    during = sorted(last + room * second / (24 * 3600) for second in more)

    assert standing(events + [(MISS, at) for at in during if at < found.locked_until]) == found


@many
@given(events=histories(), success=st.sampled_from([MATCH, LOGIN]), more=histories())
def test_reading_a3_what_was_before_a_success_is_forgotten(events, success, more):
    last = events[-1][1] if events else START
    later = [(kind, last + (at - START)) for kind, at in more]

    assert standing([*events, (success, last), *later]) == standing(later)


@many
@given(events=histories())
def test_what_is_neither_a_mismatch_nor_a_success_counts_for_nothing(events):
    assert standing(events) == standing([each for each in events if each[0] not in INDIFFERENT])


@pytest.mark.parametrize(("move", "is_final"), [("withdraw", True), ("suspend", False)])
def test_what_cannot_be_taken_back_says_so_and_stands_apart(
    move, is_final, driver, lead, signed_in
):
    client, url = signed_in(lead), f"/admin/drivers/driver/{driver.pk}"

    asked = client.get(f"{url}/move/{move}/").content.decode()

    assert ("되돌릴 수 없습니다. 개인정보는 30일 뒤 파기되며" in asked) is is_final
    [shown] = [
        each for each in client.get(f"{url}/change/").context["moves"] if each["name"] == move
    ]
    assert shown["is_final"] is is_final
