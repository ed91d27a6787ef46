"""A request ends as void as soon as a fact changes that it was asked on, and stays so."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from django.utils.translation import override

from backoffice.workflow.transitions import perform
from cases import approvals
from cases.playbooks import engine
from cases.services import check_identity
from drivers import services as driver_services
from drivers.models import Driver
from drivers.verification import take_event
from tests.cases.approvals.conftest import KINDS, SAID
from tests.cases.playbooks.walking import answer, back, book
from tests.records import change_record


@pytest.fixture
def about_usim(make_case, agent):
    """Another call of the same driver, in which the USIM question was answered."""

    def make(driver, value):
        case = make_case("start", driver=driver)
        engine.begin(case, book("q2"), by=agent)
        answer(case, "yes", by=agent)
        answer(case, value, by=agent)
        return case

    return make


def mismatch(driver, times):
    for _each in range(times):
        take_event(
            event_id=str(uuid4()),
            kind="code.mismatch",
            phone=driver.phone,
            occurred_at=timezone.now(),
        )


def save_drivers_page(client, driver, **typed):
    driver = Driver.objects.get(pk=driver.pk)
    kept = {"service_type": driver.service_type, "affiliation": "owner", "company": "한빛운수"}
    page = {"version": driver.version, "birthdate": "", "phone": "", "reason": ""}
    return client.post(f"/admin/drivers/driver/{driver.pk}/change/", page | kept | typed)


@pytest.mark.parametrize("kind", KINDS)
def test_void_when_the_drivers_record_is_saved(waiting, stored, signed_in, other_agent, kind):
    approval = waiting(kind)

    response = save_drivers_page(signed_in(other_agent), approval.driver, company="새한운수")

    assert response.status_code == 302
    approval = stored(approval)
    assert (approval.state, approval.decided_by) == ("void", None)
    assert approval.decided_at is not None
    line = approval.changes.get()
    assert (line.transition, line.by) == ("make_void", None)


def test_the_history_names_what_has_changed(waiting, stored):
    approval = waiting()

    with override("ko"):
        change_record(approval.driver_id)
        label = approvals.FACT_LABELS["driver_record"]()

    assert label in stored(approval).decision
    assert label in stored(approval).changes.get().note


@pytest.mark.parametrize("move", ["suspend", "withdraw"])
def test_void_when_the_account_changes(waiting, stored, lead, move):
    approval = waiting()

    perform(approval.driver, move, by=lead, reason="민원")

    assert stored(approval).state == "void"


def test_void_when_the_phone_number_is_corrected(waiting, stored, lead, make_driver):
    approval = waiting("code_read_out")
    phone = make_driver().phone
    Driver.objects.filter(phone=phone).delete()

    driver_services.correct(approval.driver, "phone", phone, reason="번호 변경", by=lead)

    assert stored(approval).state == "void"


@pytest.mark.parametrize("kind", ["code_read_out", "escalation"])
def test_void_when_the_usim_answer_changes(waiting, about_usim, stored, kind):
    approval = waiting(kind)

    about_usim(approval.driver, "differs")

    assert stored(approval).state == "void"


def test_void_when_the_usim_answer_is_taken_back(waiting, make_driver, about_usim, stored, agent):
    driver = make_driver()
    earlier = about_usim(driver, "same")
    approval = waiting("code_read_out", driver=driver)
    assert approval.facts["usim"] == "same"

    back(earlier, by=agent)

    assert stored(approval).state == "void"


@pytest.mark.parametrize("kind", ["code_read_out", "sensitive_correction"])
def test_void_when_the_identity_expires(clock, settings, waiting, stored, kind):
    settings.IDENTITY_MINUTES = 1
    approval = waiting(kind)
    clock.shift(timedelta(seconds=59))
    approvals.sweep()
    assert stored(approval).state == "pending"
    clock.shift(timedelta(seconds=1))

    assert approvals.sweep() == 1

    assert stored(approval).state == "void"


@pytest.mark.parametrize("kind", ["code_read_out", "sensitive_correction"])
def test_void_when_a_new_identity_check_fails(waiting, stored, agent, kind):
    approval = waiting(kind)

    check_identity(approval.case, {"name": "고길동"}, call_back_answered=True, by=agent)

    assert stored(approval).state == "void"


def test_void_when_the_verification_locks(waiting, stored):
    approval = waiting("code_read_out")
    mismatch(approval.driver, 9)
    assert stored(approval).state == "pending"

    mismatch(approval.driver, 1)

    assert stored(approval).state == "void"


def test_what_it_does_not_rest_on_leaves_it(waiting, stored, agent, make_driver):
    approval = waiting("code_read_out")

    check_identity(approval.case, SAID, call_back_answered=True, by=agent)
    make_driver().save()
    driver_services.correct(
        make_driver(), "birthdate", date(1980, 5, 4), reason="오기재", by=agent
    )
    approvals.sweep()

    assert stored(approval).state == "pending"


def test_void_when_the_correction_is_cancelled(waiting, stored, agent):
    approval = waiting("sensitive_correction")

    driver_services.cancel(approval.correction, by=agent, reason="잘못 입력")

    assert stored(approval).state == "void"


@pytest.mark.parametrize("kind", KINDS)
def test_why_is_written_in_the_language_of_the_house(waiting, stored, client, other_agent, kind):
    """Whoever brings it about: a lead reads it, and in years an auditor."""
    approval = waiting(kind)
    client.force_login(other_agent)
    client.cookies["django_language"] = "en"

    save_drivers_page(client, approval.driver, company="새한운수")

    approval = stored(approval)
    assert approval.decision == "요청 이후 변경된 사항: 기사 정보."
    notes = [approval.changes.latest("pk").note]
    if approval.correction is not None:
        notes.append(approval.correction.changes.latest("pk").note)
    assert [note for note in notes if note.isascii()] == []
