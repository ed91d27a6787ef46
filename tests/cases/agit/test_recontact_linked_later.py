"""That a driver has called before may turn out during the call; the department learns it then."""

import pytest

from backoffice.workflow.transitions import perform
from cases.models import Case, ConsultationType
from cases.services import open_case

OTHER, AT_WORK = "기타", "출근/대기/수락/완료"


@pytest.fixture
def leaf():
    """leaf("기타"): that kind of question of a driver of 블루파트너스."""
    return lambda topic: ConsultationType.objects.get(parent__name=topic, name="블루파트너스")


@pytest.fixture
def posted(make_post, make_case, driver, leaf):
    """posted("기타"): an earlier question of ``driver`` that stands in Agit."""

    def make(topic=OTHER, **fields):
        case = make_case("start", **{"driver": driver, "consultation_type": leaf(topic)} | fields)
        return make_post("accepted", case=case, provider_id="1001")

    return make


@pytest.fixture
def stranger(agent, leaf):
    """A new call of somebody who is not known yet."""

    def call():
        case = Case(consultation_type=leaf(OTHER), presented_phone="+821099990000")
        return perform(open_case(case, by=agent), "start", by=agent)

    return call


@pytest.fixture
def save(signed_in, agent, shown_case):
    """save(case, driver=…): the agent saves the page of the case."""

    def post(case, **typed):
        page = f"/admin/cases/case/{case.pk}/change/"
        response = signed_in(agent).post(page, shown_case(case) | typed)
        assert response.status_code == 302, response.context["errors"]

    return post


@pytest.fixture
def at_desk(signed_in, agent):
    """at_desk(case, "begin", playbook="q3"): what the agent does at the desk."""

    def act(case, page, **typed):
        signed_in(agent).post(f"/admin/cases/case/{case.pk}/desk/{page}/", typed)

    return act


@pytest.fixture
def switch_to_q1(at_desk):
    """The agent begins with the third question and is led to the first (rule 3.2)."""

    def switch(case):
        at_desk(case, "begin", playbook="q3")
        for typed in ({"value": "sms"}, {}):
            walk = case.walks.get(ended_at=None)
            last = walk.answers.order_by("-pk").first()
            at_desk(case, "answer", step=walk.step.key, last=last.pk if last else 0, **typed)

    return switch


def parents(case):
    return [each.parent for each in case.agit_posts.order_by("pk")]


def test_a_driver_recorded_later_is_a_comment(posted, stranger, save, driver):
    post, case = posted(), stranger()
    assert parents(case) == []

    save(case, driver=driver.pk)

    assert parents(case) == [post]


def test_a_driver_of_whom_nothing_was_posted_is_no_comment(posted, stranger, save, make_driver):
    posted()
    case = stranger()

    save(case, driver=make_driver().pk)

    assert parents(case) == []


def test_a_type_changed_on_the_page_is_a_comment(posted, make_case, driver, leaf, save):
    post = posted()
    case = make_case(driver=driver, consultation_type=leaf(AT_WORK))
    assert parents(case) == []

    save(case, consultation_type=leaf(OTHER).pk)

    assert parents(case) == [post]


def test_saving_again_comments_no_more(posted, stranger, save, driver, leaf):
    post, case = posted(), stranger()
    save(case, driver=driver.pk)

    save(case, note="다시 확인")
    save(case, consultation_type=leaf(AT_WORK).pk)
    save(case, consultation_type=leaf(OTHER).pk)

    assert parents(case) == [post]


def test_rule_3_2_a_switched_topic_is_a_comment(posted, make_case, driver, leaf, switch_to_q1):
    post = posted()
    case = make_case("start", driver=driver, consultation_type=leaf(AT_WORK))
    assert parents(case) == []

    switch_to_q1(case)

    case.refresh_from_db()
    assert case.consultation_type == leaf(OTHER)
    assert (case.previous_case, parents(case)) == (post.case, [post])


def test_rule_3_2_a_switch_to_what_was_never_posted_is_no_comment(
    make_case, driver, leaf, switch_to_q1
):
    make_case("start", driver=driver, consultation_type=leaf(OTHER))
    case = make_case("start", driver=driver, consultation_type=leaf(AT_WORK))

    switch_to_q1(case)

    case.refresh_from_db()
    assert case.recontact_no == 1
    assert parents(case) == []


def test_what_was_noted_stays_noted_once_after_a_switch(
    posted, make_case, driver, leaf, switch_to_q1
):
    """Of two posts the driver may call about either; the case is one comment all the same."""
    posted(OTHER)
    first = posted(AT_WORK)
    case = make_case("start", driver=driver, consultation_type=leaf(AT_WORK))

    switch_to_q1(case)

    assert parents(case) == [first]


def test_a_driver_taken_for_another_first_is_not_posted_under_the_others(
    posted, make_case, make_driver, driver, leaf, save, agent, escalate, approve
):
    others = posted()
    case = make_case(driver=driver, consultation_type=leaf(OTHER))
    assert parents(case) == [others]
    save(case, driver=make_driver().pk)
    case = perform(Case.objects.get(pk=case.pk), "start", by=agent)
    assert case.previous_case is None

    post = approve(escalate(case))

    assert post.parent is None


def test_a_call_before_the_approval_is_no_gap_in_the_chain(
    make_case, driver, leaf, escalate, approve
):
    """The second call came while a lead had still to decide; the third is about the post too."""
    about = {"driver": driver, "consultation_type": leaf(OTHER)}
    first = escalate(make_case("start", **about))
    make_case(**about)
    post = approve(first)

    third = make_case(**about)

    assert parents(third) == [post]
