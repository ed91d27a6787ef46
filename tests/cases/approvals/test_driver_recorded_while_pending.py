"""A request of a case without a driver: it is about whom the case is about, once that is known."""

import pytest

from backoffice.audit.models import AccessRecord
from backoffice.workflow.transitions import perform
from cases.models import AgitPost, Case
from tests.walks import reach_escalation


@pytest.fixture
def asked(make_case, agent):
    """A case of nobody yet; the reason of its escalation names whom the agent talked to."""
    case = make_case("start", presented_phone="+82212345678")
    Case.objects.update(driver=None)
    case.refresh_from_db()
    reach_escalation(case)
    perform(case, "escalate", by=agent, reason="홍길동 기사님 로그인 불가")
    return case.approvals.get()


@pytest.fixture
def record_driver(signed_in, agent):
    """The agent records the driver on the page of the case."""

    def save(case, driver):
        case = Case.objects.get(pk=case.pk)
        page = {"version": case.version, "consultation_type": case.consultation_type_id}
        response = signed_in(agent).post(
            f"/admin/cases/case/{case.pk}/change/", page | {"driver": driver.pk, "note": ""}
        )
        assert response.status_code == 302

    return save


def test_it_is_void_when_the_driver_is_recorded(
    asked, record_driver, driver, lead, signed_in, stored
):
    record_driver(asked.case, driver)

    approval = stored(asked)
    assert (approval.state, approval.driver) == ("void", driver)
    assert "기사" in approval.decision
    decided = {"verdict": "approve", "reason": "네", "version": asked.version}
    signed_in(lead).post(f"/admin/cases/approval/{asked.pk}/decide/", decided)
    assert stored(asked).state == "void"
    assert not AgitPost.objects.exists()


@pytest.mark.parametrize("state", ["void", "approved"])
def test_its_page_masks_the_driver_and_names_him_in_the_access_record(
    asked, record_driver, driver, lead, signed_in, state
):
    type(asked).objects.update(state=state)  # decided before, or ended by it
    record_driver(asked.case, driver)

    page = signed_in(lead).get(f"/admin/cases/approval/{asked.pk}/change/")

    assert "홍길동" not in page.content.decode()
    looked = AccessRecord.objects.filter(by=lead, detail__page="cases.approval").latest("pk")
    assert looked.driver == driver
