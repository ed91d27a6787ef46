"""A scheduled change is taken back on its page, and stands in the way of any other."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from backoffice.sms.models import Message
from drivers.models import Correction, Driver
from drivers.services import apply_due, correct

OLD, NEW = date(1980, 5, 3), date(1980, 5, 13)
SEEN_NOTHING = ["", "x", "-1", None]


@pytest.fixture
def scheduled(driver, agent):
    at = timezone.now() + timedelta(hours=24)
    return correct(driver, "birthdate", NEW, reason="빠른 로그인", by=agent, apply_at=at)


@pytest.fixture
def cancel(client, stored):
    """cancel(agent, correction, reason="…"): as on the page of the correction."""

    def post(person, correction, **typed):
        client.force_login(person)
        shown = {"version": stored(correction).version, "reason": "기사님이 취소 요청"}
        typed = {name: text for name, text in (shown | typed).items() if text is not None}
        return client.post(f"/admin/drivers/correction/{correction.pk}/move/cancel/", typed)

    return post


@pytest.mark.parametrize("who", ["agent", "other_agent", "lead", "superuser"])
def test_rule_4_6_who_corrects_birthdates_may_cancel_and_says_why(
    scheduled, who, cancel, stored, request
):
    person = request.getfixturevalue(who)

    response = cancel(person, scheduled)

    change = scheduled.changes.latest("pk")
    assert response.status_code == 302
    assert stored(scheduled).state == "cancelled"
    assert (change.transition, change.by, change.note) == ("cancel", person, "기사님이 취소 요청")
    assert Driver.objects.get().birthdate == OLD
    assert not Message.objects.exists()


@pytest.mark.parametrize("who", ["privacy_officer", "administrator"])
def test_rule_4_6_nobody_else_may(scheduled, who, cancel, stored, request):
    response = cancel(request.getfixturevalue(who), scheduled)

    assert response.status_code == 403
    assert stored(scheduled).state == "scheduled"


def test_rule_4_6_nor_who_is_not_signed_in(scheduled, client, stored):
    url = f"/admin/drivers/correction/{scheduled.pk}/move/cancel/"

    response = client.post(url, {"version": scheduled.version, "reason": "취소"})

    assert response.url.startswith("/admin/login/")
    assert stored(scheduled).state == "scheduled"


@pytest.mark.parametrize("reason", ["", "   ", None, "인증번호 4821"])
def test_rule_4_6_not_without_a_reason_and_not_with_a_code_in_it(
    scheduled, agent, cancel, stored, reason
):
    response = cancel(agent, scheduled, reason=reason)

    assert response.context["form"].errors
    assert stored(scheduled).state == "scheduled"


@pytest.mark.parametrize("version", SEEN_NOTHING)
def test_a_post_that_has_seen_no_page_cancels_nothing(scheduled, agent, cancel, stored, version):
    response = cancel(agent, scheduled, version=version)

    assert response.context["form"].non_field_errors()
    assert stored(scheduled).state == "scheduled"


def test_a_page_from_before_the_log_in_cancels_nothing(scheduled, agent, cancel, stored):
    seen = scheduled.version
    Correction.objects.update(apply_at=timezone.now())
    apply_due()

    response = cancel(agent, scheduled, version=seen)

    assert response.context["form"].non_field_errors()
    assert (stored(scheduled).state, Driver.objects.get().birthdate) == ("applied", NEW)


def test_a_double_click_cancels_once(scheduled, agent, cancel):
    seen = scheduled.version
    cancel(agent, scheduled, version=seen)

    response = cancel(agent, scheduled, version=seen)

    assert response.context["form"].non_field_errors()
    assert scheduled.changes.filter(transition="cancel").count() == 1


@pytest.mark.parametrize("state", ["applied", "cancelled", "rejected", "undone"])
def test_what_is_over_is_not_cancelled(scheduled, agent, cancel, stored, state):
    Correction.objects.update(state=state)

    response = cancel(agent, scheduled)

    assert response.context["form"].non_field_errors()
    assert stored(scheduled).state == state


@pytest.mark.parametrize("name", ["schedule", "apply", "reject", "undo", "delete"])
def test_no_other_move_of_it_is_made_by_hand(scheduled, superuser, client, stored, name):
    client.force_login(superuser)
    typed = {"version": scheduled.version, "reason": "지금 적용", "apply_at": "2020-01-01"}

    client.post(f"/admin/drivers/correction/{scheduled.pk}/move/{name}/", typed)

    assert stored(scheduled).state == "scheduled"
    assert Driver.objects.get().birthdate == OLD
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    ("typed", "who"),
    [("1980-05-14", "agent"), ("1980-05-13", "lead"), ("1981-05-03", "superuser")],
)
def test_rule_4_2_another_correction_meanwhile_is_refused(
    scheduled, driver, who, save_page, typed, request
):
    response = save_page(request.getfixturevalue(who), driver, birthdate=typed, reason="다시 요청")

    assert response.context["adminform"].form.errors
    assert Correction.objects.count() == 1
    assert Driver.objects.get().birthdate == OLD


def test_rule_4_2_after_the_cancelling_it_is_not(scheduled, driver, agent, cancel, save_page):
    cancel(agent, scheduled)

    response = save_page(agent, driver, birthdate="1980-05-14", reason="다시 요청")

    assert response.status_code == 302
    assert Driver.objects.get().birthdate == date(1980, 5, 14)
    assert Message.objects.count() == 1


def test_the_button_is_there_as_long_as_it_waits(scheduled, agent, signed_in, cancel):
    page = f"/admin/drivers/correction/{scheduled.pk}/change/"
    url = f"/admin/drivers/correction/{scheduled.pk}/move/cancel/"
    assert url in signed_in(agent).get(page).content.decode()

    cancel(agent, scheduled)

    assert url not in signed_in(agent).get(page).content.decode()
