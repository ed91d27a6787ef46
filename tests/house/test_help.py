"""The help page: drawn from the code, and only of what the person may look at."""

import re

import pytest

from backoffice.help_page import states_of
from cases.models import Approval, Case
from cases.playbooks.models import PlaybookVersion
from drivers.models import Correction, Driver, RightsRequest

HELP = "/admin/help/"


def shown(response):
    return {each["name"] for each in response.context["machines"]}


@pytest.mark.parametrize(
    ("who", "models"),
    [
        ("agent", [Approval, Case, Correction, Driver, RightsRequest]),
        ("lead", [Approval, Case, Correction, Driver, PlaybookVersion, RightsRequest]),
        ("administrator", []),
    ],
)
def test_shows_the_states_of_what_one_may_look_at(who, models, signed_in, request):
    answer = signed_in(request.getfixturevalue(who)).get(HELP)

    assert shown(answer) == {str(each._meta.verbose_name) for each in models}
    page = answer.content.decode()
    for model in models:
        assert all(
            f'data-state="{value}">{label}<' in page for value, label in model.State.choices
        )


@pytest.mark.parametrize(
    ("who", "listed"),
    [
        ("agent", ["/", "1", "…", "9", "Enter", "Esc", "?"]),
        ("lead", ["/", "1", "…", "9", "A", "R", "Enter", "Esc", "?"]),
        ("privacy_officer", ["/", "Enter", "Esc", "?"]),
        ("administrator", ["/", "Enter", "Esc", "?"]),
    ],
)
def test_lists_the_keys_that_do_something_for_the_person(who, listed, signed_in, request):
    page = signed_in(request.getfixturevalue(who)).get(HELP).content.decode()

    assert re.findall("<kbd>(.*?)</kbd>", page) == listed


def test_conditions_have_a_column_where_a_move_has_one(agent, signed_in):
    answer = signed_in(agent).get(HELP)

    with_conditions = {
        each["name"]
        for each in answer.context["machines"]
        if any(move["conditions"] for state in each["states"] for move in state["moves"])
    }
    columns = dict(
        re.findall(
            r'panel-title">상태 흐름: (.*?)</h2>.*?<thead>(.*?)</thead>',
            answer.content.decode(),
            re.DOTALL,
        )
    )
    assert 0 < len(with_conditions) < len(columns)
    assert with_conditions == {
        name for name, head in columns.items() if "진행할 수 없을 때의 안내" in head
    }


def test_a_case_moves_as_its_diagram_says():
    arrows = {
        state["value"]: {move["target"] for move in state["moves"]} for state in states_of(Case)
    }

    assert arrows == {
        "new": {"diagnosing"},
        "diagnosing": {"info_corrected", "escalated", "closed"},
        "info_corrected": {"escalated", "closed"},
        "escalated": {"diagnosing", "closed"},
        "closed": set(),
    }


def test_a_move_says_what_it_asks_for(agent, signed_in):
    answer = signed_in(agent).get(HELP)

    (state,) = [each for each in states_of(Case) if each["value"] == "diagnosing"]
    (escalate,) = [each for each in state["moves"] if each["target"] == "escalated"]
    assert len(escalate["conditions"]) == 2
    for sentence in escalate["conditions"]:
        assert str(sentence) in answer.content.decode()


def test_every_page_of_the_admin_leads_to_it(agent, signed_in):
    assert f'href="{HELP}"' in signed_in(agent).get("/admin/").content.decode()
