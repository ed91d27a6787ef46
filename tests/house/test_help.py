"""The help page: drawn from the code, and only of what the person may look at."""

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
    assert "<kbd>/</kbd>" in page
    for model in models:
        assert all(
            f'data-state="{value}">{label}<' in page for value, label in model.State.choices
        )


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
