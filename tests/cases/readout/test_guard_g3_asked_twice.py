"""G3: the latest answer counts, and the contacts are those about the same."""

import pytest
from django.utils import timezone

from cases.editing import save_edited
from cases.models import Answer, Approval, Case, ConsultationType, Playbook, Walk


@pytest.fixture
def walked_again(ready, agent):
    """A case in which the carrier was asked about in two walks, with these answers."""

    def make(first, second):
        case = ready()
        last = case.answers.get(step__record="carrier_asked")
        version = Playbook.objects.get(key="q1").published
        Answer.objects.filter(pk=last.pk).update(value=second)
        earlier = Walk.objects.create(case=case, version=version, ended_at=timezone.now())
        # Older than the present one, as its key says.
        Answer.objects.create(
            pk=last.pk - 1000, walk=earlier, case=case, step=last.step, value=first, by=agent
        )
        return case

    return make


@pytest.mark.parametrize(
    ("first", "second", "is_asked"), [("not_yet", "asked", True), ("asked", "not_yet", False)]
)
def test_guard_g3_the_latest_answer_of_the_carrier_counts(
    walked_again, ask, agent, first, second, is_asked
):
    case = walked_again(first, second)

    ask(agent, case)

    assert Approval.objects.exists() is is_asked


def test_guard_g3_contacts_of_another_type_do_not_count(ready, ask, agent, driver, make_case):
    """The type was edited on the way to one about which the driver has called before."""
    topic = Playbook.objects.get(key="q1").topic
    other = ConsultationType.objects.filter(is_leaf=True).exclude(parent__name=topic)[0]
    make_case(driver=driver, consultation_type=other)
    case = Case.objects.get(pk=ready().pk)
    case.consultation_type = other
    save_edited(case, by=agent)
    assert case.recontact_no == 1

    ask(agent, case)

    assert not Approval.objects.exists()
