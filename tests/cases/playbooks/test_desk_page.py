"""The desk as a page: its keys, and what it refuses."""

import re

import pytest
from django.test import Client

from cases.models import Answer
from cases.playbooks import engine
from tests.cases.playbooks.walking import answer, here


@pytest.fixture
def desk(signed_in, agent):
    """desk(case): its page, as the agent sees it; desk(case, "answer", …): a post."""

    def visit(case, page=None, **typed):
        client = signed_in(agent)
        client.cookies["django_language"] = "en"
        url = f"/admin/cases/case/{case.pk}/desk/"
        return client.post(f"{url}{page}/", typed) if page else client.get(url)

    return visit


def page_of(case):
    walk = engine.open_walk(case)
    return {"step": walk.step.key, "last": engine.last_answer(walk)}


def test_each_answer_has_a_number_key(desk, at):
    html = desk(at("q1", "phone-number-right")).content.decode()

    keys = re.findall(r'<button[^>]*value="(\w+)"[^>]*data-key="(\d)"', html)
    assert keys == [
        ("yes", "1"),
        ("corrected", "2"),
        ("arrived", "3"),
        ("other_number", "4"),
    ]


def test_each_playbook_and_each_act_has_a_number_key(desk, at, make_case):
    offered = desk(make_case("start")).content.decode()

    assert re.findall(r'value="(q\d)"[^>]*data-key="(\d)"', offered) == [("q1", "1"), ("q2", "2")]
    assert 'data-key="1"' in desk(at("q3", "end-guided")).content.decode()


TYPED = [
    ("q3", "birthdate-compared", {"said": "1980-13-99"}, "1980-13-99"),
    ("q3", "phone-compared", {"said": "02-123-4567"}, "02-123-4567"),
    ("q4", "identity", {"name": "고길동", "birthdate": "yesterday"}, "고길동"),
    ("q4", "birthdate-corrected", {"birthdate": "1991-12-28", "reason": ""}, "1991-12-28"),
    ("q4", "birthdate-corrected", {"birthdate": "1991-12-28", "reason": "들음"}, "들음"),
    ("q4", "change-scheduled", {"birthdate": "1991-12-28", "reason": ""}, "1991-12-28"),
    ("q4", "change-scheduled", {"birthdate": "1991-12-28", "reason": "들음"}, "들음"),
    ("q4", "registered-date-told", {"reason": "날짜를 모름"}, "날짜를 모름"),
    ("q1", "read-out-asked", {"reason": "네 가지 확인"}, "네 가지 확인"),
    ("q2", "operable-call-back", {"at": "2020-01-02T10:00", "reason": "재통화"}, "재통화"),
    ("q2", "operable-call-back", {"at": "soon", "reason": "재통화"}, "soon"),
]


@pytest.mark.parametrize(("key", "step", "typed", "kept"), TYPED)
def test_an_error_keeps_what_was_typed(desk, at, key, step, typed, kept):
    case = at(key, step)

    response = desk(case, "answer", **page_of(case), **typed)

    assert response.status_code == 200
    assert response.context["form"].errors
    assert kept in response.content.decode()
    assert (here(case), Answer.objects.count()) == (step, 0)


def test_a_century_that_was_not_typed_is_asked_for(desk, at):
    case = at("q3", "birthdate-compared")

    response = desk(case, "answer", **page_of(case), said="911228")

    assert 'value="1991-12-28"' in response.content.decode()
    assert here(case) == "birthdate-compared"


@pytest.mark.parametrize("key", ["q9", "q1\0", "", "큐일"])
def test_a_playbook_that_is_none_is_not_found(make_case, signed_in, agent, key):
    client, case = signed_in(agent), make_case("start")

    begun = client.post(f"/admin/cases/case/{case.pk}/desk/begin/", {"playbook": key})
    called = client.post("/admin/call/?phone=01000001234", {"playbook": key})

    assert (begun.status_code, called.status_code) == (404, 404)


@pytest.mark.parametrize("page", ["begin", "answer", "back", "note"])
def test_nothing_is_done_without_the_token(at, agent, page):
    case = at("q1", "wifi")
    client = Client(enforce_csrf_checks=True)
    client.force_login(agent)
    typed = {
        "playbook": "q1",
        "note": "typed",
        "version": case.version,
        "value": "not_used",
        **page_of(case),
    }

    response = client.post(f"/admin/cases/case/{case.pk}/desk/{page}/", typed)

    assert response.status_code == 403
    assert (here(case), Answer.objects.count()) == ("wifi", 0)


@pytest.mark.parametrize("page", ["begin", "answer", "back", "note"])
def test_the_pages_that_do_something_are_not_looked_at(signed_in, at, agent, page):
    case = at("q1", "wifi")

    assert signed_in(agent).get(f"/admin/cases/case/{case.pk}/desk/{page}/").status_code == 404


def test_a_refused_answer_is_a_sentence_on_the_desk(desk, at, agent):
    case = at("q1", "wifi")
    stale = page_of(case)
    answer(case, "not_used", by=agent)

    response = desk(case, "answer", **stale, value="not_used")

    page = desk(case) if response.status_code == 302 else response
    assert "Somebody went on" in page.content.decode()
    assert here(case) == "spam"


def test_a_stale_page_with_a_form_keeps_what_was_typed(desk, at, agent):
    """Another agent compared meanwhile; the step at hand is another one by now."""
    case = at("q3", "phone-compared")
    stale = page_of(case)
    answer(case, by=agent, said=case.driver.phone)

    response = desk(case, "answer", **stale, said="010-7777-8888")

    assert "Somebody went on" in response.content.decode()
    assert here(case) == "birthdate-compared"
