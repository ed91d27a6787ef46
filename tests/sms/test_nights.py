"""A text at night is allowed, and announced to whoever causes it, who gives a reason."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.urls import reverse

from backoffice.sms.models import Message
from backoffice.sms.nights import night_warning
from drivers.models import Correction


def at(hour, minute=0):
    """That time of the day in Seoul."""
    return datetime(2026, 11, 21, 15, tzinfo=UTC).replace(hour=(hour - 9) % 24, minute=minute)


@pytest.mark.parametrize(
    ("hour", "minute", "is_night"),
    [(20, 59, 0), (21, 0, 1), (23, 59, 1), (0, 0, 1), (7, 59, 1), (8, 0, 0), (12, 0, 0)],
)
def test_the_night_is_seouls(hour, minute, is_night):
    assert bool(night_warning(at(hour, minute))) == bool(is_night)


@pytest.mark.parametrize(("begin", "end"), [(1, 5), (0, 6)])
def test_a_night_may_lie_within_one_day(begin, end, settings):
    settings.QUIET_HOURS = (begin, end)

    assert night_warning(at(begin))
    assert not night_warning(at(end))
    assert not night_warning(at(23))


@pytest.fixture(params=[2, 14], ids=["night", "day"])
def hour(request):
    with time_machine.travel(at(request.param)):
        yield request.param


def warned(page):
    return "지금은 야간" in page.content.decode()


def test_the_driver_page_warns(hour, driver, agent, signed_in):
    page = signed_in(agent).get(reverse("admin:drivers_driver_change", args=[driver.pk]))

    assert warned(page) == (hour == 2)


def test_sending_again_warns(hour, make_message, lead, signed_in):
    message = make_message("failed")

    page = signed_in(lead).get(reverse("admin:sms_message_change", args=[message.pk]))

    assert warned(page) == (hour == 2)


@pytest.mark.parametrize(
    ("field", "values", "tells"),
    [
        ("birthdate", ("1980-05-03", "1980-03-05"), True),
        ("phone", ("+821000001234", "+821000005678"), False),
    ],
)
def test_undoing_warns_where_it_sends_a_text(
    field, values, tells, hour, driver, agent, lead, signed_in
):
    correction = Correction.objects.create(
        driver=driver,
        field=field,
        old_value=values[0],
        new_value=values[1],
        reason="통화로 확인",
        state="applied",
        requested_by=agent,
    )
    url = reverse("admin:drivers_correction_move", args=[correction.pk, "undo"])

    page = signed_in(lead).get(url)

    assert page.status_code == 200
    assert warned(page) == (tells and hour == 2)


def test_the_sending_is_no_less_possible(hour, make_message, lead, signed_in):
    message = make_message("failed")

    signed_in(lead).post(
        reverse("admin:sms_message_send_again", args=[message.pk]), {"reason": "기사님이 기다림"}
    )

    assert Message.objects.filter(resend_of=message).exists()


def test_a_correction_at_night_needs_its_reason(driver, agent, signed_in):
    page = reverse("admin:drivers_driver_change", args=[driver.pk])
    with time_machine.travel(at(2)):
        form = signed_in(agent).get(page)
        fields = form.context["adminform"].form.initial
        typed = {name: value or "" for name, value in fields.items()}
        response = signed_in(agent).post(
            page, typed | {"birthdate": "1980-03-05", "reason": " ", "version": driver.version}
        )

    assert response.status_code == 200
    assert not Message.objects.exists()
