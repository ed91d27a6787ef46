"""A step that once did something, and was edited to say or ask: the act in its field is none."""

import pytest

from backoffice.audit.models import AccessRecord
from backoffice.workflow.transitions import TransitionRefused, perform
from cases.models import Case
from cases.playbooks import engine
from tests.cases.playbooks.walking import close, draft, here, say


@pytest.fixture
def standing(make_case, agent, lead):
    """standing("escalate"): a case at a step that says something and has this act left."""

    def stand(action):
        version = draft(say("a", "b", action=action), say("b", "end"), close())
        perform(version, "publish", by=lead)
        case = make_case("start")
        engine.begin(case, version.playbook, by=agent)
        return Case.objects.get(pk=case.pk)

    return stand


def test_rule_4_6_the_registered_date_is_not_told(standing, driver, signed_in, agent):
    case = standing("disclose_birthdate")
    typed = {"step": "a", "last": 0, "value": "next", "reason": "요청"}

    response = signed_in(agent).post(f"/admin/cases/case/{case.pk}/desk/answer/", typed)

    assert str(driver.birthdate) not in response.content.decode()
    assert response.status_code == 302
    assert here(case) == "b"
    assert not AccessRecord.objects.filter(action="reveal").exists()


@pytest.mark.parametrize("action", ["disclose_birthdate", "identity_check", "correct_birthdate"])
def test_nothing_is_asked_for(action, standing, signed_in, agent):
    case = standing(action)

    page = signed_in(agent).get(f"/admin/cases/case/{case.pk}/desk/")

    assert page.context["form"] is None


def test_the_case_is_not_escalated_from_there(standing, agent):
    with pytest.raises(TransitionRefused):
        perform(standing("escalate"), "escalate", by=agent, reason="확인 필요")
