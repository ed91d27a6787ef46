"""The manual's tree of consultation types."""

import pytest

from cases.models import Case, ConsultationType
from cases.types import load_consultation_types

SERVICES = ["일반", "블루파트너스", "모범", "벤티", "블랙", "펫", "업무"]

pytestmark = pytest.mark.django_db


def test_has_fourteen_leaves():
    leaves = ConsultationType.objects.filter(is_leaf=True)

    assert leaves.count() == 14
    assert {leaf.path for leaf in leaves} == {
        f"택시_기사 ▶ 오류 ▶ {topic} ▶ {service}"
        for topic in ("기타", "출근/대기/수락/완료")
        for service in SERVICES
    }


def test_slashes_belong_to_the_name_of_one_node():
    node = ConsultationType.objects.get(name="출근/대기/수락/완료")

    assert node.parent.name == "오류"
    assert not node.is_leaf
    assert not ConsultationType.objects.filter(name__in=["출근", "대기", "수락", "완료"]).exists()


def test_loading_again_adds_nothing_and_keeps_edits():
    ConsultationType.objects.filter(name="펫").update(position=99)
    before = ConsultationType.objects.count()

    load_consultation_types()

    assert ConsultationType.objects.count() == before
    assert set(ConsultationType.objects.filter(name="펫").values_list("position", flat=True)) == {
        99
    }


@pytest.mark.parametrize(
    ("kind", "is_taken"), [({"is_leaf": True}, True), ({"is_leaf": False}, False)]
)
def test_only_a_leaf_can_be_chosen(signed_in, agent, driver, kind, is_taken):
    chosen = ConsultationType.objects.filter(**kind).first()

    response = signed_in(agent).post(
        "/admin/cases/case/add/",
        {"driver": driver.pk, "channel": "phone", "consultation_type": chosen.pk, "note": ""},
    )

    assert Case.objects.exists() is is_taken
    assert is_taken or list(response.context["adminform"].form.errors) == ["consultation_type"]


def test_lists_are_narrowed_to_what_can_be_chosen_and_what_was(make_case, signed_in, agent):
    used, leaves = make_case().consultation_type, ConsultationType.objects.filter(is_leaf=True)
    keys = set(leaves.values_list("pk", flat=True))
    ConsultationType.objects.filter(pk=used.pk).update(is_leaf=False)

    page = signed_in(agent).get("/admin/cases/case/").context["cl"]

    [types] = [spec for spec in page.filter_specs if spec.title == "상담유형"]
    assert {key for key, _label in types.lookup_choices} == keys
