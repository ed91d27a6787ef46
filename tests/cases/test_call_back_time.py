"""When somebody is to be called back, as the form of the case takes it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cases.models import Case


@pytest.fixture
def save(signed_in, agent):
    def post(case, day, time="10:00"):
        shown = {"version": case.version, "consultation_type": case.consultation_type_id}
        typed = {"follow_up_at_0": day, "follow_up_at_1": time, "follow_up_reason": "재통화"}
        page = f"/admin/cases/case/{case.pk}/change/"
        return signed_in(agent).post(page, {**shown, "note": "", **typed})

    return post


@pytest.mark.parametrize("day", ["0001-01-01", "0026-11-28", "2001-01-01"])
def test_nobody_is_called_back_before_he_called(day, save, make_case):
    case = make_case("start")

    answer = save(case, day)

    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors["follow_up_at"] == [
        "상담 건이 접수되기 전의 시각입니다."
    ]
    assert Case.objects.get(pk=case.pk).follow_up_at is None


def test_a_day_to_come_is_taken(save, make_case):
    case = make_case("start")
    day = timezone.localdate() + timedelta(days=1)

    assert save(case, day.isoformat()).status_code == 302
    assert timezone.localdate(Case.objects.get(pk=case.pk).follow_up_at) == day
