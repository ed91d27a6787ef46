"""The words of a post are shown as the group tool shows them, and nothing in them is HTML."""

import io
import json
import re

import pytest
from django.test import RequestFactory

from backoffice.demo import app_views
from cases.markup import rendered
from cases.models import AgitPost

EVIL = [
    "<script>alert(1)</script>",
    "# <img src=x onerror=alert(1)>",
    "> </blockquote><script>",
    "*<b onclick=alert(1)>*",
    "[<i>](https://example.com/)",
    '[here](https://example.com/"onmouseover="alert)',
    "[here](javascript:alert)",
    "[here](data:text/html,<script>)",
    "[here](JaVaScRiPt:https://example.com)",
    "[here]( https://example.com)",
    "[here](//example.com)",
    "{}{0}%s",
]


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("# [기타] 제목", '<p class="agit-heading">[기타] 제목</p>'),
        ("*기사* 홍*동", "<p><strong>기사</strong> 홍*동</p>"),
        (
            "*기사* 홍*동 / 010-****-1234 *급함*",
            "<p><strong>기사</strong> 홍*동 / 010-****-1234 <strong>급함</strong></p>",
        ),
        ("김*, 이*", "<p>김*, 이*</p>"),
        ("*가*나", "<p>*가*나</p>"),
        ("> 번호 변경 N", "<blockquote>번호 변경 N</blockquote>"),
        (
            "[상담 건 열기](https://example.com/a/?b=1&c=2)",
            '<p><a href="https://example.com/a/?b=1&amp;c=2">상담 건 열기</a></p>',
        ),
        ("한 줄\n\n또 한 줄", "<p>한 줄</p><p>또 한 줄</p>"),
        ("#1 > 2 * 3 * 4", "<p>#1 &gt; 2 * 3 * 4</p>"),
        ("[답] (없음)", "<p>[답] (없음)</p>"),
        ("", ""),
    ],
)
def test_the_markup_of_posts_becomes_what_it_means(text, html):
    assert rendered(text) == html


@pytest.mark.parametrize("evil", EVIL)
def test_what_somebody_typed_does_not_become_html(evil):
    html = rendered(evil)

    tags = re.findall(r"<[^>]*>", html)
    address = r'a href="https?://[^"<>\s]+"'
    allowed = rf'<(/?(p|strong|blockquote|a)|p class="agit-heading"|{address})>'
    assert [tag for tag in tags if not re.fullmatch(allowed, tag)] == []
    assert "<" not in re.sub(r"<[^>]*>", "", html)


@pytest.mark.parametrize("evil", [each for each in EVIL if each.startswith("[here]")][1:])
def test_only_an_address_of_the_web_becomes_a_link(evil):
    assert "href" not in rendered(evil)


def test_the_page_of_a_post_shows_it_so(make_post, signed_in, lead):
    post = make_post()
    AgitPost.objects.filter(pk=post.pk).update(text=f"{post.text}\n<script>alert(1)</script>")

    page = signed_in(lead).get(f"/admin/cases/agitpost/{post.pk}/change/").content.decode()

    assert f'/admin/cases/case/{post.case_id}/change/">상담 건 열기</a>' in page
    assert "<strong>상담유형</strong>" in page
    driver = post.case.driver
    assert f"<strong>기사</strong> {driver.masked_name} / {driver.masked_phone}</p>" in page
    assert "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>" in page


def test_the_group_of_the_demo_shows_it_so(monkeypatch, settings):
    settings.AGIT_WEBHOOK_URL = "http://127.0.0.1:9/"
    at = {"posted_at": "2026-11-26T05:00:00+00:00"}
    comment = {"text": "*다시* <script>", **at}
    posts = [{"id": 7, "text": "# 제목\n<script>", "comments": [comment], **at}]
    monkeypatch.setattr(
        app_views, "urlopen", lambda *_args, **_more: io.BytesIO(json.dumps(posts).encode())
    )

    page = app_views.agit(RequestFactory().get("/demo/agit/")).content.decode()

    assert '<p class="agit-heading">제목</p><p>&lt;script&gt;</p>' in page
    assert "<p><strong>다시</strong> &lt;script&gt;</p>" in page
