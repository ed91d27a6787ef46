"""The demo's first calls: led through playbooks, so that a lead sees where they end."""

import pytest

from backoffice.demo import data
from cases.models import Case, Walk

pytestmark = pytest.mark.django_db


def test_calls_are_led_through_playbooks():
    data.load_accounts()
    data.load_drivers(60, progress=lambda loaded: None)

    data.load_cases()

    started = Case.objects.exclude(state="new")
    assert Walk.objects.values("case").distinct().count() == started.count() > 20
    ended = Walk.objects.filter(ended_at__isnull=False)
    assert ended.count() == Case.objects.filter(state="closed").count() > 10
    assert ended.values("step").distinct().count() > 3
