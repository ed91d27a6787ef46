"""The page on which team leads word the texts."""

import html

import pytest
from django.urls import reverse

from backoffice.sms.models import Template
from backoffice.sms.queueing import queue_text

PREVIEW = "/admin/sms/template/preview/"


@pytest.fixture
def page(template):
    return reverse("admin:sms_template_change", args=[template.pk])


@pytest.fixture
def save(signed_in, page, template):
    """Save the page as somebody: save(lead, body="…")."""

    def post(person, **typed):
        names = ("name", "subject", "body", "version")
        kept = {name: getattr(template, name) for name in names}
        return signed_in(person).post(page, kept | typed)

    return post


def errors(response):
    return dict(response.context["adminform"].form.errors)


def stored(template):
    return Template.objects.get(pk=template.pk)


def test_a_team_lead_rewords_a_text(save, lead, template):
    response = save(lead, body="생년월일이 변경되었습니다. #{센터번호}")

    assert response.status_code == 302
    assert stored(template).body == "생년월일이 변경되었습니다. #{센터번호}"
    assert stored(template).version == template.version + 1


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("body", "변경되었습니다 🚕"),
        ("body", "₩1,000 — 안내"),
        ("body", "#{이름} 기사님"),
        ("body", "#{} 기사님"),
        ("body", "가" * 1001),
        ("body", "   "),
        ("subject", "가" * 20 + "a"),
        ("subject", "안내 🚕"),
        ("subject", "#{이름} 안내"),
    ],
    ids="emoji won unknown unnamed long blank subject-41 subject-emoji subject-unknown".split(),
)
def test_refuses_what_cannot_be_sent_beside_its_field(field, typed, save, lead, template):
    response = save(lead, **{field: typed})

    assert response.status_code == 200
    assert list(errors(response)) == [field]
    assert stored(template).version == template.version


def test_a_refused_page_keeps_what_was_typed_and_names_the_character(save, lead):
    typed = "생년월일이 바뀌었습니다 🚕 #{센터번호}"

    response = save(lead, body=typed)

    assert typed in html.unescape(response.content.decode())
    assert "🚕" in errors(response)["body"][0]


def test_names_the_unknown_variable(save, lead):
    response = save(lead, body="#{이름} 기사님")

    assert "#{이름}" in errors(response)["body"][0]


def test_a_subject_of_forty_bytes_is_taken(save, lead, template):
    save(lead, subject="가" * 20)

    assert stored(template).subject == "가" * 20


@pytest.mark.parametrize("who", ["agent", "privacy_officer", "administrator"])
def test_nobody_else_rewords_a_text(who, save, template, request):
    response = save(request.getfixturevalue(who), body="바꾼 문구")

    assert response.status_code == 403
    assert stored(template).body == template.body


def test_the_key_is_code(save, lead, template):
    save(lead, key="birthdate_undone_2", body="바꾼 문구")

    assert stored(template).key == "birthdate_changed"
    assert stored(template).body == "바꾼 문구"


@pytest.mark.parametrize("who", ["lead", "superuser"])
@pytest.mark.parametrize("door", ["add/", "{pk}/delete/"])
def test_texts_are_neither_added_nor_deleted(who, door, signed_in, template, request):
    url = f"/admin/sms/template/{door.format(pk=template.pk)}"
    before = Template.objects.count()

    response = signed_in(request.getfixturevalue(who)).post(url, {"post": "yes"})

    assert response.status_code == 403
    assert Template.objects.count() == before


def test_texts_are_not_deleted_in_bulk(signed_in, superuser, template):
    signed_in(superuser).post(
        "/admin/sms/template/",
        {"action": "delete_selected", "_selected_action": [template.pk], "post": "yes"},
    )

    assert Template.objects.filter(pk=template.pk).exists()


@pytest.mark.parametrize(
    ("body", "shown"),
    [("가" * 45, "SMS · 90 "), ("가" * 45 + "a", "LMS · 91 "), ("#{센터번호}", "SMS · 9 ")],
)
def test_previews_kind_and_bytes_of_what_is_typed(body, shown, signed_in, lead):
    client = signed_in(lead)
    client.cookies["django_language"] = "en"

    response = client.post(PREVIEW, {"subject": "안내", "body": body})

    assert shown in response.content.decode()


def test_the_preview_names_what_is_wrong_and_shows_no_markup(signed_in, lead):
    client = signed_in(lead)

    unknown = client.post(PREVIEW, {"subject": "안내", "body": "#{이름}"}).content.decode()
    foreign = client.post(PREVIEW, {"subject": "안내", "body": "<b>🚕</b>"}).content.decode()

    assert "#{이름}" in unknown
    assert "🚕" in foreign
    assert "<b>" not in foreign


def test_the_preview_changes_nothing_and_is_no_page(signed_in, lead, template):
    client = signed_in(lead)

    client.post(PREVIEW, {"subject": "안내", "body": "바꾼 문구"})

    assert stored(template).body == template.body
    assert client.get(PREVIEW).status_code == 404


@pytest.mark.parametrize("who", ["privacy_officer", "administrator"])
def test_the_preview_is_for_those_who_see_texts(who, signed_in, request):
    response = signed_in(request.getfixturevalue(who)).post(PREVIEW, {"body": "가"})

    assert response.status_code == 404


@pytest.mark.parametrize("version", ["", "abc", "99"])
def test_a_post_that_has_seen_no_page_changes_nothing(version, save, lead, template):
    response = save(lead, body="바꾼 문구", version=version)

    assert response.status_code == 200
    assert stored(template).body == template.body


def test_a_message_keeps_its_words_after_an_edit(save, lead, driver, template):
    message = queue_text("birthdate_changed", driver=driver, intent="test")
    words = message.subject, message.body, message.bytes, message.template_version

    save(lead, subject="새 제목", body="바꾼 문구")

    message.refresh_from_db()
    assert (message.subject, message.body, message.bytes, message.template_version) == words
    assert stored(template).body == "바꾼 문구"


def test_a_second_lead_does_not_overwrite_unseen(save, lead, other_lead, template):
    """Two pages opened at once: the later save has not seen the earlier one."""
    save(lead, body="첫 번째 문구")

    save(other_lead, body="두 번째 문구")

    assert stored(template).body == "첫 번째 문구"
