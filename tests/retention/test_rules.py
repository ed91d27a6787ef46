"""What goes after how long, what stays, and what waits."""

from hashlib import sha256
from uuid import uuid4

import pytest
from django.utils import timezone

from backoffice.sms.models import Message
from backoffice.workflow.transitions import perform
from cases import approvals
from cases.models import AgitPost, Approval, Case
from cases.services import check_identity
from drivers.models import Driver, VerificationEvent
from drivers.services import correct


def test_nothing_goes_before_its_time(closed_case, withdrawn, text_to, run_after):
    case, driver = closed_case(), withdrawn()
    text_to(case.driver)

    assert run_after(days=29) == {}

    assert Case.objects.get(pk=case.pk).note
    assert Driver.objects.get(pk=driver.pk).name == "홍길동"


def test_a_closed_case_keeps_its_figures_alone(closed_case, run_after):
    case = closed_case()

    assert run_after(days=1096) == {"cases": 1}

    after = Case.objects.get(pk=case.pk)
    assert (after.driver, after.presented_phone, after.note) == (None, "", "")
    assert [each.note for each in after.changes.all() if each.note] == []
    assert (after.state, after.resolution) == ("closed", "guided")
    assert after.consultation_type == case.consultation_type
    assert (after.created_at, after.closed_at) == (case.created_at, case.closed_at)
    assert after.changes.count() == 3


def test_what_belongs_to_a_case_does_not_lead_back_to_its_driver(
    closed_case, make_case, agent, lead, run_after
):
    case = make_case("start")
    said = {"name": "홍길동", "vehicle_no": "서울12바3456"}
    check_identity(case, said, call_back_answered=True, by=agent)
    birthdate = case.driver.birthdate.replace(day=9)
    correct(case.driver, "birthdate", birthdate, reason="통화", by=agent, case=case)
    Message.objects.update(state="delivered")
    asked = Approval.objects.create(
        case=case, driver=case.driver, kind="escalation", reason="홍길동", requested_by=agent
    )
    Approval.objects.filter(pk=asked.pk).update(state="approved", decided_at=timezone.now())
    AgitPost.objects.create(case=case, text="홍*동", intent="a", state="accepted")
    perform(Case.objects.get(pk=case.pk), "close", by=agent, resolution="guided")

    run_after(days=1096)

    case = Case.objects.get(pk=case.pk)
    assert case.erased_at is not None
    assert not case.corrections.exists()
    assert not case.messages.exists()
    assert {each.driver for each in case.identity_checks.all()} == {None}
    assert case.identity_checks.get().items == {"name": True, "vehicle_no": True}
    approval = case.approvals.get()
    assert (approval.driver, approval.correction, approval.reason) == (None, None, "")
    assert approval.facts == {}
    assert (approval.kind, approval.state) == ("escalation", "approved")
    assert case.agit_posts.get().text == ""


def test_an_open_case_stays_however_old(make_case, run_after):
    case = make_case("start")

    assert run_after(days=4000) == {}

    assert Case.objects.get(pk=case.pk).driver is not None


def test_a_withdrawn_driver_leaves_a_row_without_a_person(withdrawn, run_after):
    driver = withdrawn()
    VerificationEvent.objects.create(
        event_id=uuid4(),
        kind="login.succeeded",
        phone=driver.phone,
        driver=driver,
        occurred_at=timezone.now(),
    )

    assert run_after(days=31) == {"drivers": 1}

    after = Driver.objects.get(pk=driver.pk)
    assert (after.name, after.phone, after.birthdate, after.vehicle_no) == ("", None, None, "")
    assert (after.company, after.phone_last4, after.vehicle_last4) == ("", "", "")
    assert not after.names.exists()
    assert not after.events.exists()
    assert [each.note for each in after.changes.all()] == [""]
    assert (after.state, after.service_type) == ("withdrawn", driver.service_type)


def test_two_withdrawn_drivers_have_no_number_both(withdrawn, run_after):
    withdrawn()
    withdrawn()

    assert run_after(days=31) == {"drivers": 2}


def test_a_driver_who_was_loaded_as_withdrawn_goes_as_well(make_driver, run_after):
    make_driver(state="withdrawn")

    assert run_after(days=31) == {"drivers": 1}


@pytest.mark.parametrize("state", ["active", "suspended"])
def test_a_driver_who_is_there_stays(state, make_driver, run_after):
    driver = make_driver(state=state)

    assert run_after(days=4000) == {}

    assert Driver.objects.get(pk=driver.pk).phone == driver.phone


def test_a_withdrawn_driver_with_an_open_case_waits(make_case, lead, agent, run_after):
    case = make_case("start")
    perform(case.driver, "withdraw", by=lead, reason="탈퇴")

    assert run_after(days=31) == {}

    perform(case, "close", by=agent, resolution="guided")
    assert run_after(days=31) == {"drivers": 1}


@pytest.mark.parametrize(("state", "waits"), [("sending", True), ("delivered", False)])
def test_a_withdrawn_driver_with_a_text_on_its_way_waits(
    state, waits, withdrawn, text_to, run_after
):
    text_to(withdrawn(), state)

    assert run_after(days=31) == ({} if waits else {"drivers": 1})


def test_a_text_keeps_what_it_was_and_how_it_ended(driver, text_to, run_after):
    text = text_to(driver, answer={"to": "01000001234"}, detail="01000001234", settled_at=None)
    text.changes.create(transition="failed", source="", target="failed", note="01000001234")

    assert run_after(days=181) == {"message_bodies": 1}

    after = Message.objects.get(pk=text.pk)
    assert after.body == sha256(text.body.encode()).hexdigest()
    assert (after.to, after.answer, after.detail, after.subject) == ("", None, "", "")
    assert [each.note for each in after.changes.all() if each.note] == []
    assert (after.state, after.template, after.bytes) == ("delivered", text.template, text.bytes)
    assert after.driver == driver


@pytest.mark.parametrize("state", ["queued", "sending"])
def test_a_text_that_has_not_left_keeps_its_words(state, driver, text_to, run_after):
    text = text_to(driver, state)

    assert run_after(days=4000) == {}

    assert Message.objects.get(pk=text.pk).body == text.body


def test_the_values_of_a_correction_go_while_its_driver_stays(driver, agent, run_after):
    correction = correct(
        driver, "birthdate", driver.birthdate.replace(day=9), reason="통화", by=agent
    )
    Message.objects.update(state="delivered")

    assert run_after(days=1096) == {"message_bodies": 1, "corrections": 1}

    correction.refresh_from_db()
    assert (correction.old_value, correction.new_value, correction.reason) == ("", "", "")
    assert (correction.field, correction.state) == ("birthdate", "applied")


def test_what_was_asked_on_a_drivers_own_page_goes_as_well(
    driver, agent, lead, run_after, signed_in
):
    other_year = driver.birthdate.replace(year=1981)
    correction = correct(driver, "birthdate", other_year, reason="홍길동", by=agent)
    asked = Approval.objects.get(correction=correction)
    approvals.decide(asked, "reject", by=lead, reason="홍길동 아님")

    assert run_after(days=1096) == {"corrections": 1, "approvals": 1}

    asked.refresh_from_db()
    assert (asked.driver, asked.reason, asked.decision) == (None, "", "")
    assert [each.note for each in asked.changes.all() if each.note] == []
    for page in ("", f"{asked.pk}/change/"):
        shown = signed_in(lead).get(f"/admin/cases/approval/{page}").content.decode()
        assert "파기됨" in shown
        assert "None" not in shown
