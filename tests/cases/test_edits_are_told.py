"""What is edited of a case is a line of its history, and whom it is about an access record."""

import pytest

from backoffice.audit.models import AccessRecord
from cases.models import ConsultationType


@pytest.fixture
def save(client, shown_case):
    """save(agent, case, note="…"): the person saves the case's page; the response, in English."""

    def post(person, case, **typed):
        client.force_login(person)
        client.cookies["django_language"] = "en"
        return client.post(f"/admin/cases/case/{case.pk}/change/", shown_case(case) | typed)

    return post


@pytest.fixture
def lines():
    return lambda case: list(
        case.changes.order_by("pk").values_list("transition", "by__username", "note")
    )[1:]


def edits():
    return AccessRecord.objects.filter(action="edit").order_by("driver")


def test_whom_a_case_is_about_is_on_record_with_both_drivers(
    make_case, make_driver, agent, other_agent, save, lines, stored
):
    case, other = make_case(), make_driver()
    first, about = case.driver, ["driver", "presented_phone"]

    save(other_agent, case, driver=other.pk, presented_phone="010-1111-2222")

    assert stored(case).driver == other
    assert list(edits().values_list("driver", "by__username")) == [
        (first.pk, "other_agent"),
        (other.pk, "other_agent"),
    ]
    assert [each.detail for each in edits()] == [{"case": case.number, "fields": about}] * 2
    assert lines(case) == [("edit", "other_agent", "기사, 발신번호")]


def test_the_type_of_a_case_is_on_record_too(make_case, agent, save, lines):
    case, other = make_case("start"), ConsultationType.objects.filter(is_leaf=True).last()

    save(agent, case, consultation_type=other.pk, note="다시 확인")

    assert edits().get().detail["fields"] == ["consultation_type"]
    assert lines(case)[1:] == [("edit", "agent", "상담유형, 메모")]


def test_a_note_is_a_line_without_its_words_on_both_pages(make_case, agent, save, lines, client):
    case = make_case("start")

    save(agent, case, note="홍길동 기사님 통화")
    desk = f"/admin/cases/case/{case.pk}/desk/"
    client.post(f"{desk}note/", {"note": "다시 통화", "version": case.version + 1})

    assert lines(case)[1:] == [("note", "agent", "")] * 2
    assert not edits().exists()
    assert "Note changed" in client.get(desk).content.decode()


def test_a_page_saved_as_it_was_changes_nothing(make_case, agent, save, lines, stored):
    case = make_case("start")

    assert save(agent, case).status_code == 302

    assert stored(case).version == case.version
    assert [name for name, *_line in lines(case)] == ["start"]


def test_the_page_names_who_edited_last(make_case, agent, other_agent, save, stored):
    case = make_case("start")
    save(other_agent, case, note="메모")

    response = save(agent, case, version=case.version, note="다른 메모")

    assert "이응대 changed this at" in response.context["adminform"].form.non_field_errors()[0]
    assert stored(case).note == "메모"


def test_what_was_not_done_is_not_said_to_be_done(escalated, agent, other_agent, on_page, stored):
    """An answer, somebody's note, and the answer put right on a page from before the note."""
    case = escalated(agent)
    case.approvals.update(state="approved")
    on_page(agent, case, "move/record_answer", reason="첫 답")
    shown = stored(case).version
    on_page(other_agent, case, "desk/note", note="메모")

    response = on_page(agent, case, "move/record_answer", version=shown, reason="고친 답")

    (sentence,) = response.context["form"].non_field_errors()
    assert sentence.startswith("이응대 changed this at")
    assert response.context["form"]["reason"].value() == "고친 답"
    assert stored(case).department_answer == "첫 답"
