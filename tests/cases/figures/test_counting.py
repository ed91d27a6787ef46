"""Each figure of a day is what somebody finds who counts its rows one by one."""

from datetime import timedelta

import pytest
from django.utils import timezone

from backoffice.workflow.transitions import perform
from cases import approvals
from cases.figures import durations
from cases.models import Answer, Approval, Case, CaseChange, Playbook, StaleDay, Walk
from cases.playbooks import engine
from cases.services import change_topic, link_to_earlier, open_case
from tests.cases.playbooks.walking import answer, back

pytestmark = pytest.mark.django_db


def close(case, agent, resolution="guided"):
    return perform(case, "close", by=agent, resolution=resolution)


def part(counts, start):
    """The counts whose names begin with ``start``, by the rest of the name."""
    return {
        name.removeprefix(f"{start}:"): n
        for name, n in counts.items()
        if name.startswith(f"{start}:")
    }


def test_cases_by_state_and_type(make_case, agent, counted):
    make_case()
    make_case("start")
    close(make_case("start"), agent)

    counts = counted()

    cases = list(Case.objects.all())
    for state in {case.state for case in cases}:
        assert part(counts, "state")[state] == sum(case.state == state for case in cases)
    assert part(counts, "type") == {str(cases[0].consultation_type_id): 3}
    assert sum(part(counts, "state").values()) == 3


def test_a_move_and_another_type_are_counted_again(make_case, agent, counted):
    case = make_case("start")
    before = counted()
    change_topic(case, "출근/대기/수락/완료", by=agent)
    close(Case.objects.get(pk=case.pk), agent)

    after = counted()

    assert part(before, "state") == {"diagnosing": 1}
    assert part(after, "state") == {"closed": 1}
    assert part(before, "type").keys() != part(after, "type").keys()


def test_each_owner_and_channel_has_figures_of_its_own(make_case, agent, other_agent, counted):
    make_case("start")
    make_case("start", by=other_agent, channel="mail")
    make_case()

    assert part(counted(), "state") == {"new": 1, "diagnosing": 2}
    assert part(counted(person=agent.pk), "state") == {"diagnosing": 1}
    assert part(counted(person=other_agent.pk, channel="mail"), "state") == {"diagnosing": 1}
    assert counted(person=other_agent.pk, channel="phone") == {}
    assert part(counted(channel="phone"), "state") == {"new": 1, "diagnosing": 1}


def test_a_case_that_is_handed_over_counts_for_who_has_it(make_case, agent, other_agent, counted):
    case = make_case("start")
    counted()

    perform(case, "hand_over", by=agent, to=other_agent)

    assert counted(person=agent.pk) == {}
    assert part(counted(person=other_agent.pk), "state") == {"diagnosing": 1}


def test_a_day_begins_and_ends_at_midnight_in_seoul(make_case, opened, counted):
    opened(make_case(), "2026-10-05 00:00:00")
    opened(make_case(), "2026-10-05 23:59:59")
    opened(make_case(), "2026-10-06 00:00:00")

    assert part(counted(day="2026-10-05"), "state") == {"new": 2}
    assert part(counted(day="2026-10-06"), "state") == {"new": 1}


def test_how_long_it_took_until_somebody_began_and_until_the_end(make_case, agent, counted):
    for begun, closed in ((5, 100), (50, 1000), (70, None)):
        case = make_case("start")
        if closed:
            close(case, agent)
        row = Case.objects.get(pk=case.pk)
        started = CaseChange.objects.filter(case=case, transition="start")
        started.update(at=row.created_at + timedelta(seconds=begun))
        if closed:
            ended = row.created_at + timedelta(seconds=closed)
            Case.objects.filter(pk=case.pk).update(closed_at=ended)
    make_case()

    counts = counted()

    lengths = [
        (change.at - change.case.created_at).total_seconds()
        for change in CaseChange.objects.filter(transition="start").select_related("case")
    ]
    begin = {int(step): n for step, n in part(counts, "begin").items()}
    assert sum(begin.values()) == len(lengths) == 3
    assert sum(part(counts, "close").values()) == 2
    median = sorted(lengths)[1]
    assert 45 <= median <= 60
    assert 45 <= durations.quantile(begin, 0.5) <= 60  # the step in which the median lies


def test_solved_at_the_first_contact(walk, make_case, agent, version, counted):
    """By the version in which the call ended; who calls again was not helped."""
    walk("next", "yes", "")
    unsolved = walk("next", "yes", "")
    refused = walk("next")
    close(refused, agent, "refused_identity")
    walk("next")  # still open
    again = make_case(driver=unsolved.driver, consultation_type=unsolved.consultation_type)
    assert again.recontact_no == 1
    close(make_case("start"), agent)

    counts = counted()

    first = [
        case
        for case in Case.objects.filter(state="closed", recontact_no=0)
        if case.walks.filter(version=version).exists()
    ]
    solved = [
        case for case in first if case.resolution == "guided" and not case.next_cases.exists()
    ]
    assert counts[f"first:{version.pk}"] == len(first) == 3
    assert counts[f"solved:{version.pk}"] == len(solved) == 1
    assert counts["first:0"] == counts["solved:0"] == 1  # without a playbook


def test_who_calls_again_makes_the_earlier_case_unsolved(
    make_case, agent, opened, counted, driver
):
    """On the earlier case's day, which nothing else touches any more."""
    first = close(make_case("start", driver=driver), agent)
    first = opened(first, "2026-10-05 10:00")
    assert counted(day="2026-10-05")["solved:0"] == 1

    second = make_case(driver=driver, consultation_type=first.consultation_type)
    assert second.previous_case == first

    assert "solved:0" not in counted(day="2026-10-05")
    other = type(first.consultation_type).objects.filter(is_leaf=True).last()
    second.consultation_type = other  # it turns out to be about something else
    link_to_earlier(second)
    second.save()
    assert counted(day="2026-10-05")["solved:0"] == 1


def test_a_duplicate_is_no_second_contact(
    make_case, agent, lead, opened, counted, driver, signed_in
):
    first = close(make_case("start", driver=driver), agent)
    first = opened(first, "2026-10-05 10:00")
    second = make_case("start", driver=driver, consultation_type=first.consultation_type)
    assert "solved:0" not in counted(day="2026-10-05")

    close(second, agent, "duplicate")

    assert counted(day="2026-10-05")["solved:0"] == 1
    page = signed_in(lead).get("/admin/cases/case/?contact=solved")
    assert list(page.context["cl"].result_list) == [first]


def test_where_calls_end_and_which_way_they_take(walk, agent, version, counted):
    walk("next", "yes", "")
    walk("next", "no", "next", "yes", "")  # in a circle, which is one call
    close(walk("next"), agent)  # by hand, at the question
    walk("next", "no")  # under way
    twice = walk("next", "yes")
    back(twice, by=agent)
    close(twice, agent)

    counts = counted(version=version.pk)

    steps = {step.key: step.pk for step in version.steps.all()}
    ended = Walk.objects.filter(version=version, ended_at__isnull=False)
    for key in ("works", "end"):
        assert counts[f"end:{steps[key]}"] == ended.filter(step__key=key).count()
    assert part(counts, "end") == {str(steps["end"]): 2, str(steps["works"]): 2}
    took = {}
    for each in Answer.objects.filter(walk__in=ended, taken_back_at=None).order_by("pk"):
        took.setdefault(f"{each.step_id}:{each.value}", set()).add(each.walk_id)
    assert part(counts, "took") == {name: len(walks) for name, walks in took.items()}
    assert counted()[f"walked:{version.pk}"] == 4


def test_only_the_walk_in_which_a_case_ended_counts(walk, agent, version, counted):
    case = walk("next", "yes")
    Walk.objects.filter(case=case).update(ended_at=timezone.now())
    walk("next", "yes", "", case=case)

    counts = counted(version=version.pk)

    steps = {step.key: step.pk for step in version.steps.all()}
    assert part(counts, "end") == {str(steps["end"]): 1}
    assert counts[f"took:{steps['hello']}:next"] == 1


def test_a_call_that_goes_on_has_not_ended_there(escalated, agent, lead, counted):
    """Another walk begins in a case that was given back, and nothing else happens to the case."""
    case = perform(escalated(agent), "return_to_agent", by=lead, reason="다시 확인")
    [before] = part(counted(), "walked").items()

    engine.begin(case, Playbook.objects.get(key="q2"), by=agent)

    assert before[1] == 1
    assert part(counted(), "walked") == {}


def test_an_answer_on_the_way_leaves_no_mark(walk, agent, counted):
    case = walk("next")
    counted()

    answer(case, "no", by=agent)

    assert not StaleDay.objects.exists()


def test_who_calls_within_a_day_after_a_correction(corrected, make_case, counted):
    case = corrected()
    make_case(driver=case.driver)
    make_case()

    assert counted()["follows_correction"] == 1
    assert Case.objects.filter(follows_correction=True).count() == 1


@pytest.mark.parametrize(("hours", "follows"), [(23.9, True), (24.1, False), (-0.1, False)])
def test_a_day_after_a_correction_is_24_hours(hours, follows, corrected, agent):
    case = corrected()
    applied = timezone.now() - timedelta(hours=hours)
    case.corrections.update(applied_at=applied)

    again = Case(driver=case.driver, consultation_type=case.consultation_type)

    assert open_case(again, by=agent).follows_correction is follows


def test_texts_by_what_became_of_them(text, counted):
    for state in ("delivered", "delivered", "failed", "queued"):
        text(state)

    assert part(counted("texts"), "state") == {"delivered": 2, "failed": 1, "queued": 1}


def test_approvals_by_state_and_how_long_the_decision_took(escalated, agent, lead, counted):
    for minutes, verdict in ((3, "approve"), (90, "reject"), (None, None)):
        approval = Approval.objects.get(case=escalated(agent))
        if verdict:
            approvals.decide(approval, verdict, by=lead, reason="확인", version=None)
            decided = approval.requested_at + timedelta(minutes=minutes)
            Approval.objects.filter(pk=approval.pk).update(decided_at=decided)

    counts = counted("approvals")

    assert part(counts, "state") == {"approved": 1, "rejected": 1, "pending": 1}
    waits = {int(step): n for step, n in part(counts, "wait").items()}
    assert {durations.LIMITS[step]: n for step, n in waits.items()} == {180: 1, 5400: 1}


def test_nobody_decided_what_ended_by_itself(escalated, agent, counted):
    Approval.objects.filter(case=escalated(agent)).update(expires_at=timezone.now())

    assert approvals.sweep() == 1

    counts = counted("approvals")
    assert part(counts, "state") == {"expired": 1}
    assert part(counts, "wait") == {}
