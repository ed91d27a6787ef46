"""The pages of a post: who may see them, what they offer, and the story they tell."""

import re

import pytest

from cases import agit as posting
from cases.models import AgitPost

LIST = "/admin/cases/agitpost/"


def page_of(post):
    return f"{LIST}{post.pk}/change/"


@pytest.fixture
def shows(signed_in):
    """shows(lead, post): what the page of the post is, as HTML."""

    def look(person, post):
        response = signed_in(person).get(page_of(post))
        assert response.status_code == 200
        return response.content.decode()

    return look


@pytest.mark.parametrize("who", ["agent", "lead"])
def test_who_works_on_cases_sees_them(make_post, signed_in, who, request):
    client = signed_in(request.getfixturevalue(who))

    answers = [client.get(page).status_code for page in (LIST, page_of(make_post()))]

    assert answers == [200, 200]


@pytest.mark.parametrize("who", ["privacy_officer", "administrator"])
def test_others_do_not(make_post, signed_in, who, request):
    client = signed_in(request.getfixturevalue(who))

    answers = [client.get(page).status_code for page in (LIST, page_of(make_post()))]

    assert answers == [403, 403]


@pytest.mark.parametrize("who", ["lead", "superuser"])
@pytest.mark.parametrize("act", ["add/", "{}/delete/"])
def test_nobody_adds_or_deletes_one_by_hand(make_post, signed_in, who, act, request):
    post = make_post()

    answer = signed_in(request.getfixturevalue(who)).post(
        LIST + act.format(post.pk), {"post": "yes"}
    )

    assert answer.status_code == 403
    assert AgitPost.objects.get() == post


@pytest.mark.parametrize("who", ["lead", "superuser"])
def test_nobody_rewrites_one_by_hand(make_post, signed_in, who, request):
    post = make_post()
    typed = {"text": "다른 말", "state": "accepted", "provider_id": "7"}

    signed_in(request.getfixturevalue(who)).post(page_of(post), typed)

    now = AgitPost.objects.get()
    assert (now.text, now.state, now.provider_id) == (post.text, "queued", "")


@pytest.mark.parametrize(
    ("who", "state", "offered"),
    [
        ("agent", "failed", {"again"}),
        ("lead", "failed", {"again"}),
        ("agent", "unknown", set()),
        ("lead", "unknown", {"again", "settle"}),
        ("lead", "queued", set()),
        ("lead", "sending", set()),
        ("lead", "accepted", set()),
    ],
)
def test_it_offers_what_the_person_may_do(make_post, shows, who, state, offered, request):
    post = make_post(state)

    html = shows(request.getfixturevalue(who), post)

    acts = {name for name in ("again", "settle") if f"{LIST}{post.pk}/{name}/" in html}
    assert acts == offered


def test_what_was_posted_again_offers_nothing_more(make_post, shows, lead):
    post = make_post("unknown")
    posting.post_again(post, by=lead, reason="아지트에 없음")

    html = shows(lead, post)

    assert f"{LIST}{post.pk}/again/" not in html
    assert f"{LIST}{post.pk}/settle/" not in html


@pytest.mark.parametrize("act", [posting.post_again, posting.settle])
def test_the_story_names_who_decided_and_why(make_post, shows, lead, act):
    post = make_post("unknown")
    act(post, by=lead, reason="아지트를 살펴봄")

    html = shows(lead, post)

    assert "박팀장" in html
    assert "아지트를 살펴봄" in html


def test_it_shows_the_text_as_it_was_posted_and_runs_nothing_in_it(
    make_case, escalate, approve, shows, agent
):
    post = approve(escalate(make_case("start"), reason="<script>alert(1)</script>"))

    html = shows(agent, post)

    assert "<script>alert(1)" not in html
    assert "&lt;script&gt;alert(1)" in html
    assert post.case.number in html


@pytest.mark.parametrize(("page", "state"), [("desk", "failed"), ("change", "unknown")])
def test_the_case_leads_to_the_post_that_waits_for_a_person(
    make_post, signed_in, agent, page, state
):
    post = make_post(state, reason="refused")

    html = signed_in(agent).get(f"/admin/cases/case/{post.case_id}/{page}/").content.decode()

    assert f'href="{page_of(post)}"' in html
    assert 'class="way-person"' in html


def test_the_case_asks_for_nobody_where_it_stands_in_agit(make_post, signed_in, agent):
    post = make_post("accepted")

    html = signed_in(agent).get(f"/admin/cases/case/{post.case_id}/change/").content.decode()

    assert f'href="{page_of(post)}"' in html
    assert 'class="way-person"' not in html


def test_a_look_at_the_address_of_an_act_does_nothing(make_post, signed_in, lead):
    post = make_post("unknown")

    for act in ("again", "settle"):
        answer = signed_in(lead).get(f"{LIST}{post.pk}/{act}/?reason=확인")
        assert answer.status_code == 404

    assert AgitPost.objects.get().state == "unknown"


@pytest.mark.parametrize(
    ("page", "typed"),
    [
        ("settle", {"reason": "확인", "post_id": "7\0"}),
        ("settle", {"reason": "확\0인"}),
        ("again", {"reason": "확\0인"}),
    ],
)
def test_what_no_keyboard_types_is_no_error_page(make_post, on_post, lead, page, typed):
    assert on_post(lead, make_post("unknown"), page, **typed).status_code in {200, 302}


@pytest.mark.parametrize(
    ("state", "word"),
    [
        ("queued", "게시 대기"),
        ("sending", "게시 중"),
        ("accepted", "게시됨"),
        ("failed", "게시 실패"),
        ("unknown", "결과 불명"),
    ],
)
def test_its_state_has_the_words_of_a_post_on_every_page(make_post, signed_in, agent, state, word):
    post = make_post(state)
    case = f"/admin/cases/case/{post.case_id}/"

    for page in (LIST, page_of(post), f"{case}change/", f"{case}desk/"):
        html = signed_in(agent).get(page).content.decode()
        assert re.search(f'<span class="tag post" data-state="{state}">{word}</span>', html), page


def test_once_it_is_posted_all_is_well(make_post, shows, agent):
    assert '<span class="tag post" data-state="accepted">게시됨</span>' in shows(
        agent, make_post("accepted")
    )


def test_its_page_speaks_of_a_post_and_not_of_a_text(make_post, shows, lead):
    post = make_post()
    post.advance("sending")
    post.advance("accepted", provider_id="1047")

    html = shows(lead, post)

    for word in ("게시 번호", "1047", "게시 확인 일시", "게시 중"):
        assert word in html
    for word in ("발송사 접수 번호", "발송 요청 중", "접수 일시"):
        assert word not in html


def test_the_list_says_what_is_a_post_and_what_a_comment(make_post, signed_in, agent):
    post = make_post("accepted")
    comment = AgitPost.objects.create(case=post.case, parent=post, intent="x", text="다시 연락")

    html = signed_in(agent).get(LIST).content.decode()

    kinds = re.findall(r'<td class="field-kind" data-label="종류">(.*?)</td>', html)
    assert kinds == ["댓글", "게시글"]
    assert comment.pk > post.pk


def test_the_list_is_filtered_by_the_states_a_post_has(make_post, signed_in, agent):
    posted, _waits = make_post("accepted"), make_post("queued")

    answer = signed_in(agent).get(LIST, {"state__exact": "accepted"})

    assert [each.pk for each in answer.context["cl"].result_list] == [posted.pk]
    choices = re.findall(r'href="(\?[^"]*)"[^>]*>([^<]+)</a></li>', answer.content.decode())
    assert [word for _address, word in choices] == [
        "모두", "게시 대기", "게시 중", "게시됨", "게시 실패", "결과 불명",
    ]  # fmt: skip
