"""A22: a second person decides, and what he decided is what happens, once."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from backoffice.audit.models import AccessRecord
from backoffice.outbox.dispatch import dispatch_due
from backoffice.sms.models import Message
from cases.models import Approval, Case
from drivers.models import Correction, Driver
from drivers.services import correct

OLD, NEW = "1980-05-03", "1981-05-03"
DAY = timedelta(days=1)
NOTHING_DONE = ("requested", OLD, 0)


@pytest.fixture
def on_page(driver):
    """on_page(by): a birthdate with another year was asked for on the driver's own page."""

    def ask(by):
        birthdate = driver.birthdate.replace(year=1981)
        correct(driver, "birthdate", birthdate, reason="가입 시 잘못 입력", by=by)
        return Approval.objects.get()

    return ask


@pytest.fixture
def decide(client):
    """decide(lead, approval, "approve"): in the queue, or by hand on the request's own page."""

    def post(person, approval, verdict, *, door="queue", **typed):
        client.force_login(person)
        version = Approval.objects.get(pk=approval.pk).version
        typed = {"version": version, "verdict": verdict, "reason": "서류 확인"} | typed
        page = "decide" if door == "queue" else f"move/{verdict}"
        return client.post(f"/admin/cases/approval/{approval.pk}/{page}/", typed)

    return post


@pytest.mark.parametrize("door", ["queue", "page"])
@pytest.mark.parametrize("who", ["lead", "superuser"])
def test_reading_a22_after_the_approval_it_is_changed_and_told_once(
    asked, decide, agent, standing, sent, door, who, request
):
    approval, person = asked(by=agent), request.getfixturevalue(who)
    dispatch_due()
    assert (standing(), sent) == (NOTHING_DONE, [])

    decide(person, approval, "approve", door=door)

    dispatch_due()
    approval.refresh_from_db()
    assert (approval.state, approval.decided_by) == ("approved", person)
    assert standing() == ("applied", NEW, 1)
    assert Case.objects.get().state == "info_corrected"
    assert [each.to for each in sent] == ["01000001234"]
    assert Message.objects.get().case == Case.objects.get()
    assert AccessRecord.objects.filter(action="edit").count() == 1


def test_reading_a22_of_the_drivers_page_as_well(on_page, decide, agent, lead, standing):
    decide(lead, on_page(agent), "approve")

    assert standing() == ("applied", NEW, 1)
    assert Message.objects.get().case is None


def test_reading_a22_the_access_record_names_who_let_it_happen(asked, decide, lead):
    decide(lead, asked(), "approve")

    record = AccessRecord.objects.get(action="edit")
    assert (record.by, record.account) == (lead, "team_lead")


def test_reading_a22_the_second_change_within_30_days(driver, decide, agent, lead, standing):
    with time_machine.travel(timezone.now() - DAY):
        correct(driver, "birthdate", driver.birthdate.replace(day=4), reason="먼저", by=agent)
    correct(driver, "birthdate", driver.birthdate.replace(day=13), reason="다시", by=agent)

    decide(lead, Approval.objects.get(), "approve")

    assert standing() == ("applied", "1980-05-13", 2)


@pytest.mark.parametrize("door", ["queue", "page"])
def test_reading_a22_a_rejected_one_leaves_all_as_it_was(
    asked, decide, driver, lead, standing, door
):
    approval = asked()

    decide(lead, approval, "reject", door=door)

    approval.refresh_from_db()
    assert (approval.state, approval.decided_by) == ("rejected", lead)
    assert standing() == ("rejected", OLD, 0)
    assert Case.objects.get().state == "diagnosing"
    assert Driver.objects.get().version == driver.version
    assert Correction.objects.get().changes.latest("pk").note == "서류 확인"


def test_reading_a22_after_a_rejection_it_may_be_asked_for_anew(
    asked, decide, agent, other_agent, lead, on_page, driver, standing
):
    decide(lead, asked(), "reject")

    correct(driver, "birthdate", driver.birthdate.replace(year=1981), reason="서류", by=agent)

    assert standing() == NOTHING_DONE
    assert Approval.objects.pending().count() == 1


@pytest.mark.parametrize(
    ("door", "verdict"), [("queue", "approve"), ("page", "approve"), ("page", "reject")]
)
@pytest.mark.parametrize("who", ["agent", "lead", "superuser"])
def test_reading_a22_who_asked_does_not_decide(
    asked, decide, standing, who, door, verdict, request
):
    person = request.getfixturevalue(who)
    approval = asked(by=person)

    response = decide(person, approval, verdict, door=door)

    assert response.status_code in {200, 403}
    assert Approval.objects.get().state == "pending"
    assert standing() == NOTHING_DONE


@pytest.mark.parametrize("who", ["lead", "superuser"])
def test_reading_a22_nor_what_he_asked_for_on_the_drivers_page(
    on_page, decide, standing, who, request
):
    person = request.getfixturevalue(who)

    decide(person, on_page(person), "approve")

    assert standing() == NOTHING_DONE


@pytest.mark.parametrize("who", ["other_agent", "privacy_officer", "administrator"])
@pytest.mark.parametrize("door", ["queue", "page"])
def test_reading_a22_only_a_lead_decides(asked, decide, standing, who, door, request):
    approval = asked()

    response = decide(request.getfixturevalue(who), approval, "approve", door=door)

    assert response.status_code in {200, 403}
    assert Approval.objects.get().state == "pending"
    assert standing() == NOTHING_DONE


@pytest.mark.parametrize(
    ("door", "typed"),
    [
        ("queue", {"reason": "  "}),
        ("page", {"reason": ""}),
        ("queue", {"reason": "인증번호 4821"}),
        ("page", {"version": ""}),
        ("queue", {"version": ""}),
        ("page", {"version": "99"}),
    ],
)
def test_reading_a22_not_without_a_reason_and_not_without_having_looked(
    asked, decide, lead, standing, door, typed
):
    response = decide(lead, asked(), "approve", door=door, **typed)

    assert response.status_code == 200
    assert Approval.objects.get().state == "pending"
    assert standing() == NOTHING_DONE


@pytest.mark.parametrize(("first", "then"), [("approve", "reject"), ("reject", "approve")])
def test_reading_a22_it_is_decided_once(asked, decide, lead, other_lead, standing, first, then):
    approval = asked()
    decide(lead, approval, first)
    after = standing()

    decide(other_lead, approval, then)
    decide(lead, approval, then, version=0)

    assert standing() == after
    assert Approval.objects.get().decided_by == lead
    assert Message.objects.count() == (first == "approve")


@pytest.mark.parametrize("verdict", ["", "make_void"])
def test_reading_a22_there_are_two_verdicts(asked, decide, lead, standing, verdict):
    response = decide(lead, asked(), verdict)

    assert response.status_code == 404
    assert standing() == NOTHING_DONE
