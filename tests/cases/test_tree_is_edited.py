"""What an administrator does to the tree of consultation types breaks no desk."""

import pytest

from backoffice.workflow.transitions import perform
from cases.models import Case, ConsultationType, Playbook, Walk

TREE = "/admin/cases/consultationtype/"
CALL = "/admin/call/?phone=01000001234"
OTHER, AT_WORK = "기타", "출근/대기/수락/완료"
NONE_THERE = "‘기타’ 아래에 선택할 수 있는 ‘{}’ 유형이 없습니다. 관리자에게 알리십시오."


@pytest.fixture
def leaf(driver):
    """The type under which the driver's calls about codes are counted."""
    return ConsultationType.objects.get(parent__name=OTHER, name=driver.service_type)


@pytest.fixture
def save(signed_in, administrator):
    """save(leaf, is_leaf="on"): the administrator posts the page; of a new node without a leaf."""

    def post(node=None, **typed):
        page = f"{TREE}{node.pk}/change/" if node else f"{TREE}add/"
        return signed_in(administrator).post(page, {"position": 0} | typed)

    return post


def faults(response):
    return {name: list(found) for name, found in response.context["adminform"].form.errors.items()}


def said(response):
    return [str(message) for message in response.context["messages"]]


def test_a_type_that_exists_is_not_added_once_more(save, leaf):
    before = ConsultationType.objects.count()

    response = save(parent=leaf.parent_id, name=leaf.name, is_leaf="on")

    assert faults(response) == {"name": ["같은 상담유형이 이미 있습니다."]}
    assert ConsultationType.objects.count() == before


def test_nor_the_root_once_more(save):
    assert list(faults(save(parent="", name="택시_기사"))) == ["name"]


def test_what_can_be_chosen_stands_under_a_topic(save):
    root = ConsultationType.objects.get(parent=None)

    added = save(parent="", name="새 유형", is_leaf="on")
    changed = save(root, is_leaf="on")

    assert list(faults(added)) == list(faults(changed)) == ["is_leaf"]
    assert not ConsultationType.objects.filter(parent=None, is_leaf=True).exists()


def test_a_tree_that_is_too_deep_is_refused(save):
    parent = ConsultationType.objects.get(parent=None)
    for _each in range(4):
        parent = ConsultationType.objects.create(parent=parent, name="가" * 40, is_leaf=False)

    response = save(parent=parent.pk, name="가" * 40)

    assert list(faults(response)) == ["__all__"]


def test_new_nodes_are_added(save, leaf):
    assert save(parent=leaf.parent_id, name="새 서비스", is_leaf="on").status_code == 302
    assert save(parent="", name="택시_회사").status_code == 302

    added = ConsultationType.objects.get(name="새 서비스")
    assert added.path == f"{leaf.parent.path} ▶ 새 서비스"


def test_to_a_topic_without_the_service_no_case_goes_over(
    save, driver, make_case, agent, signed_in
):
    here = ConsultationType.objects.get(name=AT_WORK)
    save(parent=here.pk, name="새 서비스", is_leaf="on")
    new = ConsultationType.objects.get(name="새 서비스")
    case = make_case("start", driver=driver, consultation_type=new)
    version = Playbook.objects.get(key="q4").published
    walk = Walk.objects.create(case=case, version=version, step=version.steps.get(key="to-q1"))

    typed = {"step": "to-q1", "last": 0}
    page = signed_in(agent).post(f"/admin/cases/case/{case.pk}/desk/answer/", typed, follow=True)

    assert said(page)[-1] == NONE_THERE.format("새 서비스")
    case = Case.objects.get(pk=case.pk)
    assert (case.consultation_type, case.walks.get(ended_at=None)) == (new, walk)


def test_a_call_whose_type_is_out_of_use_is_told_so(save, leaf, agent, signed_in):
    assert save(leaf).status_code == 302

    page = signed_in(agent).post(CALL, {"playbook": "q1"}, follow=True)

    assert page.status_code == 200
    assert said(page)[-1] == NONE_THERE.format(leaf.name)
    assert not Case.objects.exists()
    signed_in(agent).post(CALL, {"playbook": "q3"})
    assert Case.objects.get().consultation_type.parent.name == AT_WORK


def test_a_case_whose_type_went_out_of_use_goes_on(
    save, leaf, driver, make_case, agent, signed_in
):
    case = make_case(driver=driver, consultation_type=leaf)
    case = perform(case, "start", by=agent)
    save(leaf)

    typed = {"version": case.version, "consultation_type": leaf.pk, "note": "통화 중"}
    page = f"/admin/cases/case/{case.pk}/"
    answer = signed_in(agent).post(f"{page}change/", typed)

    assert answer.status_code == 302
    case = Case.objects.get(pk=case.pk)
    assert (case.note, case.consultation_type) == ("통화 중", leaf)
    assert signed_in(agent).get(f"{page}desk/").status_code == 200


def test_what_is_out_of_use_is_chosen_for_no_other(
    save, leaf, driver, make_case, agent, signed_in
):
    other = ConsultationType.objects.filter(is_leaf=True).exclude(pk=leaf.pk).first()
    case = make_case("start", driver=driver, consultation_type=other)
    save(leaf)

    typed = {"version": case.version, "consultation_type": leaf.pk, "note": ""}
    answer = signed_in(agent).post(f"/admin/cases/case/{case.pk}/change/", typed)

    assert list(faults(answer)) == ["consultation_type"]
    assert Case.objects.get(pk=case.pk).consultation_type == other


def test_a_second_topic_of_the_same_name_confuses_no_call(save, leaf, agent, signed_in):
    root = ConsultationType.objects.create(name="택시_회사", is_leaf=False)
    topic = ConsultationType.objects.create(name=OTHER, parent=root, is_leaf=False)
    save(parent=topic.pk, name=leaf.name, is_leaf="on")

    signed_in(agent).post(CALL, {"playbook": "q1"})

    assert Case.objects.get().consultation_type == leaf


def test_the_list_has_the_children_of_a_node_in_their_order(administrator, signed_in):
    listed = list(signed_in(administrator).get(TREE).context["cl"].result_list)

    others = [node.name for node in listed if node.parent and node.parent.name == OTHER]
    assert others[:3] == ["일반", "블루파트너스", "모범"]
    assert listed[0].parent is None


def test_a_node_is_filled_in_and_shown_in_one_order(administrator, leaf, signed_in):
    client = signed_in(administrator)

    pages = [client.get(f"{TREE}{page}") for page in ("add/", f"{leaf.pk}/change/")]

    fields = [
        [field for line in fieldset for field in line.fields]
        for page in pages
        for fieldset in page.context["adminform"]
    ]
    assert fields == [["parent", "name", "is_leaf", "position"]] * 2
