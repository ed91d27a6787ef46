"""Rule E1: the number that called is recorded before the work begins, and stays."""

import pytest

from cases.models import Case


def save_page(client, case, **typed):
    page = f"/admin/cases/case/{case.pk}/change/"
    form = {
        "version": Case.objects.get(pk=case.pk).version,
        "consultation_type": case.consultation_type_id,
        "channel": "phone",
        "note": "다시 확인",
    }
    return client.post(page, form | typed)


@pytest.mark.parametrize(("moves", "kept"), [((), False), (("start",), True)])
def test_rule_e1_the_presented_number_is_fixed_once_the_case_is_started(
    moves, kept, make_case, make_driver, agent, signed_in
):
    third = "+821099990000"
    case = make_case(*moves, presented_phone=third)

    save_page(
        signed_in(agent), case, presented_phone="010-0000-0001", driver=case.driver_id, owner=""
    )

    stored = Case.objects.get(pk=case.pk)
    assert stored.note == "다시 확인"
    assert (stored.presented_phone == third) is kept


def test_the_driver_and_the_channel_are_fixed_once_the_case_is_started(
    make_case, make_driver, agent, signed_in
):
    case = make_case("start")

    save_page(signed_in(agent), case, driver=make_driver().pk, channel="mail")

    stored = Case.objects.get(pk=case.pk)
    assert (stored.driver, stored.channel) == (case.driver, "phone")
