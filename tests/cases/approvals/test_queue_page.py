"""The leads' queue: the most urgent first, what it rests on, and nobody's personal data."""

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override

from backoffice.audit.models import AccessRecord
from cases import approvals
from cases.models import Approval
from cases.playbooks import engine
from cases.playbooks.facts import read_ahead
from drivers.models import Driver, VerificationEvent
from tests.cases.approvals.conftest import KINDS
from tests.cases.playbooks.walking import answer, book
from tests.cases.rules.desk_call import RECORDED
from tests.records import change_record

QUEUE = "/admin/cases/approval/queue/"


@pytest.fixture
def look(signed_in, lead):
    return lambda person=None: signed_in(person or lead).get(QUEUE)


def shown(response):
    return [each["approval"] for each in response.context["waiting"]]


def test_the_driver_on_the_telephone_comes_first(waiting, without_case, look):
    escalation, second = waiting(), waiting()
    correction, page_correction = waiting("sensitive_correction"), without_case()
    read_out = waiting("code_read_out")

    response = look()

    order = [read_out, correction, page_correction, escalation, second]
    assert shown(response) == order
    page = response.content.decode()
    places = [page.index(f"/approval/{each.pk}/decide/") for each in order]
    assert places == sorted(places)


def test_a_long_queue_shows_the_most_urgent_and_how_many_wait_behind_them(
    waiting, look, monkeypatch
):
    monkeypatch.setattr("cases.admin.approvals.SHOWN", 2)
    escalations = [waiting() for _each in range(3)]
    read_out = waiting("code_read_out")

    response = look()

    assert shown(response) == [read_out, escalations[0]]
    assert "이 밖에 2건이 더 대기 중입니다." in response.content.decode()


def test_what_ended_is_not_in_it(waiting, look, lead):
    approved, void, kept = waiting(), waiting("code_read_out"), waiting()
    approvals.decide(approved, "approve", by=lead, reason="확인함")
    change_record(void.driver_id)

    assert shown(look()) == [kept]


def test_nothing_waits(look):
    response = look()

    assert shown(response) == []
    assert "data-decision" not in response.content.decode()


def test_each_fact_then_and_now_and_what_differs_is_marked(waiting, look):
    approval = waiting("code_read_out")
    Driver.objects.filter(pk=approval.driver_id).update(company="새한운수")

    (shown,) = look().context["waiting"]

    facts = {each["label"]: each for each in shown["facts"]}
    with override("ko"):
        label = {name: str(each()) for name, each in approvals.FACT_LABELS.items()}
    assert set(facts) == {label[name] for name in approvals.RESTS_ON["code_read_out"]}
    assert [name for name, each in facts.items() if each["is_changed"]] == [label["driver_record"]]
    record = facts[label["driver_record"]]
    assert record["then"] != record["now"]


def test_every_outcome_has_words_of_its_own(waiting, look):
    """No page shows the names of the code."""
    for kind in KINDS:
        waiting(kind)

    facts = [fact for line in look().context["waiting"] for fact in line["facts"]]

    words = [str(fact[when]) for fact in facts for when in ("then", "now")]
    assert len(words) > 10
    assert [each for each in words if each.isascii()] == []


def test_the_story_is_what_was_asked_and_answered(waiting, look, agent, make_case):
    case = make_case("start")
    engine.begin(case, book("q2"), by=agent)
    answer(case, "yes", by=agent)
    answer(case, "same", by=agent)
    approvals.ask("code_read_out", case=case, reason="미수신", by=agent)

    (line,) = look().context["waiting"]

    steps = book("q2").published.steps
    assert [each["title"] for each in line["story"]] == [
        steps.get(key="operable").title,
        steps.get(key="usim").title,
    ]
    assert [each["label"] for each in line["story"]] == ["네", "동일"]


def test_no_page_of_it_shows_what_is_on_record(waiting, without_case, look, driver):
    waiting("sensitive_correction", driver=driver)
    waiting("code_read_out")
    without_case()

    page = look().content.decode()

    assert driver.masked_name in page
    assert driver.masked_phone in page
    assert [each for each in [*RECORDED, "1979-05-03", "19790503"] if each in page] == []


def test_a_sensitive_correction_says_why_two_have_to_look(waiting, look):
    waiting("sensitive_correction")

    (line,) = look().context["waiting"]

    assert line["change"]
    assert str(line["change"]) in look().content.decode()


def test_at_night_it_says_that_the_driver_is_texted_at_once(waiting, look, settings):
    waiting("sensitive_correction")
    waiting("escalation")

    settings.QUIET_HOURS = (0, 24)
    assert look().content.decode().count("지금은 야간") == 1
    settings.QUIET_HOURS = (0, 0)
    assert "지금은 야간" not in look().content.decode()


def test_my_own_request_is_shown_without_buttons(waiting, look, lead):
    mine, other = waiting(by=lead), waiting()

    page = look().content.decode()

    assert f"/approval/{other.pk}/decide/" in page
    assert f"/approval/{mine.pk}/decide/" not in page
    assert str(mine) in page


@pytest.mark.parametrize("who", ["agent", "privacy_officer", "administrator"])
def test_only_who_decides_sees_it(waiting, look, who, request):
    waiting()

    assert look(request.getfixturevalue(who)).status_code == 403
    assert not AccessRecord.objects.filter(action="list").exists()


def test_who_looked_is_on_record(waiting, without_case, look, lead):
    seen = [waiting(), waiting("code_read_out"), without_case()]

    look()

    record = AccessRecord.objects.get(action="list")
    assert (record.by, record.detail["page"]) == (lead, "approvals")
    assert record.detail["drivers"] == sorted(each.driver_id for each in seen)


def test_a_refused_decision_shows_the_queue_again_and_is_on_record(waiting, decide, lead):
    response = decide(lead, waiting(), "approve", reason="")

    assert [str(each) for each in get_messages(response.wsgi_request)] == []
    assert AccessRecord.objects.filter(action="list", by=lead).count() == 1


@pytest.mark.parametrize("value", ["differs", "same"])
def test_facts_read_at_once_are_those_read_one_by_one(waiting, agent, driver, value):
    first = waiting("code_read_out", driver=driver)
    waiting("escalation")
    waiting("sensitive_correction")
    engine.begin(first.case, book("q2"), by=agent)
    answer(first.case, "yes", by=agent)
    answer(first.case, value, by=agent)
    for n in range(10):
        VerificationEvent.objects.create(
            event_id=f"evt_{n}",
            kind="code.mismatch",
            driver=driver,
            phone=driver.phone,
            occurred_at=timezone.now(),
        )

    alone = {each.pk: approvals.facts_of(each) for each in Approval.objects.all()}
    together = list(Approval.objects.select_related("case__driver", "driver", "correction"))
    read_ahead([each.case for each in together])

    assert {each.pk: approvals.facts_of(each) for each in together} == alone
    assert alone[first.pk]["usim"] == value
    assert alone[first.pk]["mismatches_left"] == "none"
    assert alone[first.pk]["identity"] == "verified"


def test_two_requests_and_twelve_take_as_many_queries(waiting, look):
    def queries():
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert look().status_code == 200
        return len(caught)

    kinds = ["escalation", "code_read_out"]
    for kind in kinds:
        waiting(kind)
    queries()  # what is asked for once only, such as content types
    two = queries()
    for _each in range(5):
        for kind in kinds:
            waiting(kind)

    assert Approval.objects.count() == 12
    assert queries() == two
