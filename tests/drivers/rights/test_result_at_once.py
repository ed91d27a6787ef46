"""Two results are printed at the same moment by one person: the day's cap holds for both."""

import threading

import pytest
from django.db import connection

from backoffice.audit.models import AccessRecord
from backoffice.workflow.transitions import TransitionRefused, perform
from drivers.models import RightsRequest
from drivers.rights.services import make_result
from drivers.signals import about_to_reveal
from tests.together import together

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="There is one writer at a time."),
]
MOMENT = 2  # seconds; who waits for a row does not come


def test_two_results_at_once_do_not_pass_the_cap_together(make_driver, agent, lead, settings):
    settings.REVEALS_PER_DAY = 1
    asked = [
        perform(
            RightsRequest.objects.create(driver=make_driver(), kind="access", created_by=agent),
            "check_requester",
            by=agent,
            checked_as="papers",
            has_mandate=False,
        )
        for _each in range(2)
    ]
    both_are_past_the_cap = threading.Barrier(2)

    def wait(**signal):
        try:
            both_are_past_the_cap.wait(MOMENT)
        except threading.BrokenBarrierError:
            pass

    def print_it(row):
        try:
            return make_result(row, by=lead, reason="교부") is not None
        except TransitionRefused:
            return False

    about_to_reveal.connect(wait)
    try:
        printed = together(lambda: print_it(asked[0]), lambda: print_it(asked[1]))
    finally:
        about_to_reveal.disconnect(wait)

    assert sorted(printed) == [False, True]
    assert AccessRecord.objects.filter(action="reveal").count() == 1
