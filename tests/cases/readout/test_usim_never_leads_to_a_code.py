"""2.4: where the USIM differs no code is told, however often the driver calls and whoever asks."""

from datetime import timedelta

import pytest

from backoffice.audit.models import AccessRecord
from cases import approvals
from cases.models import Answer, Approval, Playbook, Walk
from cases.playbooks import engine
from tests.cases.readout.conftest import CODE
from tests.cases.rules.desk_call import Call

pytestmark = pytest.mark.usefixtures("login_service", "db")


@pytest.fixture
def usim_differed(make_case, driver, agent):
    """A call about the USIM, walked at the desk up to the answer that it differs."""

    def make(value="differs"):
        case = make_case(driver=driver)
        return Call(agent, case).look().begin("q2").answer("yes", value)

    return make


def test_rule_2_4_no_step_of_the_question_reads_a_code_or_leads_to_one_that_does():
    steps = Playbook.objects.get(key="q2").published.steps

    assert set(steps.values_list("action", flat=True)) <= {"", "call_back", "close", "escalate"}
    assert not steps.filter(fact="read_out").exists()


@pytest.mark.parametrize("who", ["agent", "lead", "superuser"])
def test_rule_2_4_after_such_a_call_no_code_is_asked_for(usim_differed, ready, ask, who, request):
    usim_differed()
    person = request.getfixturevalue(who)
    case = ready(by=person)

    response = ask(person, case)

    assert str(response.context["form"].non_field_errors()[0]).startswith("G5: ")
    assert not Approval.objects.exists()
    assert AccessRecord.objects.filter(action="refused", detail__guard="G5").count() == 1


def test_rule_2_4_however_often_he_calls(clock, usim_differed, ready, ask, agent):
    """Each call within the days that make it a re-contact, and the last long after the first."""
    usim_differed()
    for _call in range(6):
        clock.shift(timedelta(days=4))
        ask(agent, ready())

    assert not Approval.objects.exists()
    assert AccessRecord.objects.filter(action="refused", detail__guard="G5").count() == 6


def test_rule_2_4_an_answer_that_was_taken_back_says_nothing(usim_differed, ready, ask, agent):
    usim_differed().back()

    ask(agent, ready())

    assert Approval.objects.get().state == "pending"


def test_rule_2_4_the_latest_answer_counts(usim_differed, ready, ask, agent):
    usim_differed("same")
    usim_differed()

    ask(agent, ready())

    assert not Approval.objects.exists()


def test_rule_2_4_it_counts_until_the_number_is_the_same(usim_differed, ready, ask, agent, clock):
    usim_differed()
    clock.shift(timedelta(days=30))
    usim_differed("same")

    ask(agent, ready())

    assert Approval.objects.get().state == "pending"


def test_rule_2_4_what_was_asked_for_ends_when_the_usim_differs(usim_differed, ready, ask, agent):
    ask(agent, ready())

    usim_differed()

    assert Approval.objects.get().state == "void"


def test_rule_2_4_an_approval_is_not_read_when_the_usim_differs(
    usim_differed, approved, read, lead, login_service
):
    approval = approved()
    usim_differed()

    response = read(lead, approval)

    assert response.context["sentence"].startswith("G5: ")
    assert CODE not in response.content.decode()
    assert login_service.asked == []


def test_rule_2_4_the_first_question_leads_past_the_code(usim_differed, ready, agent):
    usim_differed()
    case = ready()
    walk = engine.open_walk(case)
    walk.stand_at(walk.version.steps.get(key="persistent"))

    made = Call(agent, case).look().answer("next").identify(call_back=True)

    assert made.stands_at == "unresolved"
    assert made.answer("next").stands_at == "to-department"


def test_rule_2_4_a_hand_made_answer_of_the_first_question_asks_nothing(usim_differed):
    made = usim_differed()

    made.forge(step="read-out-asked", reason="팀장 승인 요청")

    assert made.refusals
    assert not Approval.objects.exists()


def test_rule_2_4_not_even_by_a_service_that_skips_the_guards(usim_differed, ready, read, lead):
    """Asked for as the guards would not have let it; the facts hold, and the reading refuses."""
    usim_differed()
    case = ready()
    asked = approvals.ask("code_read_out", case=case, reason="지속 미수신", by=case.owner)

    approval = approvals.decide(asked, "approve", by=lead, reason="확인함")

    assert CODE not in read(lead, approval).content.decode()
    assert Walk.objects.filter(case=case, ended_at=None).exists()
    assert Answer.objects.filter(case=case, step__key="read-out-asked").count() == 0
