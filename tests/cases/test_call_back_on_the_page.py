"""A call-back set on the case's page holds what it does at the desk: a time to come, a reason."""

from datetime import timedelta

import pytest
from django.utils import timezone

FUTURE = ("2099-01-02", "10:00:00")
PAST = ("2020-01-01", "09:00:00")


@pytest.fixture
def save(client, stored, agent):
    """save(case, *FUTURE, reason="…"): an agent saves the case's page; the errors of its form."""

    def post(case, day, time, reason="", **typed):
        case = stored(case)
        page = {
            "version": case.version,
            "consultation_type": case.consultation_type_id,
            "note": case.note,
            "follow_up_at_0": day,
            "follow_up_at_1": time,
            "follow_up_reason": reason,
        }
        client.force_login(agent)
        response = client.post(f"/admin/cases/case/{case.pk}/change/", page | typed)
        return list(response.context["adminform"].form.errors) if response.context else []

    return post


@pytest.mark.parametrize(
    ("at", "reason", "errors"),
    [
        (PAST, "재통화", ["follow_up_at"]),
        (PAST, "", ["follow_up_reason", "follow_up_at"]),
        # A database takes the first day of all, and never gives it back.
        (("0001-01-01", "10:00"), "재통화", ["follow_up_at"]),
        (("0026-11-28", "10:00"), "재통화", ["follow_up_at"]),
        (FUTURE, "", ["follow_up_reason"]),
        (FUTURE, "  ", ["follow_up_reason"]),
        (FUTURE, "인증번호 4821", ["follow_up_reason"]),
        (("", ""), "재통화", ["follow_up_at"]),
        (("2099-13-01", "10:00"), "재통화", ["follow_up_at"]),
    ],
)
def test_what_the_desk_refuses_the_page_refuses(make_case, save, stored, at, reason, errors):
    case = make_case("start")

    assert save(case, *at, reason) == errors

    assert (stored(case).follow_up_at, stored(case).follow_up_reason) == (None, "")
    assert not case.changes.filter(transition="call_back").exists()


def test_it_is_a_line_of_the_history_as_at_the_desk(make_case, save, stored, agent):
    case = make_case("start")

    assert save(case, *FUTURE, "재통화") == []

    assert stored(case).follow_up_at.year == 2099
    line = case.changes.latest("pk")
    assert (line.transition, line.by, line.note) == ("call_back", agent, "재통화")


@pytest.mark.parametrize("reason", ["재통화", ""])
def test_one_that_is_over_keeps_nobody_from_saving_the_rest(make_case, save, stored, reason):
    over = timezone.now().replace(microsecond=5) - timedelta(days=1)
    case = make_case("start", follow_up_at=over, follow_up_reason=reason)
    local = timezone.localtime(over)

    assert save(case, f"{local:%Y-%m-%d}", f"{local:%H:%M:%S}", reason, note="통화함") == []

    assert (stored(case).note, stored(case).follow_up_reason) == ("통화함", reason)
    assert case.changes.latest("pk").transition == "note"


def test_one_that_is_over_gets_a_better_reason(make_case, save, stored):
    over = timezone.now().replace(microsecond=0) - timedelta(days=1)
    case = make_case("start", follow_up_at=over, follow_up_reason="재통화")
    local = timezone.localtime(over)

    assert save(case, f"{local:%Y-%m-%d}", f"{local:%H:%M:%S}", "부재중, 재통화") == []

    assert stored(case).follow_up_reason == "부재중, 재통화"


def test_one_that_is_dropped_takes_its_reason_along(make_case, save, stored):
    over = timezone.now() - timedelta(days=1)
    case = make_case("start", follow_up_at=over, follow_up_reason="재통화")

    assert save(case, "", "", "재통화") == []

    assert (stored(case).follow_up_at, stored(case).follow_up_reason) == (None, "")
    assert case.changes.latest("pk").transition == "no_call_back"
