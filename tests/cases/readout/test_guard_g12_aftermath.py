"""G12: the driver is told that a code was read out, and his number stays as it is for a day."""

from datetime import timedelta

import pytest
from django.utils.translation import gettext

from backoffice.audit.models import AccessRecord
from backoffice.sms.models import Message, Template
from cases.approvals import decide
from cases.playbooks.facts import FACTS
from drivers import services
from drivers.models import Correction, Driver
from drivers.phones import parse_phone
from tests.cases.readout.conftest import CODE

DAY = timedelta(hours=24)
NEW_PHONE = "01000005678"
STAYS = "A code was read out to this driver within a day; the number stays as it is (G12)."

pytestmark = pytest.mark.usefixtures("login_service")


@pytest.fixture
def code_was_read(approved, read, lead):
    def make():
        approval = approved()
        assert CODE in read(lead, approval).content.decode()
        return approval

    return make


@pytest.fixture
def give_new_phone(signed_in, lead):
    """A lead types a new number on the driver's own page; the response."""

    def save(driver, phone=NEW_PHONE):
        path = f"/admin/drivers/driver/{driver.pk}/change/"
        version = Driver.objects.get(pk=driver.pk).version
        typed = {"phone": phone, "birthdate": "", "reason": "번호 변경"}
        record = {"service_type": "일반", "affiliation": "owner", "company": "한빛운수"}
        return signed_in(lead).post(path, {"version": version} | typed | record)

    return save


def test_guard_g12_the_driver_is_told_once_on_the_number_on_record(code_was_read, lead):
    approval = code_was_read()

    text = Message.objects.get()
    assert (text.template.key, text.to) == ("code_read_out", "01000001234")
    assert (text.driver, text.case) == (approval.driver, approval.case)
    assert text.state == "queued"
    assert "본인이 아니면" in text.body
    assert CODE not in text.body + text.subject


def test_guard_g12_the_reading_is_on_record(code_was_read, lead):
    approval = code_was_read()

    record = AccessRecord.objects.get(action="read_out")
    assert (record.by, record.driver, record.address) == (lead, approval.driver, "127.0.0.1")
    assert record.detail == {"case": approval.case.number, "approval": approval.pk}
    approval.refresh_from_db()
    assert approval.changes.filter(transition="read_out", by=lead).count() == 1


def test_guard_g12_the_privacy_officer_finds_it(code_was_read, signed_in, privacy_officer):
    approval = code_was_read()

    page = signed_in(privacy_officer).get("/admin/audit/accessrecord/?action__exact=read_out")

    assert approval.case.number in page.content.decode()


def test_guard_g12_where_the_text_cannot_be_written_no_code_is_shown(
    approved, read, lead, login_service
):
    Template.objects.filter(key="code_read_out").update(body="#{없는변수}")
    approval = approved()

    response = read(lead, approval)

    assert CODE not in response.content.decode()
    assert response.context["sentence"]
    assert not Message.objects.exists()
    assert not AccessRecord.objects.filter(action="read_out").exists()


def test_guard_g12_where_the_text_cannot_be_written_nothing_counts_as_read(approved, read, lead):
    Template.objects.filter(key="code_read_out").update(body="#{없는변수}")
    approval = approved()

    read(lead, approval)

    assert FACTS["read_out"].read(approval.case) != "read"


@pytest.mark.parametrize(
    ("later", "is_changed"),
    [(timedelta(0), False), (DAY - timedelta(seconds=1), False), (DAY, True)],
)
def test_guard_g12_the_number_stays_for_24_hours(
    clock, code_was_read, give_new_phone, driver, later, is_changed
):
    code_was_read()
    clock.shift(later)

    response = give_new_phone(driver)

    stored = Driver.objects.get(pk=driver.pk)
    assert (stored.phone_digits == NEW_PHONE) is is_changed
    assert Correction.objects.exists() is is_changed
    if not is_changed:
        page = response.content.decode()
        sentence = (
            "A code was read out to this driver within a day; the number stays as it is (G12)."
        )
        assert gettext(sentence) in page
        assert "번호 변경" in page  # what was typed is kept


def test_guard_g12_another_drivers_number_may_change(code_was_read, give_new_phone, make_driver):
    code_was_read()
    other = make_driver()

    give_new_phone(other)

    assert Driver.objects.get(pk=other.pk).phone_digits == NEW_PHONE


def test_guard_g12_an_earlier_new_number_is_not_undone_either(
    clock, driver, lead, other_lead, approved, read
):
    phone = parse_phone("01000001111")
    correction = services.correct(driver, "phone", phone, reason="번호 변경", by=other_lead)
    clock.shift(DAY + timedelta(hours=1))
    read(lead, approved(of=Driver.objects.get(pk=driver.pk)))
    assert Driver.objects.get(pk=driver.pk).code_read_at is not None

    with pytest.raises(services.TransitionRefused, match="G12"):
        services.undo(correction, by=lead, reason="잘못 변경")

    assert Driver.objects.get(pk=driver.pk).phone_digits == "01000001111"


def test_guard_g12_the_birthdate_may_be_corrected(code_was_read, driver, agent):
    """Only the number is where the next code goes."""
    code_was_read()

    services.correct(
        driver, "birthdate", driver.birthdate.replace(day=4), reason="오기재", by=agent
    )

    assert Driver.objects.get(pk=driver.pk).birthdate.day == 4


def test_guard_g12_a_refused_reading_leaves_the_number_free(
    approved, read, lead, give_new_phone, driver, settings
):
    settings.CODE_SOURCE_URL = "off://"
    read(lead, approved())

    give_new_phone(driver)

    assert Driver.objects.get(pk=driver.pk).phone_digits == NEW_PHONE


@pytest.mark.parametrize("state", ["queued", "accepted", "undelivered", "failed", "unknown"])
def test_guard_g12_an_earlier_call_back_does_not_tell_of_it(
    ready, ask, read, agent, lead, signed_in, state
):
    """Rule 5.4: nobody was told of a reading by a call that was made before it."""
    case = ready()
    page = f"/admin/cases/case/{case.pk}/move"

    def press(move, **typed):
        case.refresh_from_db()
        signed_in(agent).post(f"{page}/{move}/", {"version": case.version} | typed)
        case.refresh_from_db()

    press("record_call_back", reason="부재중")
    ask(agent, case)
    approval = decide(case.approvals.get(), "approve", by=lead, reason="확인함")
    assert CODE in read(lead, approval).content.decode()
    Message.objects.update(state=state)

    press("close", resolution="code_read_out")
    assert case.state == "diagnosing"

    press("record_call_back", reason="유선으로 안내함")
    press("close", resolution="code_read_out")
    assert case.state == "closed"
