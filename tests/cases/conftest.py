"""The pages of a case, as an agent uses them."""

from datetime import date

import pytest

from backoffice.workflow.transitions import perform
from cases.models import Case
from cases.services import check_identity, correct_birthdate
from tests.walks import reach_escalation

SAID = {"name": "홍길동", "vehicle_no": "서울12바3456"}


@pytest.fixture
def on_page(client):
    """on_page(agent, case, "identity", name="…"): post a page of the case as it is now."""

    def post(person, case, page, **typed):
        client.force_login(person)
        client.cookies["django_language"] = "en"
        version = Case.objects.get(pk=case.pk).version
        return client.post(f"/admin/cases/case/{case.pk}/{page}/", {"version": version} | typed)

    return post


@pytest.fixture
def shown_case():
    """shown_case(case): what the form on the case's page holds as it is now."""

    def read(case):
        case = Case.objects.get(pk=case.pk)
        return {
            "version": case.version,
            "consultation_type": case.consultation_type_id,
            "channel": case.channel,
            "presented_phone": "",
            "driver": case.driver_id or "",
            "note": case.note,
        }

    return read


@pytest.fixture
def stored():
    return lambda row: type(row).objects.get(pk=row.pk)


@pytest.fixture
def identified(make_case, agent):
    """A case that is being worked on, with a caller who is shown to be the driver."""

    def make(**fields):
        case = make_case("start", **fields)
        check_identity(case, SAID, call_back_answered=True, by=agent)
        return case

    return make


@pytest.fixture
def corrected(identified, agent):
    """A case whose driver's birthdate was wrong and is right now; the text is queued."""

    def make(**fields):
        return correct_birthdate(identified(**fields), date(1980, 3, 5), reason="통화", by=agent)

    return make


@pytest.fixture
def escalated(make_case):
    """A case that waits for a team lead, asked for by ``by``."""

    def make(by):
        return perform(
            reach_escalation(make_case("start", by=by)), "escalate", by=by, reason="부서 확인 필요"
        )

    return make
