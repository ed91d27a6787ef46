"""The buttons of the admin, as people press them."""

import pytest

from backoffice.workflow.transitions import perform
from tests.walks import reach_escalation


@pytest.fixture
def move(client):
    """move(lead, driver, "suspend", reason="…"): what a press of the button posts."""

    def post(person, row, name, *, method="post", **typed):
        client.force_login(person)
        client.cookies["django_language"] = "en"
        version = type(row).objects.get(pk=row.pk).version
        url = f"/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/move/{name}/"
        return getattr(client, method)(url, {"version": version} | typed)

    return post


@pytest.fixture
def state_of():
    return lambda row: type(row).objects.get(pk=row.pk).state


@pytest.fixture
def escalated(make_case):
    def make(by):
        case = make_case("start", by=by)
        return perform(reach_escalation(case), "escalate", by=by, reason="부서 확인 필요")

    return make
