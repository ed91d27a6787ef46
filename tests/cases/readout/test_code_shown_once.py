"""G9: the code is shown to the lead who approved, once, and to nobody afterwards."""

from datetime import timedelta

import pytest
from django.test import Client

from backoffice.audit.models import AccessRecord
from backoffice.sms.models import Message
from backoffice.workflow.transitions import perform
from cases.models import Case
from tests.cases.readout.conftest import CODE

pytestmark = pytest.mark.usefixtures("login_service")


def page(approval):
    return f"/admin/cases/approval/{approval.pk}/read-out/"


@pytest.fixture
def was_read(approved, read, lead):
    def make(**fields):
        approval = approved(**fields)
        assert CODE in read(lead, approval).content.decode()
        return approval

    return make


def test_guard_g9_opening_the_page_shows_the_button_and_not_the_code(
    approved, signed_in, lead, login_service
):
    approval = approved()

    response = signed_in(lead).get(page(approval))

    assert response.context["is_readable"]
    assert CODE not in response.content.decode()
    assert login_service.asked == []
    approval.refresh_from_db()
    assert approval.used_at is None


def test_guard_g9_the_button_shows_the_code_one_time_in_the_page(approved, read, lead):
    approval = approved()

    response = read(lead, approval)

    assert response.content.decode().count(CODE) == 1
    assert 'data-shown-once="60"' in response.content.decode()
    approval.refresh_from_db()
    assert approval.used_at is not None


def test_guard_g9_no_answer_of_the_page_is_kept_anywhere(approved, read, signed_in, lead):
    approval = approved()

    answers = [
        signed_in(lead).get(page(approval)),
        read(lead, approval),
        read(lead, approval),
        signed_in(lead).get(page(approval)),
    ]

    assert all("no-store" in each["Cache-Control"] for each in answers)
    assert [each["Pragma"] for each in answers] == ["no-cache"] * 4
    assert not any(each.has_header("ETag") for each in answers)
    assert not any(each.has_header("Last-Modified") for each in answers[1:])


@pytest.mark.parametrize("method", ["get", "post"])
def test_guard_g9_nothing_is_shown_a_second_time(was_read, signed_in, lead, login_service, method):
    approval = was_read()

    response = getattr(signed_in(lead), method)(page(approval))

    assert CODE not in response.content.decode()
    assert len(login_service.asked) == 1
    assert Message.objects.count() == 1
    assert AccessRecord.objects.filter(action="read_out").count() == 1


@pytest.mark.parametrize("who", ["other_lead", "superuser", "agent", "other_agent"])
def test_guard_g9_nobody_else_is_shown_it_before_or_after(
    approved, read, signed_in, lead, login_service, who, request
):
    approval, person = approved(), request.getfixturevalue(who)

    before = [read(person, approval), signed_in(person).get(page(approval))]
    read(lead, approval)
    after = [read(person, approval), signed_in(person).get(page(approval))]

    assert not any(CODE in each.content.decode() for each in before + after)
    assert len(login_service.asked) == 1


@pytest.mark.parametrize("method", ["put", "patch", "delete", "head", "options"])
def test_guard_g9_no_other_method_shows_it(approved, signed_in, lead, login_service, method):
    response = getattr(signed_in(lead), method)(page(approved()))

    assert CODE not in response.content.decode()
    assert login_service.asked == []


def test_guard_g9_another_site_cannot_press_the_button(approved, lead, login_service):
    approval = approved()
    client = Client(enforce_csrf_checks=True)
    client.force_login(lead)

    response = client.post(page(approval))

    assert response.status_code == 403
    assert login_service.asked == []
    approval.refresh_from_db()
    assert approval.used_at is None


def test_who_is_not_signed_in_is_shown_the_sign_in(approved, client, login_service):
    response = client.post(page(approved()))

    assert response.status_code == 302
    assert response.url.startswith("/admin/login/")
    assert login_service.asked == []


@pytest.mark.parametrize(
    ("later", "is_shown"),
    [(timedelta(minutes=3), True), (timedelta(minutes=3, seconds=1), False)],
)
def test_guard_g8_an_approval_lasts_three_minutes(
    clock, approved, read, signed_in, lead, later, is_shown
):
    approval = approved()
    clock.shift(later)

    opened = signed_in(lead).get(page(approval))
    response = read(lead, approval)

    assert opened.context["is_readable"] is is_shown
    assert (CODE in response.content.decode()) is is_shown


def test_guard_g8_how_long_an_approval_lasts_is_a_setting(clock, approved, read, lead, settings):
    settings.READ_OUT_MINUTES = 1
    approval = approved()
    clock.shift(timedelta(minutes=1, seconds=1))

    response = read(lead, approval)

    assert CODE not in response.content.decode()
    assert "1" in response.context["sentence"]


def test_guard_g9_a_closed_case_shows_nothing(was_read, read, agent, lead):
    approval = was_read()
    Message.objects.update(state="delivered")
    perform(approval.case, "close", by=agent, resolution=Case.Resolution.CODE_READ_OUT)

    response = read(lead, approval)

    assert CODE not in response.content.decode()


def test_guard_g9_no_other_page_of_the_lead_shows_it(was_read, signed_in, lead):
    approval = was_read()
    client = signed_in(lead)

    pages = [
        client.get(path).content.decode()
        for path in (
            f"/admin/cases/approval/{approval.pk}/change/",
            "/admin/cases/approval/queue/",
            f"/admin/cases/case/{approval.case_id}/desk/",
            f"/admin/cases/case/{approval.case_id}/change/",
        )
    ]

    assert not any(CODE in each for each in pages)


def test_the_queue_leads_to_the_reading_until_it_is_read(approved, read, signed_in, lead):
    approval = approved()
    queue = "/admin/cases/approval/queue/"

    before = signed_in(lead).get(queue).content.decode()
    read(lead, approval)
    after = signed_in(lead).get(queue).content.decode()

    assert page(approval) in before
    assert page(approval) not in after


def test_the_open_desk_of_the_agent_hears_of_the_reading(was_read, signed_in, agent):
    approval = was_read()

    live = signed_in(agent).get(f"/admin/cases/case/{approval.case_id}/desk/live/")

    assert live.json()["mark"].endswith(".read")
    assert CODE not in live.content.decode()
