"""What the department reads: the case and what was checked."""

import re

import pytest
from django.utils import timezone
from django.utils.translation import gettext, override

from cases import approvals
from cases.models import Answer, Walk
from tests.cases.playbooks.walking import book


@pytest.fixture
def case(make_case, driver):
    return make_case("start", driver=driver)


def in_korean(words):
    with override("ko"):
        return gettext(words)


def test_it_says_which_case_of_which_kind_about_whom(case, text_of):
    text = text_of(case)

    assert case.number in text
    assert case.consultation_type.path in text
    assert "홍*동 / 010-****-1234" in text
    assert "계정 상태 확인 요청" in text


def test_it_links_to_the_case(case, text_of, settings):
    settings.SITE_URL = "https://support.example.com"

    text = text_of(case)

    assert f"](https://support.example.com/admin/cases/case/{case.pk}/change/)" in text


@pytest.mark.parametrize("mention", ["", "@ops.lead", "@@운영팀"])
def test_it_calls_whom_the_settings_name(case, text_of, settings, mention):
    settings.AGIT_MENTION = mention

    text = text_of(case, reason="확인 요청")

    assert mention in text
    assert ("@" in text) == bool(mention)


CHECKED = {  # playbook, step and value of what was answered; what the post says of it
    "nothing": ([], ["확인된 사항 없음"]),
    # That no text arrives says nothing of a change.
    "no text arrives": ([("q3", "questions", "sms")], ["확인된 사항 없음"]),
    "all equal": (
        [
            ("q3", "questions", "none"),
            ("q3", "reinstalled", "yes"),
            ("q3", "phone-compared", "match"),
            ("q3", "birthdate-compared", "match"),
        ],
        ["번호·기기 변경: N", "재설치: Y", "휴대폰 번호: 일치", "생년월일: 일치"],
    ),
    "all different": (
        [
            ("q3", "questions", "both"),
            ("q3", "reinstalled", "no"),
            ("q2", "usim", "differs"),
            ("q3", "phone-compared", "mismatch"),
            ("q3", "birthdate-compared", "mismatch"),
        ],
        [
            "번호·기기 변경: Y",
            "재설치: N",
            "유심 번호: 다름",
            "휴대폰 번호: 불일치",
            "생년월일: 불일치",
        ],
    ),
    "USIM equal": ([("q2", "usim", "same")], ["유심 번호: 동일"]),
}


@pytest.mark.parametrize("checked", CHECKED)
def test_rule_3_4_it_says_what_was_checked(case, text_of, agent, checked):
    answers, said = CHECKED[checked]
    for key, step, value in answers:
        version = book(key).published
        walk = Walk.objects.create(case=case, version=version, ended_at=timezone.now())
        step = version.steps.get(key=step)
        Answer.objects.create(walk=walk, case=case, step=step, value=value, by=agent)

    text = text_of(case)

    line = re.search(r"^> (.+)$", text, re.MULTILINE)[1]
    assert line.split(" · ") == [*said, "재인입 0회"]


def test_it_counts_the_calls(make_case, driver, text_of):
    make_case(driver=driver)
    make_case(driver=driver)

    text = text_of(make_case("start", driver=driver))

    assert in_korean("re-contact %(count)s") % {"count": 2} in text


def test_what_the_lead_wrote_is_not_in_it(case, escalate, lead):
    approval = escalate(case).approvals.get()

    approvals.decide(approval, "approve", by=lead, reason="팀장의 말")

    assert "팀장의 말" not in case.agit_posts.get().text


def test_a_case_of_nobody_known_is_posted_without_driver(make_case, text_of):
    case = make_case("start")
    type(case).objects.filter(pk=case.pk).update(driver=None)

    text = text_of(type(case).objects.get(pk=case.pk))

    assert case.number in text
    assert "홍" not in text
    assert "None" not in text


def test_signs_that_mean_something_in_html_stay_as_they_are(case, text_of):
    assert "A&B <로그인> \"불가\" '재시도'" in text_of(
        case, reason="A&B <로그인> \"불가\" '재시도'"
    )


def test_it_is_korean_whatever_the_person_reads(
    make_case, make_driver, escalate, lead, client, in_queue
):
    texts = []
    for language, phone in (("ko", "+821000001234"), ("en", "+821011111234")):
        case = make_case("start", driver=make_driver(phone=phone))
        approval = escalate(case).approvals.get()
        client.cookies["django_language"] = language

        in_queue(lead, approval, "approve")

        text = case.agit_posts.get().text
        texts.append(text.replace(case.number, "#").replace(f"/{case.pk}/", "/#/"))

    assert texts[0] == texts[1]
    assert f"*{in_korean('consultation type')}*" in texts[0]


def test_its_words_are_those_of_the_decision(case, text_of, driver):
    text = text_of(case)

    driver.name = "김개명"
    driver.save()

    assert case.agit_posts.get().text == text


def test_the_words_of_a_walk_are_not_needed(make_case, escalate, approve):
    case = make_case("start")
    escalated = escalate(case)
    escalated.walks.all().delete()

    assert case.number in approve(escalated).text
